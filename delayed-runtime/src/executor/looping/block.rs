//! How many iterations are claimed at once.
//!
//! Claiming and folding cost about as much as a hundred small tasks, so small
//! tasks are claimed by the block. A block grows while blocks take less time
//! than they should, and never holds more than a fair share of what is left, so
//! that the end of a loop does not wait for one thread (guided self-scheduling:
//! Polychronopoulos and Kuck, 1987).

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use super::alone::Begun;

/// The size of a loop's next block.
pub(crate) struct BlockSize {
    size: AtomicUsize,
    most: usize,
    /// How many iterations there are at most, where that is known.
    iterations: Option<usize>,
    /// The next block has at most one in so many of what is left.
    shares: usize,
    /// A loop that will soon be over is cut once and for all.
    even: usize,
}

/// A block should take long enough to be worth claiming, and not longer than a
/// thread may wait for another at the end of a loop.
const SHORT: Duration = Duration::from_micros(8);
const LONG: Duration = Duration::from_micros(32);
/// In a loop that takes less, claiming more blocks than a few costs more than
/// waiting at the end.
const SOON: Duration = Duration::from_micros(32);

impl BlockSize {
    /// For what is left of a loop: at most `left` iterations.
    pub(crate) fn new(most: usize, left: Option<usize>, threads: usize, begun: &Begun) -> Self {
        let fit = u128::from(begun.count) * SHORT.as_nanos() / begun.took.as_nanos().max(1);
        let fit = usize::try_from(fit).unwrap_or(usize::MAX);
        let done = usize::try_from(begun.count).unwrap_or(usize::MAX);
        let iterations = left.map(|left| left.saturating_add(done));
        let shares = 2 * threads;
        let is_soon_over = |left: &usize| {
            let ahead = begun.took.as_nanos().saturating_mul(*left as u128);
            done > 0 && ahead < SOON.as_nanos() * u128::from(begun.count)
        };
        let even = left.filter(is_soon_over);
        Self {
            size: AtomicUsize::new(fit.clamp(1, most)),
            most,
            iterations,
            shares,
            even: even.map_or(1, |left| left.div_ceil(shares)),
        }
    }

    /// How many iterations to claim when `claimed` have been, and nobody helps or
    /// somebody may.
    pub(crate) fn next(&self, claimed: u64, is_lone: bool) -> usize {
        let most = if is_lone { self.most_lone() } else { self.most };
        let size = self.size.load(Ordering::Relaxed).min(most);
        let claimed = usize::try_from(claimed).unwrap_or(usize::MAX);
        let left = self.iterations.map(|all| all.saturating_sub(claimed));
        let share = left.map_or(size, |left| left / self.shares + 1);
        size.min(share.max(self.even))
    }

    /// Nothing is kept of a block whose turn it is, as those of a lone thread are.
    fn most_lone(&self) -> usize {
        if self.most > 1 { 4 * self.most } else { 1 }
    }

    /// Whether how long a block of `size` takes can teach something.
    pub(crate) fn learns_from(&self, size: usize) -> bool {
        self.most > 1 && size == self.size.load(Ordering::Relaxed)
    }

    /// Adjusts the size to how long a block of `size` took.
    pub(crate) fn learn(&self, size: usize, took: Duration) {
        if !self.learns_from(size) {
            return;
        }
        let next = if took < SHORT {
            self.most_lone().min(size * 2)
        } else if took > LONG {
            (size / 2).max(1)
        } else {
            return;
        };
        let _ = self
            .size
            .compare_exchange(size, next, Ordering::Relaxed, Ordering::Relaxed);
    }
}
