//! The variables that can be seen at one point of the program, by name.
//!
//! Names are looked up as rustc would in the generated code: the innermost one
//! counts. What the graph means by the name is compared with what is found.

use std::rc::Rc;

use delayed_compiler::pipeline::ir::ValueId;

use crate::place::Cell;

/// A list of bindings, the innermost first. Cloning it is cheap.
#[derive(Clone, Default)]
pub(crate) struct Env(Option<Rc<Binding>>);

/// A variable.
pub(crate) struct Binding {
    pub(crate) name: Rc<str>,
    /// What the graph calls it, once that is known.
    pub(crate) id: std::cell::Cell<Option<ValueId>>,
    pub(crate) cell: Rc<Cell>,
    /// It is another variable's value, lent: it neither moves nor changes it.
    pub(crate) lent: bool,
    outer: Env,
}

impl Env {
    pub(crate) fn bind(&mut self, name: Rc<str>, id: Option<ValueId>, cell: Rc<Cell>, lent: bool) {
        let binding = Binding {
            name,
            id: std::cell::Cell::new(id),
            cell,
            lent,
            outer: self.clone(),
        };
        self.0 = Some(Rc::new(binding));
    }

    /// What `name` stands for; a field of `self` is a variable named `self.field`.
    pub(crate) fn find<N: PartialEq<str> + ?Sized>(&self, name: &N) -> Option<&Rc<Binding>> {
        self.iter().find(|binding| *name == *binding.name)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Rc<Binding>> {
        std::iter::successors(self.0.as_ref(), |binding| binding.outer.0.as_ref())
    }

    /// The bindings that were made since it was `outer`.
    pub(crate) fn since(&self, outer: &Self) -> impl Iterator<Item = &Rc<Binding>> {
        let end = outer.0.clone();
        self.iter().take_while(move |binding| {
            let is_end = |end: &Rc<Binding>| Rc::ptr_eq(end, binding);
            !end.as_ref().is_some_and(is_end)
        })
    }
}
