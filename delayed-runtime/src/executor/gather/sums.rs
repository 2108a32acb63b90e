//! Sums of integers that blocks keep, though they may overflow.
//!
//! Where overflow is checked, the additions must fail at the iteration where
//! those of the loop would; where it is not, they wrap around, and then any
//! grouping gives the same bits. Which of the two holds is for the crate to say
//! that the loop is in, and nobody can ask it. So a block keeps its parts, and
//! what is the most and the least that they come to on the way. As long as these
//! fit, they stand for the parts, which nobody has to look at again; a panic at
//! one of them is where the parts are added one by one. And once a sum that
//! cannot fit does not panic, the place in the program is known to wrap around:
//! from then on a block keeps its sum.

use std::ops::BitOr;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};

use super::Fold;
use super::handed::Handed;
use super::keep::Keep;
use crate::executor::memory::ledger::Charge;
use crate::executor::run::Stop;
use crate::executor::trace;

/// Whether the additions at a place in the program wrap around.
#[derive(Debug)]
pub struct Overflow {
    wraps: AtomicBool,
}

impl Overflow {
    /// Nothing is known.
    #[must_use]
    pub const fn unknown() -> Self {
        Self {
            wraps: AtomicBool::new(false),
        }
    }

    /// Whether it is known that they do.
    #[inline]
    pub(crate) fn wraps(&self) -> bool {
        self.wraps.load(Ordering::Relaxed)
    }
}

/// What the blocks of a loop go by.
pub(crate) struct Rules {
    pub(crate) overflow: &'static Overflow,
    /// What the parts are given to adds them at once, and does not hand them on.
    pub(crate) adds: bool,
}

/// Added to what is kept, if additions are known to wrap around.
pub(crate) struct Wrapping(pub(crate) bool);

impl<T: Integer> Fold<(T,)> for Wrapping {
    type Kept = Option<(T,)>;

    fn merges(&self) -> bool {
        self.0
    }

    fn begin(&self, _index: u64, _count: usize) -> Option<(T,)> {
        None
    }

    #[inline]
    fn add<B>(&self, kept: &mut Option<(T,)>, back: &mut B, op: (T,)) -> Result<(), Stop>
    where
        B: FnMut((T,)) -> Result<(), Stop>,
    {
        if !self.0 {
            return back(op);
        }
        *kept = Some(match kept {
            Some((kept,)) => (kept.wrapping_add(op.0),),
            None => op,
        });
        Ok(())
    }

    fn end(kept: Option<(T,)>) -> Option<(T,)> {
        kept
    }
}

/// What the parts of a block come to.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Extent<T> {
    /// The most and the least on the way, nothing included, and the sum.
    Within { most: T, least: T, sum: T },
    /// The type is too small for one of them, or for the steps between them;
    /// perhaps wherever one begins.
    Beyond { anyway: bool },
}

/// What a block keeps of a sum.
pub(crate) struct Sums<T> {
    /// The parts, while they matter…
    parts: Handed<(T,)>,
    /// …and what they come to, once the block has ended.
    extent: Option<Extent<T>>,
    /// Parts are added to the sum at once.
    wraps: bool,
    sum: Option<T>,
}

impl<T> Default for Sums<T> {
    fn default() -> Self {
        Self {
            parts: Handed::default(),
            extent: None,
            wraps: false,
            sum: None,
        }
    }
}

impl<T: Integer> Keep<(T,)> for Sums<T> {
    type Rules = Rules;

    fn begin(&mut self, rules: &Rules, _start: u64, _count: usize) {
        self.wraps = rules.overflow.wraps();
    }

    #[inline]
    fn push(&mut self, place: u32, (part,): (T,)) {
        if self.wraps {
            self.sum = Some(self.sum.map_or(part, |sum| sum.wrapping_add(part)));
        } else {
            self.parts.push(place, (part,));
        }
    }

    fn charge(&mut self, charge: Charge) {
        self.parts.charge(charge);
    }

    fn take_charge(&mut self) -> Charge {
        self.parts.take_charge()
    }

    fn len(&self) -> usize {
        self.parts.len() + usize::from(self.sum.is_some())
    }

    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn end(&mut self) {
        if !self.parts.is_empty() {
            self.extent = Some(Extent::of(self.parts.values()));
        }
    }

    fn append(&mut self, other: &mut Self) {
        let extent = other.extent.take();
        self.extent = extent.filter(|_| self.parts.is_empty());
        self.parts.append(&mut other.parts);
        if let Some(sum) = other.sum.take() {
            let both = |first: T| first.wrapping_add(sum);
            self.sum = Some(self.sum.map_or(sum, both));
        }
    }

    fn give(
        &mut self,
        rules: &Rules,
        mut apply: impl FnMut(u32, (T,)) -> Result<(), Stop>,
    ) -> Result<(), Stop> {
        match self.extent.take() {
            Some(Extent::Within { most, least, sum }) => {
                let given = by_extent([most, least, sum], &mut apply);
                match given {
                    Some(given) => {
                        self.parts.clear();
                        given?;
                    }
                    None => self.parts.try_for_each(&mut apply)?,
                }
            }
            Some(Extent::Beyond { anyway }) => {
                self.parts.try_for_each(&mut apply)?;
                if anyway && rules.adds {
                    rules.overflow.wraps.store(true, Ordering::Relaxed);
                }
            }
            None => self.parts.try_for_each(&mut apply)?,
        }
        self.sum.take().map_or(Ok(()), |sum| apply(0, (sum,)))
    }
}

/// Adds what parts come to in at most three steps. Gives `None`, and leaves
/// nothing added, where adding the parts themselves would panic.
fn by_extent<T: Integer>(
    [most, least, sum]: [T; 3],
    apply: &mut impl FnMut(u32, (T,)) -> Result<(), Stop>,
) -> Option<Result<(), Stop>> {
    let mut added = T::ZERO;
    let least = (least != T::ZERO).then_some(least);
    let steps = [Some(most), least, Some(sum)];
    let steps = catch_unwind(AssertUnwindSafe(|| {
        for next in steps.into_iter().flatten() {
            if next != added {
                apply(0, (next.wrapping_sub(added),))?;
                added = next;
            }
        }
        Ok(())
    }));
    if let Ok(ended) = steps {
        return Some(ended);
    }
    trace::forget();
    if added != T::ZERO {
        // What has been added can be taken off again.
        let _ = apply(0, (T::ZERO.wrapping_sub(added),));
    }
    None
}

/// A number that knows when a sum leaves its range.
pub trait Integer: Copy + Ord + Send + BitOr<Output = Self> {
    /// Nothing.
    const ZERO: Self;

    /// The sum, or what is left of it.
    #[must_use]
    fn wrapping_add(self, other: Self) -> Self;

    /// The difference, or what is left of it.
    #[must_use]
    fn wrapping_sub(self, other: Self) -> Self;

    /// The sum, if it is in range.
    fn checked_add(self, other: Self) -> Option<Self>;

    /// The difference, if it is in range.
    fn checked_sub(self, other: Self) -> Option<Self>;

    /// The bits in which it differs from its sign.
    fn magnitude(self) -> Self;

    /// How many numbers of at most so many bits can be added.
    fn room(magnitude: Self) -> u128;

    /// Whether the sums of `parts` are further apart than any two numbers.
    fn overflow_anyway(parts: &[(Self,)]) -> bool;
}

macro_rules! unsigned {
    ($($integer:ident)*) => {$(
        impl Integer for $integer {
            integer!($integer);

            #[inline]
            fn magnitude(self) -> Self {
                self
            }

            fn room(magnitude: Self) -> u128 {
                1 << magnitude.leading_zeros().min(127)
            }

            fn overflow_anyway(parts: &[(Self,)]) -> bool {
                let sum = |sum: Self, part: &(Self,)| sum.checked_add(part.0);
                parts.iter().try_fold(0, sum).is_none()
            }
        }
    )*};
}

macro_rules! signed {
    ($($integer:ident)*) => {$(
        impl Integer for $integer {
            integer!($integer);

            #[inline]
            fn magnitude(self) -> Self {
                self ^ (self >> ($integer::BITS - 1))
            }

            fn room(magnitude: Self) -> u128 {
                let bits = magnitude.leading_zeros().checked_sub(1);
                bits.map_or(0, |bits| 1 << bits)
            }

            fn overflow_anyway(parts: &[(Self,)]) -> bool {
                // The largest type has no larger one to be exact in.
                let (mut most, mut least, mut sum) = (0, 0, 0_i128);
                for (part,) in parts {
                    let Some(next) = sum.checked_add(*part as i128) else {
                        return false;
                    };
                    sum = next;
                    (most, least) = (sum.max(most), sum.min(least));
                }
                most.abs_diff(least) > $integer::MAX.abs_diff($integer::MIN) as u128
            }
        }
    )*};
}

macro_rules! integer {
    ($integer:ident) => {
        const ZERO: Self = 0;

        #[inline]
        fn wrapping_add(self, other: Self) -> Self {
            self.wrapping_add(other)
        }

        #[inline]
        fn wrapping_sub(self, other: Self) -> Self {
            self.wrapping_sub(other)
        }

        #[inline]
        fn checked_add(self, other: Self) -> Option<Self> {
            self.checked_add(other)
        }

        #[inline]
        fn checked_sub(self, other: Self) -> Option<Self> {
            self.checked_sub(other)
        }
    };
}

unsigned!(u8 u16 u32 u64 u128 usize);
signed!(i8 i16 i32 i64 i128 isize);

impl<T: Integer> Extent<T> {
    /// What `parts` come to, in this order.
    fn of(parts: &[(T,)]) -> Self {
        let (mut bits, mut signs, mut sum) = (T::ZERO, T::ZERO, T::ZERO);
        for &(part,) in parts {
            bits = bits | part.magnitude();
            signs = signs | part;
            sum = sum.wrapping_add(part);
        }
        // Mostly parts are not negative, and far from the limit.
        if signs >= T::ZERO && parts.len() as u128 <= T::room(bits) {
            let (most, least) = (sum, T::ZERO);
            return Self::Within { most, least, sum };
        }
        Self::on_the_way(parts).unwrap_or_else(|| Self::Beyond {
            anyway: T::overflow_anyway(parts),
        })
    }

    /// The same, sum after sum.
    fn on_the_way(parts: &[(T,)]) -> Option<Self> {
        let (mut most, mut least, mut sum) = (T::ZERO, T::ZERO, T::ZERO);
        for &(part,) in parts {
            sum = sum.checked_add(part)?;
            most = most.max(sum);
            least = least.min(sum);
        }
        most.checked_sub(least)?;
        Some(Self::Within { most, least, sum })
    }
}

#[cfg(test)]
mod tests;
