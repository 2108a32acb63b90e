//! What a node reads: delayed values, plain ones, and collections of them.

use std::borrow::Borrow;
use std::marker::PhantomData;
use std::sync::Arc;

use delayed_graph::EdgeKind;

use super::Delayed;
use super::node::{Node, Step};
use super::value::{Kept, Loan};

/// A dependence on a node, and how its value crosses.
pub struct Link {
    pub(super) step: Arc<dyn Step>,
    pub(super) kind: EdgeKind,
}

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
    type Value;

    /// Adds the nodes that this reads.
    #[doc(hidden)]
    fn links(&self, found: &mut Vec<Link>);

    /// The values; each of the nodes has run.
    #[doc(hidden)]
    fn take(self) -> Self::Value;
}

impl<T: Send + 'static> Input for Delayed<T> {
    type Value = T;

    fn links(&self, found: &mut Vec<Link>) {
        found.push(Link {
            step: self.node.clone(),
            kind: EdgeKind::Moved,
        });
    }

    fn take(self) -> T {
        self.node.take()
    }
}

/// A node whose value is looked at as a `T`.
pub struct Lend<O, T: ?Sized> {
    node: Arc<Node<O>>,
    seen_as: PhantomData<fn() -> Box<T>>,
}

impl<O, T: ?Sized> Lend<O, T> {
    pub(super) fn new(delayed: &Delayed<O>) -> Self {
        Self {
            node: delayed.node.clone(),
            seen_as: PhantomData,
        }
    }
}

impl<O: Borrow<T> + Send + Sync + 'static, T: ?Sized + 'static> Input for Lend<O, T> {
    type Value = Loan<O, T>;

    fn links(&self, found: &mut Vec<Link>) {
        found.push(Link {
            step: self.node.clone(),
            kind: EdgeKind::Borrowed,
        });
    }

    fn take(self) -> Self::Value {
        Loan::new(self.node.lend())
    }
}

/// A plain value.
pub struct Plain<T>(pub(super) T);

impl<T: Send + 'static> Input for Plain<T> {
    type Value = T;
    fn links(&self, _: &mut Vec<Link>) {}
    fn take(self) -> T {
        self.0
    }
}

impl<O: Borrow<T> + Send + 'static, T: ?Sized + 'static> Input for Kept<O, T> {
    type Value = Self;
    fn links(&self, _: &mut Vec<Link>) {}
    fn take(self) -> Self {
        self
    }
}

impl<I: Input> Input for Vec<I> {
    type Value = Vec<I::Value>;

    fn links(&self, found: &mut Vec<Link>) {
        self.iter().for_each(|input| input.links(found));
    }

    fn take(self) -> Self::Value {
        self.into_iter().map(I::take).collect()
    }
}

impl<I: Input, const N: usize> Input for [I; N] {
    type Value = [I::Value; N];

    fn links(&self, found: &mut Vec<Link>) {
        self.iter().for_each(|input| input.links(found));
    }

    fn take(self) -> Self::Value {
        self.map(I::take)
    }
}

impl<I: Input> Input for Option<I> {
    type Value = Option<I::Value>;

    fn links(&self, found: &mut Vec<Link>) {
        self.iter().for_each(|input| input.links(found));
    }

    fn take(self) -> Self::Value {
        self.map(I::take)
    }
}

/// A collection that a task looks at as a slice: taken out, then kept.
pub struct Gather<I>(pub(super) Vec<I>);

impl<I: Input<Value: Send + 'static>> Input for Gather<I> {
    type Value = Kept<Vec<I::Value>, [I::Value]>;

    fn links(&self, found: &mut Vec<Link>) {
        self.0.links(found);
    }

    fn take(self) -> Self::Value {
        Kept::new(self.0.take())
    }
}

macro_rules! tuples {
    ($(($($part:ident $index:tt),*))*) => {$(
        impl<$($part: Input),*> Input for ($($part,)*) {
            type Value = ($($part::Value,)*);

            #[allow(unused_variables, reason = "the empty tuple reads nothing")]
            fn links(&self, found: &mut Vec<Link>) {
                $(self.$index.links(found);)*
            }

            #[allow(clippy::unused_unit, reason = "the empty tuple holds nothing")]
            fn take(self) -> Self::Value {
                ($(self.$index.take(),)*)
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
