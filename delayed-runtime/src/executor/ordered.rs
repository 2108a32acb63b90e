//! The ring that brings iterations back into order.
//!
//! Iterations end in any order. Each writes what it has for the outer
//! variables into its slot, and whoever completes the iteration whose turn it
//! is applies it, and all that are complete after it, to the *back*.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};

use super::run::Stop;
use super::scope::Scope;
use super::site::LoopSite;
use super::trace;

/// An iteration's way to its loop's outer variables: what is pushed here is
/// applied when all earlier iterations are, in the order of the pushes.
pub struct Turn<'a, Op> {
    sink: &'a mut (dyn FnMut(Op) -> Result<(), Stop> + Send),
}

impl<'a, Op> Turn<'a, Op> {
    pub(crate) fn new(sink: &'a mut (dyn FnMut(Op) -> Result<(), Stop> + Send)) -> Self {
        Self { sink }
    }

    /// Hands `op` over. Waits while too much is pending before its turn.
    ///
    /// # Errors
    ///
    /// When the work has become pointless, or the change itself failed.
    #[inline]
    pub fn push(&mut self, op: Op) -> Result<(), Stop> {
        (self.sink)(op)
    }
}

/// The iterations of one loop on their way back into order.
pub(crate) struct Ordered<'a, Op, B> {
    site: &'a LoopSite,
    /// Iteration `i` lives in slot `i % slots.len()`.
    slots: Box<[Mutex<Slot<Op>>]>,
    /// The iteration whose turn it is.
    head: AtomicU64,
    /// The first iteration that failed, as far as is known; `MAX` if none.
    last: AtomicU64,
    /// A failure had its turn: nothing is applied any more.
    over: AtomicBool,
    back: Mutex<Back<B>>,
}

struct Slot<Op> {
    /// What the iteration pushed before its end.
    pushed: VecDeque<Op>,
    /// How it ended.
    end: Option<Result<Option<Op>, Stop>>,
}

struct Back<B> {
    apply: B,
    failure: Option<Stop>,
}

impl<'a, Op, B> Ordered<'a, Op, B>
where
    Op: Send,
    B: FnMut(Op) -> Result<(), Stop> + Send,
{
    pub(crate) fn new(site: &'a LoopSite, window: usize, back: B) -> Self {
        let slot = || {
            Mutex::new(Slot {
                pushed: VecDeque::new(),
                end: None,
            })
        };
        Self {
            site,
            slots: std::iter::repeat_with(slot).take(window.max(1)).collect(),
            head: AtomicU64::new(0),
            last: AtomicU64::new(u64::MAX),
            over: AtomicBool::new(false),
            back: Mutex::new(Back {
                apply: back,
                failure: None,
            }),
        }
    }

    /// Whether iteration `index` has a slot, and still matters.
    pub(crate) fn admits(&self, index: u64) -> bool {
        self.wanted(index) && index - self.head.load(Ordering::Acquire) < self.slots.len() as u64
    }

    /// Whether no earlier iteration is known to have failed.
    pub(crate) fn wanted(&self, index: u64) -> bool {
        index <= self.last.load(Ordering::Relaxed)
    }

    /// The bound that `Scope::abandoned` looks at.
    pub(crate) fn last(&self) -> &AtomicU64 {
        &self.last
    }

    /// Takes what iteration `index` pushes, and waits for its turn when it has
    /// pushed as much as the ring holds.
    pub(crate) fn push(&self, index: u64, op: Op, scope: &Scope<'_>) -> Result<(), Stop> {
        let full = |slot: &Slot<Op>| slot.pushed.len() >= self.slots.len();
        let is_full = {
            let mut slot = self.slot(index);
            slot.pushed.push_back(op);
            full(&slot)
        };
        self.drain(scope);
        if is_full {
            let position = scope.position();
            scope
                .run
                .wait(&position, || scope.abandoned() || !full(&self.slot(index)));
        }
        if scope.abandoned() {
            Err(Stop::Abandoned)
        } else {
            Ok(())
        }
    }

    /// Takes how iteration `index` ended.
    pub(crate) fn finish(&self, index: u64, end: Result<Option<Op>, Stop>, scope: &Scope<'_>) {
        if end.is_err() {
            self.last.fetch_min(index, Ordering::Relaxed);
        }
        self.slot(index).end = Some(end);
        self.drain(scope);
    }

    /// Applies what has its turn, unless another thread is at it: that thread
    /// looks again after it has let go.
    fn drain(&self, scope: &Scope<'_>) {
        loop {
            let mut back = match self.back.try_lock() {
                Ok(back) => back,
                Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
                Err(TryLockError::WouldBlock) => return,
            };
            let mut moved = false;
            while !self.over.load(Ordering::Relaxed) && self.advance(&mut back) {
                moved = true;
            }
            drop(back);
            if moved {
                scope.run.bump();
            }
            if !self.ready() {
                return;
            }
        }
    }

    /// Applies one thing of the iteration whose turn it is; `false` if there is none.
    fn advance(&self, back: &mut Back<B>) -> bool {
        let head = self.head.load(Ordering::Relaxed);
        let mut slot = self.slot(head);
        let applied = if let Some(op) = slot.pushed.pop_front() {
            drop(slot);
            self.apply(back, op)
        } else if let Some(end) = slot.end.take() {
            drop(slot);
            let applied = match end {
                Ok(Some(op)) => self.apply(back, op),
                Ok(None) => Ok(()),
                Err(stop) => Err(stop),
            };
            if applied.is_ok() {
                self.head.store(head + 1, Ordering::Release);
            }
            applied
        } else {
            return false;
        };
        if let Err(stop) = applied {
            self.last.fetch_min(head, Ordering::Relaxed);
            back.failure = Some(stop);
            self.over.store(true, Ordering::Release);
        }
        true
    }

    fn apply(&self, back: &mut Back<B>, op: Op) -> Result<(), Stop> {
        let head = self.head.load(Ordering::Relaxed);
        catch_unwind(AssertUnwindSafe(|| (back.apply)(op)))
            .unwrap_or_else(|payload| Err(trace::panicked(&*payload)))
            .map_err(|stop| trace::within(stop, self.site, head))
    }

    fn ready(&self) -> bool {
        if self.over.load(Ordering::Acquire) {
            return false;
        }
        let slot = self.slot(self.head.load(Ordering::Acquire));
        !slot.pushed.is_empty() || slot.end.is_some()
    }

    fn slot(&self, index: u64) -> MutexGuard<'_, Slot<Op>> {
        let at = index % self.slots.len() as u64;
        self.slots[at as usize]
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// What ended the loop before its end.
    pub(crate) fn into_failure(self) -> Option<Stop> {
        let back = self.back.into_inner();
        back.unwrap_or_else(PoisonError::into_inner).failure
    }
}
