//! The executor that is used unless another one is asked for: the caller works,
//! and threads of a pool help it.

use super::contract::Executor;
use super::gather::Gather;
use super::gather::ring::Turn;
use super::looping::region;
use super::run::Stop;
use super::scope::Scope;
use super::site::LoopSite;
use crate::source::Split;

/// Threads take work from each other.
pub(crate) struct Stealing;

impl Executor for Stealing {
    #[inline]
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
        G: Gather<Op>,
    {
        region::for_each(scope, site, source, front, back, gather)
    }
}
