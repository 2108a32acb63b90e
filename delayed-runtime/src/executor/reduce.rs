//! A loop that is nothing but a reduction: in order, or regrouped where the
//! type of its parts allows that.

use std::marker::PhantomData;

use super::contract;
use super::ring::Turn;
use super::run::Stop;
use super::scope::Scope;
use super::site::LoopSite;
use crate::accumulate::Associative;
use crate::accumulate::operator::Operator;
use crate::source::Split;

/// How the parts of a reduction come together.
pub trait Way<Op> {
    /// Runs the loop, see [`contract::for_each`].
    ///
    /// # Errors
    ///
    /// The failure that the serial loop would have met first.
    fn for_each<S, F, B>(
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

impl<Op> Way<Op> for InOrder {
    fn for_each<S, F, B>(
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
        contract::for_each(scope, site, source, front, back)
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
            return contract::for_each(scope, site, source, front, back);
        }
        let merge = |(mut left,): (T,), (right,): (T,)| {
            O::apply(&mut left, right);
            (left,)
        };
        contract::for_each_merged(scope, site, source, front, back, merge)
    }
}

/// Runs a loop whose parts come together in the way that `way` chooses by the
/// type of what is handed over.
///
/// # Errors
///
/// The failure that the serial loop would have met first.
pub(crate) fn reduce<S, Op, F, B, W>(
    scope: &Scope<'_>,
    site: &LoopSite,
    source: S,
    front: F,
    back: B,
    _way: impl FnOnce(PhantomData<fn() -> Op>) -> W,
) -> Result<(), Stop>
where
    S: Split,
    Op: Send,
    F: Fn(S::Item, &Scope<'_>, &mut Turn<'_, Op>) -> Result<Option<Op>, Stop> + Sync,
    B: FnMut(Op) -> Result<(), Stop> + Send,
    W: Way<Op>,
{
    W::for_each(scope, site, source, front, back)
}
