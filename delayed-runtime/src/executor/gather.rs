//! How what iterations hand over comes together: one by one, or merged.
//!
//! | file | idea |
//! |---|---|
//! | `keep.rs` | what a block keeps until it has its turn, as the ring sees it |
//! | `handed.rs` | one value after the other |
//! | `sums.rs` | sums of integers, whether or not overflow is checked |
//! | `ring.rs` | what brings a loop's blocks back into order, as the loop sees it |
//! | `turns.rs` | whose turn it is: what both rings have in common |
//! | `ordered.rs` | the ring that applies block after block |
//! | `tree.rs` | the ring that merges neighbours first |
//! | `reduce.rs` | which way a reduction takes, by its type |
//! | `collect.rs` | loops that do nothing but collect: written where it stays (`unsafe`) |

pub(crate) mod collect;
mod handed;
mod keep;
mod ordered;
pub(crate) mod reduce;
pub(crate) mod ring;
pub(crate) mod sums;
mod tree;
mod turns;

use std::mem;

use self::ring::Ring;
use super::memory::hand::Holding;
use super::memory::ledger::Charge;
use super::run::{Limits, Run, Stop};
use super::site::LoopSite;

/// Adds the second to the first.
pub(crate) type Adding<'a, Op> = dyn Fn(&mut Op, Op) + 'a;

/// How an executor gathers what the iterations of a loop hand over.
pub(crate) trait Gather<Op: Send>: Sync {
    /// Whether neighbours may be merged, perhaps.
    const MERGES: bool;

    /// The blocks of the loop on their way back into order.
    type Ring<'a, B: FnMut(Op) -> Result<(), Stop> + Send>: Ring<Op, Apply = B>
    where
        Self: 'a;

    /// For the next iterations that have their turn.
    fn fold(&self) -> impl Fold<Op> + Sync;

    /// A ring with room for so many blocks.
    fn ring<'a, B>(&'a self, site: &'a LoopSite, slots: usize, back: B) -> Self::Ring<'a, B>
    where
        B: FnMut(Op) -> Result<(), Stop> + Send;

    /// How much of the loop may be live.
    fn limits<Piece>(&self, run: &Run) -> Limits;

    /// How neighbours are merged, if they may be merged at all.
    fn merge(&self) -> Option<&Adding<'_, Op>>;

    /// What is in the hands at the end of an iteration, for what it hands over.
    fn end(holding: Holding) -> Charge {
        holding.finish::<Op>()
    }
}

/// What a thread does with what its iterations hand over while it has the turn.
pub(crate) trait Fold<Op> {
    /// What is kept for the back. The default keeps nothing.
    type Kept: Default + Send;

    /// Whether all goes to what is kept.
    fn merges(&self) -> bool;

    /// What is kept of iterations of which `index` is the first, `count` at most.
    fn begin(&self, index: u64, count: usize) -> Self::Kept;

    /// Gives `op` to the back, or adds it to what is `kept` for it.
    ///
    /// # Errors
    ///
    /// Those of the back.
    fn add<B>(&self, kept: &mut Self::Kept, back: &mut B, op: Op) -> Result<(), Stop>
    where
        B: FnMut(Op) -> Result<(), Stop>;

    /// What was kept, as the back takes it.
    fn end(kept: Self::Kept) -> Option<Op>;
}

/// One after the other.
pub(crate) struct Each;

impl<Op> Fold<Op> for Each {
    type Kept = ();

    fn merges(&self) -> bool {
        false
    }

    fn begin(&self, _index: u64, _count: usize) {}

    #[inline]
    fn add<B>(&self, (): &mut (), back: &mut B, op: Op) -> Result<(), Stop>
    where
        B: FnMut(Op) -> Result<(), Stop>,
    {
        back(op)
    }

    fn end((): ()) -> Option<Op> {
        None
    }
}

/// Added to what is kept.
pub(crate) struct Merging<'a, M>(pub(crate) &'a M);

impl<Op: Send, M: Fn(&mut Op, Op)> Fold<Op> for Merging<'_, M> {
    type Kept = Option<Op>;

    fn merges(&self) -> bool {
        true
    }

    fn begin(&self, _index: u64, _count: usize) -> Option<Op> {
        None
    }

    #[inline]
    fn add<B>(&self, kept: &mut Option<Op>, _back: &mut B, op: Op) -> Result<(), Stop>
    where
        B: FnMut(Op) -> Result<(), Stop>,
    {
        match kept {
            Some(kept) => (self.0)(kept, op),
            None => *kept = Some(op),
        }
        Ok(())
    }

    fn end(kept: Option<Op>) -> Option<Op> {
        kept
    }
}

/// What a thread knows that runs iterations in their turn: which one, and what is
/// kept for the back. It is in no memory that others have a pointer to, and so may
/// live in registers; a panic leaves it to whoever catches the panic.
pub(crate) struct InTurn<'a, Kept: Default> {
    pub(crate) index: u64,
    pub(crate) kept: Kept,
    left: &'a mut (u64, Kept),
}

impl<'a, Kept: Default> InTurn<'a, Kept> {
    /// So much is kept before the iteration `index`; `left` is for what there is
    /// when this is dropped.
    pub(crate) fn begin(index: u64, kept: Kept, left: &'a mut (u64, Kept)) -> Self {
        Self { index, kept, left }
    }
}

impl<Kept: Default> Drop for InTurn<'_, Kept> {
    #[inline]
    fn drop(&mut self) {
        *self.left = (self.index, mem::take(&mut self.kept));
    }
}
