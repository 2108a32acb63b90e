//! The state of a run: variables, and who may touch what beside whom.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use delayed_compiler::pipeline::form::names::Mode;
use delayed_compiler::pipeline::ir::{Node, RegionId, ValueId};
use random_programs::Rng;
use syn::ItemFn;

use crate::env::{Binding, Env};
use crate::place::{Cell, Part, Place};
use crate::value::Value;

/// How many expressions a run may evaluate as plain Rust. A plan may need some
/// more, for what is thrown away after a failure.
pub(crate) const FUEL: u64 = 100_000;

/// What an evaluation gives, if nothing stops it.
pub(crate) type Out<T> = Result<T, Flow>;

/// What stops an evaluation.
#[derive(Debug)]
pub(crate) enum Flow {
    /// An error on its way out by `?`.
    Error(Value),
    Panic(String),
    Break(Target),
    Continue(Target),
    /// Something that rustc would refuse, or that gives no answer: a bug.
    Fault(String),
    /// Something that the evaluator does not know.
    Unknown(String),
}

/// The loop that a jump is for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// The innermost one, or the one of this name.
    Label(Option<String>),
    Region(RegionId),
}

pub(crate) fn fault<T>(what: impl Into<String>) -> Out<T> {
    Err(Flow::Fault(what.into()))
}

pub(crate) fn unknown<T>(what: impl Into<String>) -> Out<T> {
    Err(Flow::Unknown(what.into()))
}

/// What is about to be done with a variable.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Intent {
    /// A function from outside need not be known to the graph.
    Call,
    Look,
    Take,
    Change,
}

/// Pieces of work that run side by side.
pub(crate) struct Beside {
    together: Rc<Together>,
    /// Cells below this number are outside of all of them.
    first: u64,
}

/// What kind of work a piece is. Equal ones never run at the same time, but for
/// fronts.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Work {
    /// The front of an iteration, which runs beside its like.
    Front,
    /// What is done in turn.
    Turn,
    /// A branch of a fork, which may take what it names.
    Branch(usize),
}

/// How each cell from outside has been touched.
type Together = RefCell<BTreeMap<u64, Vec<Touch>>>;

#[derive(PartialEq, Eq)]
struct Touch {
    work: Work,
    change: bool,
    /// The part that was touched.
    fields: Vec<Part>,
}

impl Touch {
    /// Whether two pieces of work must not do both.
    fn meets(&self, other: &Self) -> bool {
        let mut both = self.fields.iter().zip(&other.fields);
        let overlap = both.all(|(left, right)| left == right);
        self.work != other.work && (self.change || other.change) && overlap
    }
}

/// One of those pieces, while it runs.
#[derive(Clone)]
struct Party {
    together: Rc<Together>,
    work: Work,
    first: u64,
}

pub(crate) struct Machine<'g> {
    pub(crate) env: Env,
    /// The node that is being evaluated, for a run of a plan.
    pub(crate) node: Option<&'g Node>,
    pub(crate) rng: Rng,
    parties: Vec<Party>,
    cells: u64,
    given: u64,
    fuel: u64,
    /// The name of temporaries.
    unnamed: Rc<str>,
    /// The graph's values that are no functions from outside.
    pub(crate) locals: BTreeSet<ValueId>,
    /// The functions that the program defines.
    pub(crate) functions: Rc<BTreeMap<String, ItemFn>>,
}

impl<'g> Machine<'g> {
    pub(crate) fn new(seed: u64, fuel: u64) -> Self {
        Self {
            env: Env::default(),
            node: None,
            rng: Rng::new(seed),
            parties: Vec::new(),
            cells: 0,
            unnamed: "a temporary".into(),
            locals: BTreeSet::new(),
            functions: Rc::default(),
            given: fuel,
            fuel,
        }
    }

    /// Notes that something is evaluated.
    pub(crate) fn burn(&mut self) -> Out<()> {
        if self.fuel == 0 {
            return unknown("a run that takes long");
        }
        self.fuel -= 1;
        Ok(())
    }

    /// How many expressions have been evaluated.
    pub(crate) fn work(&self) -> u64 {
        self.given - self.fuel
    }

    pub(crate) fn cell(&mut self, name: Rc<str>, value: Value) -> Rc<Cell> {
        self.cells += 1;
        Rc::new(Cell {
            number: self.cells,
            name,
            value: RefCell::new(value),
        })
    }

    /// A place for a value that has no name.
    pub(crate) fn temporary(&mut self, value: Value) -> Place {
        let name = Rc::clone(&self.unnamed);
        Place::whole(&self.cell(name, value))
    }

    pub(crate) fn bind(&mut self, name: &str, id: Option<ValueId>, value: Value) {
        let name: Rc<str> = name.into();
        let cell = self.cell(Rc::clone(&name), value);
        self.env.bind(name, id, cell, false);
    }

    /// Runs something with the variables of `env`, and as no node's.
    pub(crate) fn within<T>(&mut self, env: Env, run: impl FnOnce(&mut Self) -> Out<T>) -> Out<T> {
        let outside = std::mem::replace(&mut self.env, env);
        let node = self.node.take();
        let result = self.scope(run);
        self.env = outside;
        self.node = node;
        result
    }

    /// Runs something whose variables end with it.
    pub(crate) fn scope<T>(&mut self, run: impl FnOnce(&mut Self) -> Out<T>) -> Out<T> {
        let outside = self.env.clone();
        let result = run(self);
        self.close(outside);
        result
    }

    /// Ends the variables that were bound since the scope was `outside`: who
    /// still refers to one finds nothing.
    pub(crate) fn close(&mut self, outside: Env) {
        for binding in self.env.since(&outside).filter(|binding| !binding.lent) {
            if let Ok(mut value) = binding.cell.value.try_borrow_mut() {
                *value = Value::Gone;
            }
        }
        self.env = outside;
    }

    /// The variable `name`, if there is one, after a look at whether the graph
    /// means the same one and knows what is done with it.
    pub(crate) fn variable<N>(&mut self, name: &N, intent: Intent) -> Out<Option<Place>>
    where
        N: PartialEq<str> + ToString + ?Sized,
    {
        let Some(binding) = self.env.find(name) else {
            let meant = self.node.and_then(|node| node.names.get(&name.to_string()));
            let is_local = |value: &ValueId| self.locals.contains(value);
            if meant.is_some_and(is_local) {
                return fault(format!("`{}` cannot be seen", name.to_string()));
            }
            return Ok(None);
        };
        self.check(binding, intent)?;
        let place = Place::whole(&binding.cell);
        if intent == Intent::Change && self.fronts(&place) {
            let name = &binding.name;
            return fault(format!(
                "`{name}` is changed by work that overlaps its like"
            ));
        }
        Ok(Some(place))
    }

    fn check(&self, binding: &Binding, intent: Intent) -> Out<()> {
        let name = &binding.name;
        let (Some(node), Some(found)) = (self.node, binding.id.get()) else {
            return Ok(());
        };
        if intent == Intent::Call && !self.locals.contains(&found) {
            return Ok(());
        }
        let Some(meant) = node.names.get(&**name) else {
            return fault(format!(
                "the graph does not know that a node names `{name}`"
            ));
        };
        if *meant != found {
            return fault(format!("`{name}` is another variable than the graph means"));
        }
        let is_declared = node
            .uses
            .iter()
            .any(|used| used.value == found && used.mode == Mode::Change);
        if intent == Intent::Change && !is_declared {
            return fault(format!(
                "the graph does not know that a node changes `{name}`"
            ));
        }
        if matches!(intent, Intent::Take | Intent::Change)
            && binding.lent
            && binding.cell.value.borrow().copy().is_none()
        {
            return fault(format!("`{name}` is lent, and is moved or changed"));
        }
        Ok(())
    }

    pub(crate) fn read<T>(&mut self, place: &Place, look: impl FnOnce(&Value) -> T) -> Out<T> {
        self.touch(place, false)?;
        let name = &place.cell.name;
        match place.look(|value| (!matches!(value, Value::Gone)).then(|| look(value))) {
            Some(Some(seen)) => Ok(seen),
            Some(None) => fault(format!("`{name}` is read, and nothing is there")),
            None => fault(format!("a part of `{name}` is read that is not there")),
        }
    }

    pub(crate) fn write<T>(&mut self, place: &Place, edit: impl FnOnce(&mut Value) -> T) -> Out<T> {
        self.touch(place, true)?;
        let name = &place.cell.name;
        let edited = place.edit(edit);
        edited.map_or_else(
            || fault(format!("a part of `{name}` is changed that is not there")),
            Ok,
        )
    }

    /// Copies or moves the value out.
    pub(crate) fn take(&mut self, place: &Place) -> Out<Value> {
        if let Some(copy) = self.read(place, Value::copy)? {
            return Ok(copy);
        }
        let is_lent = |party: &Party| {
            place.cell.number < party.first && !matches!(party.work, Work::Branch(_))
        };
        if self.parties.iter().any(is_lent) {
            let name = &place.cell.name;
            return fault(format!("`{name}` is moved by work that happens many times"));
        }
        self.write(place, |value| std::mem::replace(value, Value::Gone))
    }

    /// The value behind references.
    pub(crate) fn deref(&mut self, place: Place) -> Out<Place> {
        let mut place = place;
        let behind = |value: &Value| match value {
            Value::Ref(behind) | Value::MutRef(behind) => Some(behind.clone()),
            _ => None,
        };
        // What is no reference is not read yet, perhaps only a part of it.
        while let Some(Some(next)) = place.look(behind) {
            self.touch(&place, false)?;
            place = next;
        }
        Ok(place)
    }

    /// For pieces of work that run side by side from now on.
    pub(crate) fn beside(&self) -> Beside {
        Beside {
            together: Rc::default(),
            first: self.cells + 1,
        }
    }

    /// Begins a piece of work beside others, until [`Self::leave`]: what one
    /// changes, no other touches.
    pub(crate) fn enter(&mut self, beside: &Beside, work: Work) {
        self.parties.push(Party {
            together: Rc::clone(&beside.together),
            work,
            first: beside.first,
        });
    }

    pub(crate) fn leave(&mut self) {
        self.parties.pop();
    }

    /// Whether `place` is outside of a front that runs now.
    fn fronts(&self, place: &Place) -> bool {
        let is_outside =
            |party: &Party| party.work == Work::Front && place.cell.number < party.first;
        self.parties.iter().any(is_outside)
    }

    fn touch(&self, place: &Place, change: bool) -> Out<()> {
        let cell = &place.cell;
        let outside = self.parties.iter().rev();
        for party in outside.take_while(|party| cell.number < party.first) {
            if change && party.work == Work::Front {
                // An item that is lent to be changed is this iteration's alone;
                // a variable has been looked at where it is named.
                continue;
            }
            let name = &cell.name;
            let mut touched = party.together.borrow_mut();
            let touches = touched.entry(cell.number).or_default();
            let touch = Touch {
                work: party.work,
                change,
                fields: place.fields().to_vec(),
            };
            if touches.iter().any(|other| other.meets(&touch)) {
                return fault(format!("`{name}` is changed beside others that touch it"));
            }
            if !touches.contains(&touch) {
                touches.push(touch);
            }
        }
        Ok(())
    }
}
