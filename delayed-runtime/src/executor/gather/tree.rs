//! The ring that merges neighbours before they are applied.
//!
//! Where the grouping of what iterations hand over does not matter, a block
//! keeps one value: that of all its iterations so far. A thread that completes
//! a block whose turn has not come merges it with the completed blocks beside
//! it, while another thread is applying earlier ones, and only the merged value
//! is applied. Merging goes on outside of any lock.
//!
//! Each value has exactly one owner: a block that is being run, a run of
//! completed blocks, or the thread that merges two runs or applies one. Who
//! puts a run back looks again at once for what it can be merged with and
//! whether its turn has come, so nothing is left lying.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, PoisonError};

use super::ring::{Back, Block, Ring};
use super::turns::Turns;
use crate::executor::memory::ledger::Charge;
use crate::executor::run::Stop;
use crate::executor::scope::Scope;
use crate::executor::site::LoopSite;
use crate::executor::trace;
use crate::sync::atomic::{AtomicU64, Ordering};
use crate::sync::{Mutex, MutexGuard};

/// The blocks of one loop on their way back into order, as a tree.
pub(crate) struct Tree<'a, Op, B, M> {
    merge: &'a M,
    /// How many blocks may be live.
    slots: usize,
    /// Completed blocks that nobody has applied, by the number of the first.
    runs: Mutex<BTreeMap<u64, Run<Op>>>,
    turns: Turns<'a, B>,
}

/// Completed blocks that follow each other.
struct Run<Op> {
    /// The block after the last of them.
    next: u64,
    /// The first iteration.
    start: u64,
    /// What all of them hand over.
    value: Option<Op>,
    /// How the last of them ended; the others ended well.
    end: Result<(), Stop>,
}

impl<'a, Op, B, M> Tree<'a, Op, B, M>
where
    B: FnMut(Op) -> Result<(), Stop>,
    M: Fn(&mut Op, Op),
{
    pub(crate) fn new(site: &'a LoopSite, slots: usize, back: B, merge: &'a M) -> Self {
        Self {
            merge,
            slots,
            runs: Mutex::new(BTreeMap::new()),
            turns: Turns::new(site, back),
        }
    }

    /// Merges into `value`, which is empty while that goes on: a panic leaves
    /// nothing half merged behind.
    fn add_to(&self, value: &mut Option<Op>, op: Op) {
        let both = match value.take() {
            Some(mut value) => {
                (self.merge)(&mut value, op);
                value
            }
            None => op,
        };
        *value = Some(both);
    }

    /// Applies what has its turn, unless another thread is at it.
    fn drain(&self, scope: &Scope<'_>) {
        let advance = |back: &mut Back<B>| self.advance(back);
        self.turns.drain(scope, advance, || self.is_ready());
    }

    fn is_ready(&self) -> bool {
        self.runs().contains_key(&self.turns.head())
    }

    /// Applies the run whose turn it is; `false` if it is not there.
    fn advance(&self, back: &mut Back<B>) -> bool {
        let run = self.runs().remove(&self.turns.head());
        let Some(run) = run else { return false };
        let apply = &mut back.apply;
        let applied = catch_unwind(AssertUnwindSafe(|| run.value.map_or(Ok(()), apply)));
        let applied = applied.unwrap_or_else(|payload| Err(trace::panicked(&*payload)));
        let applied = applied.map_err(|stop| self.turns.failed(stop, run.start));
        match applied.and(run.end) {
            Ok(()) => self.turns.go_on(run.next),
            Err(stop) => self.turns.end(back, stop),
        }
        true
    }

    /// Takes two neighbours, the earliest ones that may be merged. What has its
    /// turn is for the back.
    fn neighbours(&self) -> Option<(u64, Run<Op>, Run<Op>)> {
        let mut runs = self.runs();
        let head = self.turns.head();
        let waiting = || runs.range(head + 1..);
        let pairs = waiting().zip(waiting().skip(1));
        let mut pairs = pairs.filter(|((_, left), (second, right))| {
            let is_wanted = right.start <= self.turns.last().load(Ordering::Relaxed);
            left.next == **second && left.end.is_ok() && is_wanted
        });
        let ((&first, _), (&second, _)) = pairs.next()?;
        let (left, right) = (runs.remove(&first)?, runs.remove(&second)?);
        Some((first, left, right))
    }

    /// Merges two neighbours. If that panics, it is a failure where the second
    /// begins.
    fn merged(&self, left: Run<Op>, right: Run<Op>) -> Run<Op> {
        let (mut value, mut end) = (left.value, right.end);
        if let Some(op) = right.value
            && let Err(payload) = catch_unwind(AssertUnwindSafe(|| self.add_to(&mut value, op)))
        {
            end = Err(self.turns.failed(trace::panicked(&*payload), right.start));
        }
        Run {
            next: right.next,
            start: left.start,
            value,
            end,
        }
    }

    fn runs(&self) -> MutexGuard<'_, BTreeMap<u64, Run<Op>>> {
        self.runs.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<Op, B, M> Ring<Op> for Tree<'_, Op, B, M>
where
    Op: Send,
    B: FnMut(Op) -> Result<(), Stop> + Send,
    M: Fn(&mut Op, Op) + Sync,
{
    type Handed = Option<Op>;
    type Apply = B;

    fn begin(&self, _block: Block, _count: usize, _handed: &mut Option<Op>) {}

    fn at_turn(&self, number: u64) -> Option<MutexGuard<'_, Back<B>>> {
        self.turns.take(number)
    }

    fn finish_turn(
        &self,
        block: Block,
        mut back: MutexGuard<'_, Back<B>>,
        end: Result<(), (u64, Stop)>,
        scope: &Scope<'_>,
    ) {
        self.turns.finish(block, &mut back, end);
        let advance = |back: &mut Back<B>| self.advance(back);
        self.turns
            .drain_with(back, true, scope, advance, || self.is_ready());
    }

    fn has_room(&self, number: u64) -> bool {
        // Completed neighbours are one value: many cost no more than a few.
        self.turns.ahead(number) < self.slots as u64
    }

    fn head(&self) -> u64 {
        self.turns.head()
    }

    fn last(&self) -> &Arc<AtomicU64> {
        self.turns.last()
    }

    #[inline]
    fn add(&self, handed: &mut Option<Op>, _place: u32, op: Op) {
        self.add_to(handed, op);
    }

    fn push(
        &self,
        _block: Block,
        handed: &mut Option<Op>,
        (_, op): (u32, Op),
        _charge: Charge,
        scope: &Scope<'_>,
    ) -> Result<(), Stop> {
        self.add_to(handed, op);
        if scope.abandoned() {
            Err(Stop::Abandoned)
        } else {
            Ok(())
        }
    }

    fn finish(
        &self,
        block: Block,
        handed: &mut Option<Op>,
        end: Result<(), (u64, Stop)>,
        charge: Charge,
        scope: &Scope<'_>,
    ) {
        // What is merged is an accumulator's, and counts no more than that.
        drop(charge);
        let end = self.turns.noted(end);
        let mut run = Run {
            next: block.number + 1,
            start: block.start,
            value: handed.take(),
            end,
        };
        let mut first = block.number;
        loop {
            self.runs().insert(first, run);
            self.drain(scope);
            let Some((at, left, right)) = self.neighbours() else {
                return;
            };
            (first, run) = (at, self.merged(left, right));
        }
    }

    fn into_failure(self) -> Option<Stop> {
        self.turns.into_failure()
    }
}

#[cfg(test)]
mod tests;
