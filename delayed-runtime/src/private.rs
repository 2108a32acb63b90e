//! What generated code calls: the one door between the compiler's output and
//! this crate. Nothing here is for users, and all of it may change.

use std::borrow::Cow;
use std::fmt::Display;
use std::marker::PhantomData;
use std::path::Path;

pub use delayed_graph::{
    Access, AccessKind, Affine, Chain, Edge, EdgeKind, Extent, Graph, Node, NodeId, NodeKind,
    Place, Range, Region, RegionId, Schedule, Variable,
};

pub use crate::accumulate::operator::{And, Or, Plus, Times, Xor};
#[cfg(feature = "checkpoint")]
pub use crate::checkpoint::Digest;
#[cfg(feature = "checkpoint")]
pub use crate::checkpoint::codec::{All, Codec, Keep, Part, Success, codec};
#[cfg(feature = "checkpoint")]
pub use crate::checkpoint::recall::{
    ByFingerprint, ByNothing, BySerde, Code, Known, Recalled, Space, recall,
};
pub use crate::constants::{
    IsInteger, IsOther, are_known, extent, factors, number, or_zero, times, total,
};
pub use crate::control::call::{Again, Called, controlled, retried};
pub use crate::control::late::{Late, LateEnd, LateError};
pub use crate::control::limit::Limit;
pub use crate::error::BoxError;
pub use crate::executor::Schema;
pub use crate::executor::fork::{Ended, first_failure};
pub use crate::executor::gather::reduce::HandingOn;
pub use crate::executor::gather::sums::Overflow;
pub use crate::executor::looping::pace::Pace;
pub use crate::executor::memory::hand::Mark;
pub use crate::executor::memory::weighed::{collect, for_each, push, reduce};
pub use crate::executor::trace::{Call, SerialLoop, Shown, failed, passed, within};
pub use crate::executor::{CallSite, LoopSite, Pipeline, Scope, Stop, Turn};
pub use crate::nbytes::weigh::{SaysBytes, SaysNothing, Weigh, Weighing};
pub use crate::nbytes::{NBytes, elsewhere};
pub use crate::nest::{Array, Flat, Lend, Lent, Nest, RunsCells, RunsLoops, Steps, Sum, fixed};
pub use crate::not_a_task::{CalledAsTask, Info, PlainFunction};
pub use crate::source::{AtHand, Items, Pulled, Split};

use crate::accumulate::Associative;
use crate::accumulate::operator::Operator;
use crate::executor::gather::collect::InPlace;
use crate::executor::gather::reduce::{InOrder, Regrouped, Summed};
use crate::executor::gather::sums::Integer;

/// A text of the program.
#[must_use]
pub const fn text(text: &'static str) -> Cow<'static, str> {
    Cow::Borrowed(text)
}

/// A list of the program.
#[must_use]
pub const fn list<T: Clone>(list: &'static [T]) -> Cow<'static, [T]> {
    Cow::Borrowed(list)
}

/// A place in the program.
#[must_use]
pub const fn place(file: &'static str, line: u32, column: u32) -> Place {
    Place {
        file: Cow::Borrowed(file),
        line,
        column,
    }
}

/// One of several things that an iteration hands to its loop's back.
pub enum Either<A, B> {
    /// The first.
    Left(A),
    /// One of the rest.
    Right(B),
}

/// What a `for` loop pulls from. `(&mut &mut &mut Source(Some(x))).__source()`
/// finds the type's own [`Split`] first, then items that are there already, and
/// else goes by `IntoIterator`.
pub struct Source<T>(pub Option<T>);

/// See [`Source`].
pub trait FromSplit {
    /// The source.
    type Source;
    /// Takes the source itself.
    fn __source(&mut self) -> Self::Source;
}

impl<S: Split> FromSplit for &mut &mut Source<S> {
    type Source = S;
    fn __source(&mut self) -> S {
        taken(self.0.take())
    }
}

/// See [`Source`].
pub trait FromItems {
    /// The source.
    type Source;
    /// Takes the items.
    fn __source(&mut self) -> Self::Source;
}

impl<I: IntoIterator<IntoIter: Items>> FromItems for &mut Source<I> {
    type Source = AtHand<I::IntoIter>;
    fn __source(&mut self) -> AtHand<I::IntoIter> {
        AtHand(taken(self.0.take()).into_iter())
    }
}

/// See [`Source`]. It fits everything, so that rustc says of what is no iterator
/// just that.
pub trait FromIterator {
    /// What is looped over.
    type Of;
    /// Takes the iterator.
    fn __source(&mut self) -> Pulled<<Self::Of as IntoIterator>::IntoIter>
    where
        Self::Of: IntoIterator;
}

impl<T> FromIterator for Source<T> {
    type Of = T;
    fn __source(&mut self) -> Pulled<T::IntoIter>
    where
        T: IntoIterator,
    {
        Pulled(taken(self.0.take()).into_iter())
    }
}

fn taken<T>(source: Option<T>) -> T {
    source.expect("a source is made once")
}

/// Asserts that iterations which overlap may share a value.
#[inline]
pub const fn shared<T: Sync + ?Sized>(_: &T) {}

/// The type of a value.
pub type Like<T> = PhantomData<fn() -> T>;

/// What is known of an accumulator: its type, and how its sums overflow.
pub struct Accumulator<T> {
    like: Like<T>,
    overflow: &'static Overflow,
}

impl<T> Clone for Accumulator<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Accumulator<T> {}

/// The accumulator `value`.
#[must_use]
pub const fn accumulator<T>(_value: &T, overflow: &'static Overflow) -> Accumulator<T> {
    let like = PhantomData;
    Accumulator { like, overflow }
}

/// A reduction by the operator `O` into an `A` of what iterations hand over:
/// `(&&&Reduction(…)).__way()` regroups the parts where they have the type of the
/// accumulator and that type promises that the grouping does not matter. Else
/// they stay in order. Sums of integers are regrouped where nobody sees it.
pub struct Reduction<O, A, Op>(pub O, pub Accumulator<A>, pub Like<Op>);

/// See [`Reduction`].
pub trait Sums {
    /// How the parts come together.
    fn __way(&self) -> Summed;
}

impl<T: Integer> Sums for &&Reduction<Plus, T, (T,)> {
    fn __way(&self) -> Summed {
        Summed::new(self.1.overflow)
    }
}

/// See [`Reduction`].
pub trait Regroups {
    /// The operator.
    type Operator;
    /// How the parts come together.
    fn __way(&self) -> Regrouped<Self::Operator> {
        Regrouped::new()
    }
}

impl<O: Operator<T>, T: Associative> Regroups for &Reduction<O, T, (T,)> {
    type Operator = O;
}

/// See [`Reduction`].
pub trait KeepsOrder {
    /// How the parts come together.
    fn __way(&self) -> InOrder {
        InOrder
    }
}

impl<O, A, Op> KeepsOrder for Reduction<O, A, Op> {}

/// A loop that does nothing but push a `T` in each iteration onto an `A`:
/// `(&&Pushing(…)).__way()` lets iterations write to a vector of such values, and
/// calls the program's own `push` for all else.
pub struct Pushing<A, T>(pub Like<(A, T)>);

/// See [`Pushing`].
pub trait PushesInPlace {
    /// How values are pushed.
    fn __way(&self) -> InPlace {
        InPlace
    }
}

impl<T> PushesInPlace for &Pushing<Vec<T>, T> {}

/// See [`Pushing`].
pub trait PushesInOrder {
    /// How values are pushed.
    fn __way(&self) -> InOrder {
        InOrder
    }
}

impl<A, T> PushesInOrder for Pushing<A, T> {}

/// What a call has made: `Made(value).value()` can have the place of the whole
/// call.
pub struct Made<T>(pub T);

impl<T> Made<T> {
    /// The value.
    #[inline]
    pub fn value(self) -> T {
        self.0
    }
}

/// A variable between the turns that take it: `(&mut &mut Slot(&mut x)).__take()`.
pub struct Slot<'a, T>(pub &'a mut Option<T>);

/// A value that can be copied stays where it is, in case the turn fails.
pub trait TakeCopy {
    /// The variable's type.
    type Value;
    /// The value.
    fn __take(&mut self) -> Option<Self::Value>;
}

impl<T: Copy> TakeCopy for &mut Slot<'_, T> {
    type Value = T;
    #[inline]
    fn __take(&mut self) -> Option<T> {
        *self.0
    }
}

/// Any other value is moved out.
pub trait TakeOwned {
    /// The variable's type.
    type Value;
    /// The value.
    fn __take(&mut self) -> Option<Self::Value>;
}

impl<T> TakeOwned for Slot<'_, T> {
    type Value = T;
    #[inline]
    fn __take(&mut self) -> Option<T> {
        self.0.take()
    }
}

/// The variable that the turns of a loop have taken and given back.
#[inline]
pub fn put_back<T>(slot: Option<T>) -> T {
    slot.expect("a turn that did not fail gives back what it took")
}

/// Ends a value where nobody reads it any more.
#[inline]
pub fn release<T>(_: T) {}

/// What `?` may stand behind.
#[diagnostic::on_unimplemented(
    message = "`?` in a pipeline needs a `Result`, and this is `{Self}`",
    label = "not a `Result`",
    note = "an `Option` becomes one by `.ok_or(…)` or `.ok_or_else(…)`"
)]
pub trait Fallible<T, E> {
    /// The same as a plain `Result`.
    fn into_result(self) -> Result<T, E>;
}

impl<T, E> Fallible<T, E> for Result<T, E> {
    #[inline]
    fn into_result(self) -> Self {
        self
    }
}

/// What `?` sees. Value and error are no types of the operand's, as rustc would
/// say of each that it is not there.
///
/// # Errors
///
/// The operand's own.
#[inline]
pub fn branch<T, E, R: Fallible<T, E>>(operand: R) -> Result<T, E> {
    operand.into_result()
}

/// An item that may be printable: `(&&&Item(&x)).__show()`. Of a type that is
/// not known yet the first of the ways to show it is taken, and rustc refuses
/// the type if it cannot do that: so the one that most types can is first.
pub struct Item<'a, T: ?Sized>(pub &'a T);

/// File names and texts.
pub trait ShowPath {
    /// The item as text.
    fn __show(&self) -> Option<String>;
}

impl<T: AsRef<Path> + ?Sized> ShowPath for &Item<'_, T> {
    fn __show(&self) -> Option<String> {
        Some(shorten(self.0.as_ref().display().to_string()))
    }
}

/// Numbers and whatever else prints.
pub trait ShowDisplay {
    /// The item as text.
    fn __show(&self) -> Option<String>;
}

impl<T: Display + ?Sized> ShowDisplay for &&Item<'_, T> {
    fn __show(&self) -> Option<String> {
        Some(shorten(self.0.to_string()))
    }
}

/// All the rest.
pub trait ShowNothing {
    /// `None`.
    fn __show(&self) -> Option<String>;
}

impl<T: ?Sized> ShowNothing for Item<'_, T> {
    fn __show(&self) -> Option<String> {
        None
    }
}

/// File names and texts that can be copied, to be shown later.
pub trait KeepPath {
    /// What is kept.
    type Kept;
    /// A copy of the item.
    fn __keep(&self) -> Self::Kept;
}

impl<T: Copy + AsRef<Path>> KeepPath for &Item<'_, T> {
    type Kept = T;
    #[inline]
    fn __keep(&self) -> T {
        *self.0
    }
}

/// Numbers and whatever else prints and can be copied.
pub trait KeepDisplay {
    /// What is kept.
    type Kept;
    /// A copy of the item.
    fn __keep(&self) -> Self::Kept;
}

impl<T: Copy + Display> KeepDisplay for &&Item<'_, T> {
    type Kept = T;
    #[inline]
    fn __keep(&self) -> T {
        *self.0
    }
}

/// All the rest.
pub trait KeepNothing {
    /// Nothing.
    #[inline]
    fn __keep(&self) {}
}

impl<T: ?Sized> KeepNothing for Item<'_, T> {}

/// Keeps an error on one line.
fn shorten(text: String) -> String {
    const MOST: usize = 120;
    let line = text.replace(['\n', '\r'], " ");
    if line.chars().count() <= MOST {
        return line;
    }
    line.chars().take(MOST).chain(['…']).collect()
}
