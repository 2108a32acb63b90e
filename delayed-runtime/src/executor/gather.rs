//! How what iterations hand over comes together: one by one, or merged.
//!
//! | file | idea |
//! |---|---|
//! | `keep.rs` | what a block keeps until it has its turn, as the ring sees it |
//! | `handed.rs` | one value after the other |
//! | `sums.rs` | sums of integers, whether or not overflow is checked |
//! | `ring.rs` | what brings a loop's blocks back into order, as the loop sees it |
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
    /// Whether all goes to what is kept.
    fn merges(&self) -> bool;

    /// Gives `op` to the back, or adds it to what is `kept` for it.
    ///
    /// # Errors
    ///
    /// Those of the back.
    fn add<B>(&self, kept: &mut Option<Op>, back: &mut B, op: Op) -> Result<(), Stop>
    where
        B: FnMut(Op) -> Result<(), Stop>;
}

/// One after the other.
pub(crate) struct Each;

impl<Op> Fold<Op> for Each {
    fn merges(&self) -> bool {
        false
    }

    #[inline]
    fn add<B>(&self, _kept: &mut Option<Op>, back: &mut B, op: Op) -> Result<(), Stop>
    where
        B: FnMut(Op) -> Result<(), Stop>,
    {
        back(op)
    }
}

/// Added to what is kept.
pub(crate) struct Merging<'a, M>(pub(crate) &'a M);

impl<Op, M: Fn(&mut Op, Op)> Fold<Op> for Merging<'_, M> {
    fn merges(&self) -> bool {
        true
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
}

/// What a thread knows that runs iterations in their turn: which one, and what is
/// kept for the back. It is in no memory that others have a pointer to, and so may
/// live in registers; a panic leaves it to whoever catches the panic.
pub(crate) struct InTurn<'a, Op> {
    pub(crate) index: u64,
    pub(crate) kept: Option<Op>,
    left: &'a mut (u64, Option<Op>),
}

impl<'a, Op> InTurn<'a, Op> {
    /// Nothing is kept before the iteration `index`; `left` is for what there is
    /// when this is dropped.
    pub(crate) fn begin(index: u64, left: &'a mut (u64, Option<Op>)) -> Self {
        let kept = None;
        Self { index, kept, left }
    }
}

impl<Op> Drop for InTurn<'_, Op> {
    #[inline]
    fn drop(&mut self) {
        *self.left = (self.index, self.kept.take());
    }
}
