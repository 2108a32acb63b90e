//! The doors through which generated code runs loops: where there is a memory
//! limit, an iteration begins with a look at how much its item holds.

use std::marker::PhantomData;

use super::hand;
use crate::__private::Like;
use crate::Error;
use crate::executor::contract;
use crate::executor::gather::collect::Push;
use crate::executor::gather::reduce::{InOrder, Way};
use crate::executor::gather::ring::Turn;
use crate::executor::run::Stop;
use crate::executor::scope::Scope;
use crate::executor::site::LoopSite;
use crate::executor::trace;
use crate::nbytes::weigh::Weigh;
use crate::source::Split;

/// Runs a loop, see `contract::for_each`. `weigher` chooses by the type of the
/// items how they are weighed.
///
/// # Errors
///
/// The failure that the serial loop would have met first.
#[inline]
pub fn for_each<S, Item, Op, F, B, W>(
    scope: &Scope<'_>,
    site: &LoopSite,
    source: S,
    front: F,
    back: B,
    _weigher: impl FnOnce(Like<Item>) -> W,
) -> Result<(), Stop>
where
    // By a name of its own, an item's type is not wrong once more where `S` is.
    S: Split<Item = Item>,
    Op: Send,
    F: Fn(Item, &Scope<'_>, &mut Turn<'_, Op>) -> Result<Option<Op>, Stop> + Sync,
    B: FnMut(Op) -> Result<(), Stop> + Send,
    W: Weigh<Item>,
{
    begin(scope);
    contract::for_each(
        scope,
        site,
        source,
        weighed::<_, _, _, W>(site, front),
        back,
        &InOrder,
    )
}

/// Runs a loop that is nothing but a reduction, in the way that `way` chooses by the type
/// of what is handed over.
///
/// # Errors
///
/// The failure that the serial loop would have met first.
#[inline]
pub fn reduce<S, Item, Op, F, B, V, W>(
    scope: &Scope<'_>,
    site: &LoopSite,
    source: S,
    front: F,
    back: B,
    way: impl FnOnce(Like<Op>) -> V,
    _weigher: impl FnOnce(Like<Item>) -> W,
) -> Result<(), Stop>
where
    S: Split<Item = Item>,
    Op: Send,
    F: Fn(Item, &Scope<'_>, &mut Turn<'_, Op>) -> Result<Option<Op>, Stop> + Sync,
    B: FnMut(Op) -> Result<(), Stop> + Send,
    V: Way<Op>,
    W: Weigh<Item>,
{
    begin(scope);
    let front = weighed::<_, _, _, W>(site, front);
    way(PhantomData).for_each(scope, site, source, front, back)
}

/// Runs a loop that does nothing but collect: each iteration gives an element of
/// `all`.
///
/// # Errors
///
/// The failure that the serial loop would have met first.
#[inline]
pub fn collect<S, Item, T, F, W>(
    (scope, site): (&Scope<'_>, &LoopSite),
    source: S,
    front: F,
    all: &mut Vec<T>,
    _weigher: impl FnOnce(Like<Item>) -> W,
) -> Result<(), Stop>
where
    S: Split<Item = Item>,
    T: Send,
    F: Fn(Item, &Scope<'_>) -> Result<(T,), Stop> + Sync,
    W: Weigh<Item>,
{
    begin(scope);
    let front = weighed_value::<_, _, _, W>(site, front);
    crate::executor::gather::collect::collect((scope, site), source, front, all)
}

/// Runs a loop that does nothing but push: each iteration gives a value that is
/// added to `all` by `push`, or in the way that `way` chooses by the two types.
///
/// # Errors
///
/// The failure that the serial loop would have met first.
#[inline]
pub fn push<S, Item, A, T, F, P, V, W>(
    (scope, site): (&Scope<'_>, &LoopSite),
    source: S,
    front: F,
    all: &mut A,
    push: P,
    way: impl FnOnce(Like<(A, T)>) -> V,
    _weigher: impl FnOnce(Like<Item>) -> W,
) -> Result<(), Stop>
where
    S: Split<Item = Item>,
    A: Send,
    T: Send,
    F: Fn(Item, &Scope<'_>) -> Result<(T,), Stop> + Sync,
    P: FnMut(&mut A, (T,)) -> Result<(), Stop> + Send,
    V: Push<A, T>,
    W: Weigh<Item>,
{
    begin(scope);
    let front = weighed_value::<_, _, _, W>(site, front);
    way(PhantomData).run((scope, site), source, front, all, push)
}

/// A loop begins in `scope`.
#[inline]
fn begin(scope: &Scope<'_>) {
    if scope.run.budget().is_some() {
        hand::teach(scope.run);
    }
}

/// The front, behind a look at its item.
#[inline]
fn weighed<Item, Op, F, W>(
    site: &LoopSite,
    front: F,
) -> impl Fn(Item, &Scope<'_>, &mut Turn<'_, Op>) -> Result<Option<Op>, Stop> + Sync
where
    F: Fn(Item, &Scope<'_>, &mut Turn<'_, Op>) -> Result<Option<Op>, Stop> + Sync,
    W: Weigh<Item>,
{
    move |item, scope, turn| {
        weigh::<_, W>(scope, site, &item)?;
        front(item, scope, turn)
    }
}

/// The same, for a front that gives one value.
#[inline]
fn weighed_value<Item, T, F, W>(
    site: &LoopSite,
    front: F,
) -> impl Fn(Item, &Scope<'_>) -> Result<(T,), Stop> + Sync
where
    F: Fn(Item, &Scope<'_>) -> Result<(T,), Stop> + Sync,
    W: Weigh<Item>,
{
    move |item, scope| {
        weigh::<_, W>(scope, site, &item)?;
        front(item, scope)
    }
}

/// A look at how much an iteration's item holds, where that matters.
#[inline]
fn weigh<Item, W: Weigh<Item>>(
    scope: &Scope<'_>,
    site: &LoopSite,
    item: &Item,
) -> Result<(), Stop> {
    if W::WEIGHS && scope.run.weighs() {
        let bytes = W::weigh(item);
        if let Some(telling) = scope.run.telling() {
            telling.value(site.label, &site.place, bytes);
        }
        let held = hand::hold(bytes);
        held.map_err(|large| {
            let error = Error::failed(large).at(None::<&str>, site.place.clone());
            trace::passed(Stop::Failed(error))
        })?;
    }
    Ok(())
}
