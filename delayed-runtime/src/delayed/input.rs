//! What a node reads: delayed values, plain ones, and collections of them.

use std::borrow::Borrow as Look;
use std::marker::PhantomData;

use super::Delayed;
use super::node::Borrow;
use super::reference::{NodePtr, Tie};
use super::value::{Kept, Loan};

/// A dependence on a node, and how its value crosses.
#[derive(Clone, Copy)]
pub struct Link<'a> {
    node: NodePtr,
    tie: Option<&'a Tie>,
}

impl<'a> Link<'a> {
    pub(super) fn node(self) -> NodePtr {
        self.node
    }

    /// The entry among the node's borrowers; `None` if the value is taken.
    pub(super) fn tie(self) -> Option<&'a Tie> {
        self.tie
    }
}

/// That all nodes have run, and that nobody else wants the values that are
/// taken: only runs can say so.
pub struct Due(pub(super) ());

/// Something that delayed values can be taken out of: a [`Delayed`], or a
/// `Vec`, array, `Option` or tuple of such.
///
/// It is what [`compute`](super::compute) computes in one run.
#[diagnostic::on_unimplemented(
    message = "`{Self}` holds no delayed value",
    label = "not a `Delayed`, nor a tuple, `Vec`, array or `Option` of such"
)]
pub trait Input: Send + 'static {
    /// What is left when everything in it is computed.
    type Value<'a>;

    /// Whether it borrows from nodes.
    #[doc(hidden)]
    const BORROWS: bool;

    /// Shows the nodes that this reads.
    #[doc(hidden)]
    fn links(&self, found: &mut (impl FnMut(Link<'_>) + ?Sized));

    /// The values, once; each of the nodes has run.
    #[doc(hidden)]
    fn take(&mut self, due: &Due) -> Self::Value<'_>;
}

impl<T: Send + 'static> Input for Delayed<T> {
    type Value<'a> = T;
    const BORROWS: bool = false;

    fn links(&self, found: &mut (impl FnMut(Link<'_>) + ?Sized)) {
        found(Link {
            node: self.handle.node(),
            tie: None,
        });
    }

    fn take(&mut self, _: &Due) -> T {
        self.handle.take()
    }
}

/// A node whose value is looked at as a `T`, once it has its place in another.
pub struct Lend<O, T: ?Sized> {
    borrow: Borrow<O>,
    seen_as: PhantomData<fn() -> Box<T>>,
}

impl<O: Look<T> + Send + Sync + 'static, T: ?Sized + 'static> Input for Lend<O, T> {
    type Value<'a> = Loan<'a, O, T>;
    const BORROWS: bool = true;

    fn links(&self, found: &mut (impl FnMut(Link<'_>) + ?Sized)) {
        let tie = self.borrow.tie();
        found(Link {
            node: tie.node(),
            tie: Some(tie),
        });
    }

    fn take(&mut self, due: &Due) -> Loan<'_, O, T> {
        Loan::new(self.borrow.look(due))
    }
}

/// A plain value.
pub struct Plain<T>(Option<T>);

impl<T> Plain<T> {
    pub(super) fn new(value: T) -> Self {
        Self(Some(value))
    }
}

/// A plain value that was taken before.
const TAKEN: &str = "a task runs once";

impl<T: Send + 'static> Input for Plain<T> {
    type Value<'a> = T;
    const BORROWS: bool = false;
    fn links(&self, _: &mut (impl FnMut(Link<'_>) + ?Sized)) {}
    fn take(&mut self, _: &Due) -> T {
        self.0.take().expect(TAKEN)
    }
}

/// A plain value that a task looks at as a `T`.
pub struct Keep<O, T: ?Sized> {
    value: Option<O>,
    seen_as: PhantomData<fn() -> Box<T>>,
}

impl<O, T: ?Sized> Keep<O, T> {
    pub(super) fn new(value: O) -> Self {
        Self {
            value: Some(value),
            seen_as: PhantomData,
        }
    }
}

impl<O: Look<T> + Send + 'static, T: ?Sized + 'static> Input for Keep<O, T> {
    type Value<'a> = Kept<O, T>;
    const BORROWS: bool = false;
    fn links(&self, _: &mut (impl FnMut(Link<'_>) + ?Sized)) {}
    fn take(&mut self, _: &Due) -> Kept<O, T> {
        Kept::new(self.value.take().expect(TAKEN))
    }
}

impl<I: Input> Input for Vec<I> {
    type Value<'a> = Vec<I::Value<'a>>;
    const BORROWS: bool = I::BORROWS;

    fn links(&self, found: &mut (impl FnMut(Link<'_>) + ?Sized)) {
        self.iter().for_each(|input| input.links(found));
    }

    fn take(&mut self, due: &Due) -> Self::Value<'_> {
        self.iter_mut().map(|input| input.take(due)).collect()
    }
}

impl<I: Input, const N: usize> Input for [I; N] {
    type Value<'a> = [I::Value<'a>; N];
    const BORROWS: bool = I::BORROWS;

    fn links(&self, found: &mut (impl FnMut(Link<'_>) + ?Sized)) {
        self.iter().for_each(|input| input.links(found));
    }

    fn take(&mut self, due: &Due) -> Self::Value<'_> {
        self.each_mut().map(|input| input.take(due))
    }
}

impl<I: Input> Input for Option<I> {
    type Value<'a> = Option<I::Value<'a>>;
    const BORROWS: bool = I::BORROWS;

    fn links(&self, found: &mut (impl FnMut(Link<'_>) + ?Sized)) {
        self.iter().for_each(|input| input.links(found));
    }

    fn take(&mut self, due: &Due) -> Self::Value<'_> {
        self.as_mut().map(|input| input.take(due))
    }
}

/// A collection that a task looks at as a slice: taken out, then kept.
pub struct Gather<I>(pub(super) Vec<I>);

impl<V: 'static, I: for<'a> Input<Value<'a> = V>> Input for Gather<I> {
    type Value<'a> = Kept<Vec<V>, [V]>;
    const BORROWS: bool = I::BORROWS;

    fn links(&self, found: &mut (impl FnMut(Link<'_>) + ?Sized)) {
        self.0.links(found);
    }

    fn take(&mut self, due: &Due) -> Self::Value<'_> {
        Kept::new(self.0.take(due))
    }
}

/// That a node is being made: only then may what it borrows find its place.
pub struct Placing(pub(super) ());

/// What a task is called with, on its way into a node.
pub trait Argument {
    /// What the node keeps of it.
    type Input: Input;
    /// Hands it to the node.
    fn place(self, placing: &Placing) -> Self::Input;
}

/// A handle that is lent to a node.
pub struct Lending<'a, O, T: ?Sized> {
    delayed: &'a Delayed<O>,
    seen_as: PhantomData<fn() -> Box<T>>,
}

impl<'a, O, T: ?Sized> Lending<'a, O, T> {
    pub(super) fn new(delayed: &'a Delayed<O>) -> Self {
        Self {
            delayed,
            seen_as: PhantomData,
        }
    }
}

impl<O, T: ?Sized> Argument for Lending<'_, O, T>
where
    O: Look<T> + Send + Sync + 'static,
    T: 'static,
{
    type Input = Lend<O, T>;
    fn place(self, _: &Placing) -> Lend<O, T> {
        Lend {
            borrow: Borrow::new(&self.delayed.handle),
            seen_as: PhantomData,
        }
    }
}

/// What a node keeps as it is.
macro_rules! kept {
    ($([$($generics:tt)*] $from:ty;)*) => {$(
        impl<$($generics)*> Argument for $from
        where
            Self: Input,
        {
            type Input = Self;
            fn place(self, _: &Placing) -> Self {
                self
            }
        }
    )*};
}

kept! {
    [T] Delayed<T>;
    [I] Vec<I>;
    [I, const N: usize] [I; N];
    [I] Option<I>;
    [I] Gather<I>;
    [T] Plain<T>;
    [O, T: ?Sized] Keep<O, T>;
}

macro_rules! tuples {
    ($(($($part:ident $index:tt),*))*) => {$(
        impl<$($part: Argument),*> Argument for ($($part,)*) {
            type Input = ($($part::Input,)*);

            #[allow(unused_variables, clippy::unused_unit, reason = "the empty tuple holds nothing")]
            fn place(self, placing: &Placing) -> Self::Input {
                ($(self.$index.place(placing),)*)
            }
        }

        impl<$($part: Input),*> Input for ($($part,)*) {
            type Value<'a> = ($($part::Value<'a>,)*);
            const BORROWS: bool = false $(|| $part::BORROWS)*;

            #[allow(unused_variables, reason = "the empty tuple reads nothing")]
            fn links(&self, found: &mut (impl FnMut(Link<'_>) + ?Sized)) {
                $(self.$index.links(found);)*
            }

            #[allow(unused_variables, clippy::unused_unit, reason = "the empty tuple holds nothing")]
            fn take(&mut self, due: &Due) -> Self::Value<'_> {
                ($(self.$index.take(due),)*)
            }
        }
    )*};
}

tuples! {
    ()
    (A 0)
    (A 0, B 1)
    (A 0, B 1, C 2)
    (A 0, B 1, C 2, D 3)
    (A 0, B 1, C 2, D 3, E 4)
    (A 0, B 1, C 2, D 3, E 4, F 5)
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6)
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7)
}
