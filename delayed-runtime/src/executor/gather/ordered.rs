//! The ring that applies block after block.
//!
//! A block keeps what it has for the outer variables in its slot, and
//! whoever completes the block whose turn it is applies it, and all that are
//! complete after it, to the *back*.

use std::marker::PhantomData;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, PoisonError};

use super::keep::Keep;
use super::ring::{Back, Block, Ring};
use super::turns::Turns;
use crate::executor::memory::hand::Mark;
use crate::executor::memory::ledger::Charge;
use crate::executor::run::{PLAIN_AHEAD, PLAIN_BLOCK, Run, Stop, is_plain};
use crate::executor::scope::Scope;
use crate::executor::site::LoopSite;
use crate::executor::trace;
use crate::sync::atomic::AtomicU64;
use crate::sync::{Mutex, MutexGuard};

/// The blocks of one loop on their way back into order.
pub(crate) struct Ordered<'a, Op, B, K: Keep<Op>> {
    rules: K::Rules,
    /// Block `i` lives in slot `i % slots.len()`.
    slots: Box<[Mutex<Slot<K>>]>,
    turns: Turns<'a, B>,
    /// Room that is used again, what was used last first: it is in a cache.
    spare: Mutex<Vec<K>>,
    handed: PhantomData<fn(Op)>,
}

struct Slot<K> {
    /// The block's first iteration.
    start: u64,
    /// What its iterations have handed over and nobody has applied.
    handed: K,
    /// How it ended.
    end: Option<Result<(), Stop>>,
}

impl<'a, Op, B, K> Ordered<'a, Op, B, K>
where
    Op: Send,
    K: Keep<Op>,
    B: FnMut(Op) -> Result<(), Stop> + Send,
{
    pub(crate) fn new(site: &'a LoopSite, rules: K::Rules, slots: usize, back: B) -> Self {
        let slot = || {
            Mutex::new(Slot {
                start: 0,
                handed: K::default(),
                end: None,
            })
        };
        Self {
            rules,
            slots: std::iter::repeat_with(slot).take(slots.max(1)).collect(),
            turns: Turns::new(site, back),
            spare: Mutex::new(Vec::new()),
            handed: PhantomData,
        }
    }

    /// Applies what has its turn, unless another thread is at it.
    fn drain(&self, scope: &Scope<'_>) {
        let advance = |back: &mut Back<B>| self.advance(back, scope.run);
        self.turns.drain(scope, advance, || self.is_ready());
    }

    /// Applies what there is of the block whose turn it is; `false` if nothing.
    fn advance(&self, back: &mut Back<B>, run: &Run) -> bool {
        let head = self.turns.head();
        let mut slot = self.slot(head);
        if slot.handed.is_empty() && slot.end.is_none() {
            return false;
        }
        let mut handed = std::mem::take(&mut slot.handed);
        let (start, end) = (slot.start, slot.end.take());
        drop(slot);
        let charge = handed.take_charge();
        let holding = run.budget().map(|budget| budget.turn(charge));
        let mut applied = self.apply(back, start, &mut handed);
        drop(holding);
        self.spare().push(handed);
        if let (Ok(()), Some(end)) = (&applied, end) {
            applied = end;
            if applied.is_ok() {
                self.turns.go_on(head + 1);
            }
        }
        if let Err(stop) = applied {
            self.turns.end(back, stop);
        }
        true
    }

    fn apply(&self, back: &mut Back<B>, start: u64, handed: &mut K) -> Result<(), Stop> {
        let mut index = start;
        let apply = &mut back.apply;
        let begin = Mark::now();
        let applied = catch_unwind(AssertUnwindSafe(|| {
            handed.give(&self.rules, |place, op| {
                index = start + u64::from(place);
                let end = apply(op);
                begin.restore();
                end
            })
        }));
        let applied = applied.unwrap_or_else(|payload| Err(trace::panicked(&*payload)));
        applied.map_err(|stop| self.turns.failed(stop, index))
    }

    fn spare(&self) -> MutexGuard<'_, Vec<K>> {
        self.spare.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_ready(&self) -> bool {
        let slot = self.slot(self.turns.head());
        !slot.handed.is_empty() || slot.end.is_some()
    }

    fn slot(&self, number: u64) -> MutexGuard<'_, Slot<K>> {
        let at = number % self.slots.len() as u64;
        self.slots[at as usize]
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl<Op, B, K> Ring<Op> for Ordered<'_, Op, B, K>
where
    Op: Send,
    K: Keep<Op>,
    B: FnMut(Op) -> Result<(), Stop> + Send,
{
    type Handed = K;
    type Apply = B;

    fn begin(&self, block: Block, count: usize, handed: &mut K) {
        handed.begin(&self.rules, block.start, count);
    }

    fn at_turn(&self, number: u64) -> Option<MutexGuard<'_, Back<B>>> {
        (!K::keeps_always(&self.rules))
            .then(|| self.turns.take(number))
            .flatten()
    }

    fn finish_turn(
        &self,
        block: Block,
        mut back: MutexGuard<'_, Back<B>>,
        end: Result<(), (u64, Stop)>,
        scope: &Scope<'_>,
    ) {
        self.turns.finish(block, &mut back, end);
        let advance = |back: &mut Back<B>| self.advance(back, scope.run);
        self.turns
            .drain_with(back, true, scope, advance, || self.is_ready());
    }

    fn has_room(&self, number: u64) -> bool {
        self.turns.ahead(number) < self.slots.len() as u64
    }

    fn head(&self) -> u64 {
        self.turns.head()
    }

    fn last(&self) -> &Arc<AtomicU64> {
        self.turns.last()
    }

    #[inline]
    fn add(&self, handed: &mut K, place: u32, op: Op) {
        handed.push(place, op);
    }

    fn push(
        &self,
        block: Block,
        handed: &mut K,
        (place, op): (u32, Op),
        charge: Charge,
        scope: &Scope<'_>,
    ) -> Result<(), Stop> {
        // Many small values go together, and a block may keep as many as one of
        // single values does.
        let (together, most) = if is_plain::<Op>() {
            (PLAIN_AHEAD, PLAIN_BLOCK)
        } else {
            (1, self.slots.len())
        };
        handed.push(place, op);
        handed.charge(charge);
        if handed.len() < together {
            return Ok(());
        }
        let full = |slot: &Slot<K>| slot.handed.len() >= most;
        let is_full = {
            let mut slot = self.slot(block.number);
            slot.start = block.start;
            slot.handed.append(handed);
            full(&slot)
        };
        self.drain(scope);
        // Once a failure had its turn, this block is not before it.
        let is_over = || self.turns.are_over() || scope.abandoned();
        if is_full {
            let position = scope.position();
            let has_room = || is_over() || !full(&self.slot(block.number));
            scope.run.wait(&position, has_room);
        }
        if is_over() {
            Err(Stop::Abandoned)
        } else {
            Ok(())
        }
    }

    fn finish(
        &self,
        block: Block,
        handed: &mut K,
        end: Result<(), (u64, Stop)>,
        charge: Charge,
        scope: &Scope<'_>,
    ) {
        handed.charge(charge);
        handed.end();
        let end = self.turns.noted(end);
        let mut slot = self.slot(block.number);
        slot.start = block.start;
        slot.handed.append(handed);
        slot.end = Some(end);
        drop(slot);
        self.drain(scope);
        if let Some(spare) = self.spare().pop() {
            *handed = spare;
        }
    }

    fn into_failure(self) -> Option<Stop> {
        self.turns.into_failure()
    }
}
