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
use crate::executor::memory::ledger::Charge;
use crate::executor::run::Stop;
use crate::executor::scope::Scope;
use crate::executor::site::LoopSite;
use crate::executor::trace;
use crate::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use crate::sync::{Mutex, MutexGuard};

/// The blocks of one loop on their way back into order, as a tree.
pub(crate) struct Tree<'a, Op, B, M> {
    site: &'a LoopSite,
    merge: &'a M,
    /// How many blocks may be live.
    slots: usize,
    /// Completed blocks that nobody has applied, by the number of the first.
    runs: Mutex<BTreeMap<u64, Run<Op>>>,
    /// The block whose turn it is.
    head: AtomicU64,
    /// The first iteration that failed, as far as is known; `MAX` if none.
    last: Arc<AtomicU64>,
    /// A failure had its turn: nothing is applied any more.
    over: AtomicBool,
    back: Mutex<Back<B>>,
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
            site,
            merge,
            slots,
            runs: Mutex::new(BTreeMap::new()),
            head: AtomicU64::new(0),
            last: Arc::new(AtomicU64::new(u64::MAX)),
            over: AtomicBool::new(false),
            back: Back::new(back),
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
        if let Some(back) = Back::take(&self.back) {
            self.drain_with(back, false, scope);
        }
    }

    /// Applies what has its turn, and says so where anything has `moved`.
    fn drain_with<'b>(
        &'b self,
        mut back: MutexGuard<'b, Back<B>>,
        mut moved: bool,
        scope: &Scope<'_>,
    ) {
        loop {
            while let Some(run) = self.at_turn() {
                self.advance(&mut back, run);
                moved = true;
            }
            drop(back);
            if moved {
                scope.run.bump();
            }
            if !self.is_ready() {
                return;
            }
            let Some(again) = Back::take(&self.back) else {
                return;
            };
            (back, moved) = (again, false);
        }
    }

    /// Takes the run whose turn it is.
    fn at_turn(&self) -> Option<Run<Op>> {
        if self.over.load(Ordering::Relaxed) {
            return None;
        }
        self.runs().remove(&self.head.load(Ordering::Relaxed))
    }

    fn is_ready(&self) -> bool {
        let head = self.head.load(Ordering::Acquire);
        !self.over.load(Ordering::Acquire) && self.runs().contains_key(&head)
    }

    fn advance(&self, back: &mut Back<B>, run: Run<Op>) {
        let apply = &mut back.apply;
        let applied = catch_unwind(AssertUnwindSafe(|| run.value.map_or(Ok(()), apply)));
        let applied = applied.unwrap_or_else(|payload| Err(trace::panicked(&*payload)));
        let applied = applied.map_err(|stop| self.failed(stop, run.start));
        match applied.and(run.end) {
            Ok(()) => self.head.store(run.next, Ordering::Release),
            Err(stop) => {
                back.failure = Some(stop);
                self.over.store(true, Ordering::Release);
            }
        }
    }

    /// Takes two neighbours, the earliest ones that may be merged. What has its
    /// turn is for the back.
    fn neighbours(&self) -> Option<(u64, Run<Op>, Run<Op>)> {
        let mut runs = self.runs();
        let head = self.head.load(Ordering::Relaxed);
        let waiting = || runs.range(head + 1..);
        let pairs = waiting().zip(waiting().skip(1));
        let mut pairs = pairs.filter(|((_, left), (second, right))| {
            let is_wanted = right.start <= self.last.load(Ordering::Relaxed);
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
            end = Err(self.failed(trace::panicked(&*payload), right.start));
        }
        Run {
            next: right.next,
            start: left.start,
            value,
            end,
        }
    }

    /// A failure that belongs to the iteration `index`.
    fn failed(&self, stop: Stop, index: u64) -> Stop {
        self.last.fetch_min(index, Ordering::Relaxed);
        trace::within(stop, self.site, index)
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
        let is_first = || self.head.load(Ordering::Acquire) == number;
        is_first().then(|| Back::take(&self.back)).flatten()
    }

    fn finish_turn(
        &self,
        block: Block,
        mut back: MutexGuard<'_, Back<B>>,
        end: Result<(), (u64, Stop)>,
        scope: &Scope<'_>,
    ) {
        match end {
            Ok(()) => self.head.store(block.number + 1, Ordering::Release),
            Err((index, stop)) => {
                self.last.fetch_min(index, Ordering::Relaxed);
                back.failure = Some(stop);
                self.over.store(true, Ordering::Release);
            }
        }
        self.drain_with(back, true, scope);
    }

    fn has_room(&self, number: u64) -> bool {
        // Who does not hold the source's lock may look when the head is past it.
        let ahead = number.saturating_sub(self.head.load(Ordering::Acquire));
        // Completed neighbours are one value: many cost no more than a few.
        ahead < self.slots as u64
    }

    fn head(&self) -> u64 {
        self.head.load(Ordering::Acquire)
    }

    fn last(&self) -> &Arc<AtomicU64> {
        &self.last
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
        let end = end.map_err(|(index, stop)| {
            self.last.fetch_min(index, Ordering::Relaxed);
            stop
        });
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
        let back = self.back.into_inner();
        back.unwrap_or_else(PoisonError::into_inner).failure
    }
}

#[cfg(test)]
mod tests;
