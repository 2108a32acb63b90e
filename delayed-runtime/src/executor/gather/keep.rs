//! What a block keeps of its iterations until it has its turn.

use crate::executor::memory::ledger::Charge;
use crate::executor::run::Stop;

/// What the iterations of a block hand over, each with its place in the block.
pub(crate) trait Keep<Op>: Default + Send {
    /// What all blocks of a loop go by.
    type Rules: Sync;

    /// Whether a block keeps what it has though it begins with its turn.
    fn keeps_always(_rules: &Self::Rules) -> bool {
        false
    }

    /// A block of `count` iterations begins, the first of which is `start`;
    /// nothing is kept yet.
    fn begin(&mut self, rules: &Self::Rules, start: u64, count: usize);

    /// Adds what the iteration at `place` hands over.
    fn push(&mut self, place: u32, op: Op);

    /// Says that what is kept holds so much more.
    fn charge(&mut self, charge: Charge);

    /// Takes over what is held.
    fn take_charge(&mut self) -> Charge;

    /// How much is kept.
    fn len(&self) -> usize;

    /// Whether nothing is.
    fn is_empty(&self) -> bool;

    /// The block has ended: nothing will be added.
    fn end(&mut self);

    /// Takes what is kept by `other`, and leaves that empty.
    fn append(&mut self, other: &mut Self);

    /// Applies what is kept with its places, until that fails, and drops the rest.
    ///
    /// # Errors
    ///
    /// The failure of `apply`.
    fn give(
        &mut self,
        rules: &Self::Rules,
        apply: impl FnMut(u32, Op) -> Result<(), Stop>,
    ) -> Result<(), Stop>;
}
