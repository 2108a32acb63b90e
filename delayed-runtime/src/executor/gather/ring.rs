//! What brings a loop's blocks back into order, as the loop sees it.
//!
//! Iterations are run in blocks, and blocks end in any order. What they hand
//! over for the outer variables is kept until the block has its turn, and then
//! applied to the loop's *back*.

use std::sync::{Arc, TryLockError};

use crate::executor::memory::ledger::Charge;
use crate::executor::run::Stop;
use crate::executor::scope::Scope;
use crate::sync::atomic::AtomicU64;
use crate::sync::{Mutex, MutexGuard};

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

/// A run of iterations that one thread has claimed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Block {
    /// Its number among the blocks of the loop.
    pub(crate) number: u64,
    /// Its first iteration.
    pub(crate) start: u64,
}

/// What a loop's blocks are applied to, by one thread at a time.
pub(crate) struct Back<B> {
    pub(crate) apply: B,
    /// What ended the loop before its end.
    pub(crate) failure: Option<Stop>,
}

impl<B> Back<B> {
    pub(crate) fn new(apply: B) -> Mutex<Self> {
        Mutex::new(Self {
            apply,
            failure: None,
        })
    }

    /// The back, unless another thread is at it: that thread looks again after it
    /// has let go.
    pub(crate) fn take(back: &Mutex<Self>) -> Option<MutexGuard<'_, Self>> {
        match back.try_lock() {
            Ok(back) => Some(back),
            Err(TryLockError::Poisoned(poisoned)) => Some(poisoned.into_inner()),
            Err(TryLockError::WouldBlock) => None,
        }
    }
}

/// The blocks of one loop on their way back into order.
pub(crate) trait Ring<Op>: Sync {
    /// What the iterations of a block hand over, before others see it.
    type Handed: Default + Send;
    /// What is applied.
    type Apply: FnMut(Op) -> Result<(), Stop> + Send;

    /// A block of `count` iterations begins that has not its turn; nothing has been
    /// handed over yet.
    fn begin(&self, block: Block, count: usize, handed: &mut Self::Handed);

    /// The back, where block `number` begins with its turn: its iterations need
    /// not keep anything.
    fn at_turn(&self, number: u64) -> Option<MutexGuard<'_, Back<Self::Apply>>>;

    /// A block that began with its turn has ended.
    fn finish_turn(
        &self,
        block: Block,
        back: MutexGuard<'_, Back<Self::Apply>>,
        end: Result<(), (u64, Stop)>,
        scope: &Scope<'_>,
    );

    /// Whether block `number` may begin.
    fn has_room(&self, number: u64) -> bool;

    /// The block whose turn it is.
    fn head(&self) -> u64;

    /// The first iteration that failed, as far as is known; `MAX` if none.
    fn last(&self) -> &Arc<AtomicU64>;

    /// Adds what the iteration at `place` in its block hands over at its end.
    fn add(&self, handed: &mut Self::Handed, place: u32, op: Op);

    /// Adds what an iteration of `block` hands over before its end, and what that
    /// holds; waits for the block's turn where too much is pending.
    fn push(
        &self,
        block: Block,
        handed: &mut Self::Handed,
        op: (u32, Op),
        charge: Charge,
        scope: &Scope<'_>,
    ) -> Result<(), Stop>;

    /// Takes what `block` has left to hand over, what that holds, and how it
    /// ended: all its iterations are done, or the last of them failed.
    fn finish(
        &self,
        block: Block,
        handed: &mut Self::Handed,
        end: Result<(), (u64, Stop)>,
        charge: Charge,
        scope: &Scope<'_>,
    );

    /// What ended the loop before its end.
    fn into_failure(self) -> Option<Stop>;
}
