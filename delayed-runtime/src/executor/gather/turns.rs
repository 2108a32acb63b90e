//! Whose turn it is, and what the loop is applied to in its turns: what both
//! rings have in common.

use std::sync::{Arc, PoisonError};

use super::ring::{Back, Block};
use crate::executor::run::Stop;
use crate::executor::scope::Scope;
use crate::executor::site::LoopSite;
use crate::executor::trace;
use crate::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use crate::sync::{Mutex, MutexGuard};

/// The turns of the blocks of one loop.
pub(super) struct Turns<'a, B> {
    site: &'a LoopSite,
    /// The block whose turn it is.
    head: AtomicU64,
    /// The first iteration that failed, as far as is known; `MAX` if none.
    last: Arc<AtomicU64>,
    /// A failure had its turn: nothing is applied any more.
    over: AtomicBool,
    back: Mutex<Back<B>>,
}

impl<'a, B> Turns<'a, B> {
    pub(super) fn new(site: &'a LoopSite, back: B) -> Self {
        Self {
            site,
            head: AtomicU64::new(0),
            last: Arc::new(AtomicU64::new(u64::MAX)),
            over: AtomicBool::new(false),
            back: Back::new(back),
        }
    }

    /// The block whose turn it is.
    pub(super) fn head(&self) -> u64 {
        self.head.load(Ordering::Acquire)
    }

    /// How far ahead of its turn a block is.
    pub(super) fn ahead(&self, number: u64) -> u64 {
        // Who does not hold the source's lock may look when the head is past it.
        number.saturating_sub(self.head())
    }

    /// The first iteration that failed, as far as is known.
    pub(super) fn last(&self) -> &Arc<AtomicU64> {
        &self.last
    }

    /// Whether a failure had its turn.
    pub(super) fn are_over(&self) -> bool {
        self.over.load(Ordering::Acquire)
    }

    /// The back, if the block has its turn and no other thread is at it.
    pub(super) fn take(&self, number: u64) -> Option<MutexGuard<'_, Back<B>>> {
        (self.head() == number)
            .then(|| Back::take(&self.back))
            .flatten()
    }

    /// All blocks before `next` are applied.
    pub(super) fn go_on(&self, next: u64) {
        self.head.store(next, Ordering::Release);
    }

    /// A failure has its turn.
    pub(super) fn end(&self, back: &mut Back<B>, failure: Stop) {
        back.failure = Some(failure);
        self.over.store(true, Ordering::Release);
    }

    /// The end of a block that had its turn all the while.
    pub(super) fn finish(&self, block: Block, back: &mut Back<B>, end: Result<(), (u64, Stop)>) {
        match self.noted(end) {
            Ok(()) => self.go_on(block.number + 1),
            Err(stop) => self.end(back, stop),
        }
    }

    /// Notes where a block has failed.
    pub(super) fn noted(&self, end: Result<(), (u64, Stop)>) -> Result<(), Stop> {
        end.map_err(|(index, stop)| {
            self.last.fetch_min(index, Ordering::Relaxed);
            stop
        })
    }

    /// A failure that belongs to the iteration `index`.
    pub(super) fn failed(&self, stop: Stop, index: u64) -> Stop {
        self.last.fetch_min(index, Ordering::Relaxed);
        trace::within(stop, self.site, index)
    }

    /// Applies what has its turn by `advance`, which says whether there was anything,
    /// unless another thread is at it.
    pub(super) fn drain(
        &self,
        scope: &Scope<'_>,
        advance: impl Fn(&mut Back<B>) -> bool,
        is_ready: impl Fn() -> bool,
    ) {
        if let Some(back) = Back::take(&self.back) {
            self.drain_with(back, false, scope, advance, is_ready);
        }
    }

    /// The same with the back at hand, and says so where anything has `moved`.
    pub(super) fn drain_with<'b>(
        &'b self,
        mut back: MutexGuard<'b, Back<B>>,
        mut moved: bool,
        scope: &Scope<'_>,
        advance: impl Fn(&mut Back<B>) -> bool,
        is_ready: impl Fn() -> bool,
    ) {
        loop {
            while !self.over.load(Ordering::Relaxed) && advance(&mut back) {
                moved = true;
            }
            drop(back);
            if moved {
                scope.run.bump();
            }
            // What was put there since, the thread that did it left to this one.
            if self.are_over() || !is_ready() {
                return;
            }
            let Some(again) = Back::take(&self.back) else {
                return;
            };
            (back, moved) = (again, false);
        }
    }

    /// What ended the loop before its end.
    pub(super) fn into_failure(self) -> Option<Stop> {
        let back = self.back.into_inner();
        back.unwrap_or_else(PoisonError::into_inner).failure
    }
}
