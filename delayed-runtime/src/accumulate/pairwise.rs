//! Pairwise summation, one value at a time.
//!
//! Values are added plainly within blocks of [`BLOCK`]. Sums of blocks are added
//! in pairs, these sums again in pairs, and so on: a binary tree over the blocks
//! in which a node is added up as soon as both its halves are there. The sums
//! that still wait for their other half are those of the set bits in the number
//! of full blocks, as in a binary counter that carries.

use std::ops::{Add, AddAssign};

/// How many values are added plainly: enough that the tree above costs next to
/// nothing, few enough that rounding within a block does not show.
const BLOCK: u64 = 16;

/// A sum of floats that loses little to rounding, and always the same.
///
/// Where a plain sum is `((a + b) + c) + d …`, this one adds pairs, pairs of
/// pairs, and so on. Which values are added to which depends on nothing but
/// their index, so the bits of the sum are the same wherever and whenever the
/// values were made. And a value goes through about `16 + log2(n / 16)` roundings
/// on its way into a sum of `n` values instead of up to `n`: of a million values
/// the sum is as good as if there were some thirty. It is *pairwise summation*,
/// as analysed by N. J. Higham in "The accuracy of floating point summation",
/// SIAM Journal on Scientific Computing 14 (4), 1993, pages 783–799.
///
/// ```
/// use delayed_runtime::Pairwise;
///
/// let mut plain = 0.0;
/// let mut total = Pairwise::new();
/// for _ in 0..1_000_000 {
///     plain += 0.1;
///     total += 0.1;
/// }
/// assert_eq!(total.len(), 1_000_000);
/// assert!((total.sum() - 100_000.0_f64).abs() < 1e-9);
/// assert!((plain - 100_000.0_f64).abs() > 1e-6);
/// ```
///
/// # What it is not
///
/// There is no `+=` of one `Pairwise` to another, and it is not
/// [`Associative`](crate::Associative): the tree over the values of both is in
/// general not made of the trees over each. To add up sums, say which values
/// they are: `total += part.sum()` adds one value, at its own index.
///
/// The order of the values matters, as in every sum of floats. Of values that
/// are infinite or too large the sum may be infinite or not a number, where
/// another order or grouping gives something else.
///
/// It is meant for `f64` and `f32`; any small number will do whose `Default` is
/// its zero, such as a complex one. It takes some 40 bytes and a number for each
/// doubling of `n` beyond 16.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pairwise<T = f64> {
    /// How many values there are.
    len: u64,
    /// The sum of the values since the last full block.
    block: T,
    /// The sums of full subtrees, the largest and earliest first.
    trees: Vec<T>,
}

impl<T: Copy + Default + Add<Output = T>> Pairwise<T> {
    /// The sum of nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The sum of all values so far; zero if there is none.
    #[must_use]
    pub fn sum(&self) -> T {
        // The smallest first; an empty block is zero, which changes nothing.
        let sums = self.trees.iter().rev();
        sums.fold(self.block, |right, left| *left + right)
    }

    /// How many values were added.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.len
    }

    /// Whether no value was added.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Hands the full block to the tree: each sum of its size that waits is its
    /// left half.
    fn carry(&mut self) {
        let mut sum = std::mem::take(&mut self.block);
        let blocks = self.len / BLOCK;
        for _ in 0..blocks.trailing_zeros() {
            if let Some(left) = self.trees.pop() {
                sum = left + sum;
            }
        }
        self.trees.push(sum);
    }
}

/// Adds one value, at the next index.
impl<T: Copy + Default + Add<Output = T>> AddAssign<T> for Pairwise<T> {
    #[inline]
    fn add_assign(&mut self, value: T) {
        self.block = self.block + value;
        self.len += 1;
        if self.len.is_multiple_of(BLOCK) {
            self.carry();
        }
    }
}

/// Adds the values one after the other.
impl<T: Copy + Default + Add<Output = T>> Extend<T> for Pairwise<T> {
    fn extend<I: IntoIterator<Item = T>>(&mut self, values: I) {
        values.into_iter().for_each(|value| *self += value);
    }
}

/// The sum of the values in their order.
impl<T: Copy + Default + Add<Output = T>> FromIterator<T> for Pairwise<T> {
    fn from_iter<I: IntoIterator<Item = T>>(values: I) -> Self {
        let mut sum = Self::new();
        sum.extend(values);
        sum
    }
}
