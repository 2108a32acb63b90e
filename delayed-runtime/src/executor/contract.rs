//! What an executor does with a loop.

use super::gather::Gather;
use super::gather::ring::Turn;
use super::run::Stop;
use super::scope::Scope;
use super::site::LoopSite;
use super::stealing::Stealing;
use crate::source::Split;

/// Runs loops in an order of its own, which no answer shows.
///
/// A loop is given as its site (the identity that it has in every process of
/// one build), a source of pieces, a front and a back. Pieces and what a front
/// hands over pass by value, so they are all that would have to cross to a
/// worker that shares no memory.
pub(crate) trait Executor {
    /// Runs a loop: `front` makes what an iteration hands over, and may run
    /// beside other iterations; `back` takes it, one iteration after the other,
    /// or what `gather` has made of several that follow each other.
    fn for_each<S, Op, F, B, G>(
        &self,
        scope: &Scope<'_>,
        site: &LoopSite,
        source: S,
        front: F,
        back: B,
        gather: &G,
    ) -> Result<(), Stop>
    where
        S: Split,
        Op: Send,
        F: Fn(S::Item, &Scope<'_>, &mut Turn<'_, Op>) -> Result<Option<Op>, Stop> + Sync,
        B: FnMut(Op) -> Result<(), Stop> + Send,
        G: Gather<Op>;
}

/// Runs a loop on the executor of its run.
///
/// # Errors
///
/// The failure that the serial loop would have met first.
pub(crate) fn for_each<S, Item, Op, F, B, G>(
    scope: &Scope<'_>,
    site: &LoopSite,
    source: S,
    front: F,
    back: B,
    gather: &G,
) -> Result<(), Stop>
where
    // By a name of its own, an item's type is not wrong once more where `S` is.
    S: Split<Item = Item>,
    Op: Send,
    F: Fn(Item, &Scope<'_>, &mut Turn<'_, Op>) -> Result<Option<Op>, Stop> + Sync,
    B: FnMut(Op) -> Result<(), Stop> + Send,
    G: Gather<Op>,
{
    match scope.run.seeded() {
        Some(seeded) => seeded.for_each(scope, site, source, front, back, gather),
        None => Stealing.for_each(scope, site, source, front, back, gather),
    }
}
