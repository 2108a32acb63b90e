//! How the parts of a loop come together that is nothing but a reduction: in
//! order, or regrouped where their type allows that.

use std::marker::PhantomData;

use super::handed::Handed;
use super::ordered::Ordered;
use super::ring::Turn;
use super::sums::{Integer, Overflow, Rules, Sums, Wrapping};
use super::tree::Tree;
use super::{Adding, Each, Fold, Gather, Merging};
use crate::accumulate::Associative;
use crate::accumulate::operator::Operator;
use crate::executor::contract;
use crate::executor::run::{Limits, Run, Stop};
use crate::executor::scope::Scope;
use crate::executor::site::LoopSite;
use crate::source::Split;

/// How the parts of a reduction come together.
pub trait Way<Op> {
    /// Runs the loop, see [`contract::for_each`].
    ///
    /// # Errors
    ///
    /// The failure that the serial loop would have met first.
    fn for_each<S, F, B>(
        self,
        scope: &Scope<'_>,
        site: &LoopSite,
        source: S,
        front: F,
        back: B,
    ) -> Result<(), Stop>
    where
        S: Split,
        Op: Send,
        F: Fn(S::Item, &Scope<'_>, &mut Turn<'_, Op>) -> Result<Option<Op>, Stop> + Sync,
        B: FnMut(Op) -> Result<(), Stop> + Send;
}

/// One part after the other, in iteration order.
pub struct InOrder;

impl<Op: Send> Gather<Op> for InOrder {
    const MERGES: bool = false;

    type Ring<'a, B: FnMut(Op) -> Result<(), Stop> + Send>
        = Ordered<'a, Op, B, Handed<Op>>
    where
        Self: 'a;

    fn fold(&self) -> impl Fold<Op> + Sync {
        Each
    }

    fn ring<'a, B>(&'a self, site: &'a LoopSite, slots: usize, back: B) -> Self::Ring<'a, B>
    where
        B: FnMut(Op) -> Result<(), Stop> + Send,
    {
        Ordered::new(site, (), slots, back)
    }

    fn limits<Piece>(&self, run: &Run) -> Limits {
        run.limits::<Op, Piece>()
    }

    fn merge(&self) -> Option<&Adding<'_, Op>> {
        None
    }
}

impl<Op> Way<Op> for InOrder {
    fn for_each<S, F, B>(
        self,
        scope: &Scope<'_>,
        site: &LoopSite,
        source: S,
        front: F,
        back: B,
    ) -> Result<(), Stop>
    where
        S: Split,
        Op: Send,
        F: Fn(S::Item, &Scope<'_>, &mut Turn<'_, Op>) -> Result<Option<Op>, Stop> + Sync,
        B: FnMut(Op) -> Result<(), Stop> + Send,
    {
        contract::for_each(scope, site, source, front, back, &self)
    }
}

/// Neighbours by a function of the two.
pub(crate) struct Merge<M>(pub(crate) M);

impl<Op: Send, M: Fn(&mut Op, Op) + Sync> Gather<Op> for Merge<M> {
    const MERGES: bool = true;

    type Ring<'a, B: FnMut(Op) -> Result<(), Stop> + Send>
        = Tree<'a, Op, B, M>
    where
        Self: 'a;

    fn fold(&self) -> impl Fold<Op> + Sync {
        Merging(&self.0)
    }

    fn ring<'a, B>(&'a self, site: &'a LoopSite, slots: usize, back: B) -> Self::Ring<'a, B>
    where
        B: FnMut(Op) -> Result<(), Stop> + Send,
    {
        Tree::new(site, slots, back, &self.0)
    }

    fn limits<Piece>(&self, run: &Run) -> Limits {
        run.limits_merged::<Piece>()
    }

    fn merge(&self) -> Option<&Adding<'_, Op>> {
        Some(&self.0)
    }
}

/// Neighbours by `O` first, where the grouping cannot be seen.
pub struct Regrouped<O>(PhantomData<fn(O)>);

impl<O> Regrouped<O> {
    pub(crate) fn new() -> Self {
        Self(PhantomData)
    }
}

impl<O: Operator<T>, T: Associative> Way<(T,)> for Regrouped<O> {
    fn for_each<S, F, B>(
        self,
        scope: &Scope<'_>,
        site: &LoopSite,
        source: S,
        front: F,
        back: B,
    ) -> Result<(), Stop>
    where
        S: Split,
        (T,): Send,
        F: Fn(S::Item, &Scope<'_>, &mut Turn<'_, (T,)>) -> Result<Option<(T,)>, Stop> + Sync,
        B: FnMut((T,)) -> Result<(), Stop> + Send,
    {
        if O::OVERFLOWS && T::OVERFLOWS {
            return InOrder.for_each(scope, site, source, front, back);
        }
        let merge = Merge(|(left,): &mut (T,), (right,): (T,)| O::apply(left, right));
        contract::for_each(scope, site, source, front, back, &merge)
    }
}

/// Sums of integers, by the block.
pub struct Summed {
    overflow: &'static Overflow,
    /// The loop's back makes the additions, and does not hand the parts on.
    adds: bool,
}

impl Summed {
    pub(crate) fn new(overflow: &'static Overflow) -> Self {
        let adds = true;
        Self { overflow, adds }
    }
}

/// What a way is for a loop whose back hands the parts on to another one.
pub trait HandingOn: Sized {
    /// The same but for that.
    #[must_use]
    fn handing_on(self) -> Self {
        self
    }
}

impl HandingOn for InOrder {}
impl<O> HandingOn for Regrouped<O> {}
impl HandingOn for Summed {
    fn handing_on(self) -> Self {
        let adds = false;
        Self { adds, ..self }
    }
}

impl<T: Integer> Gather<(T,)> for Summed {
    const MERGES: bool = true;

    type Ring<'a, B: FnMut((T,)) -> Result<(), Stop> + Send>
        = Ordered<'a, (T,), B, Sums<T>>
    where
        Self: 'a;

    fn fold(&self) -> impl Fold<(T,)> + Sync {
        Wrapping(self.overflow.wraps())
    }

    fn ring<'a, B>(&'a self, site: &'a LoopSite, slots: usize, back: B) -> Self::Ring<'a, B>
    where
        B: FnMut((T,)) -> Result<(), Stop> + Send,
    {
        let Self { overflow, adds } = *self;
        Ordered::new(site, Rules { overflow, adds }, slots, back)
    }

    fn limits<Piece>(&self, run: &Run) -> Limits {
        if self.overflow.wraps() {
            run.limits_merged::<Piece>()
        } else {
            run.limits::<(T,), Piece>()
        }
    }

    fn merge(&self) -> Option<&Adding<'_, (T,)>> {
        None
    }
}

impl<T: Integer> Way<(T,)> for Summed {
    fn for_each<S, F, B>(
        self,
        scope: &Scope<'_>,
        site: &LoopSite,
        source: S,
        front: F,
        back: B,
    ) -> Result<(), Stop>
    where
        S: Split,
        (T,): Send,
        F: Fn(S::Item, &Scope<'_>, &mut Turn<'_, (T,)>) -> Result<Option<(T,)>, Stop> + Sync,
        B: FnMut((T,)) -> Result<(), Stop> + Send,
    {
        contract::for_each(scope, site, source, front, back, &self)
    }
}
