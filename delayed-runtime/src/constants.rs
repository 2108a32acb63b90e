//! What the constants of a program come to in its graphs. The macro sees their names
//! only; rustc knows their numbers, when the graph is made.

use std::marker::PhantomData;
use std::mem::ManuallyDrop;

use delayed_graph::{Extent, RegionId};

/// A constant that a range or subscript names. `Kind` is what its type says of it.
pub struct Number<T, Kind = Integer>(ManuallyDrop<T>, PhantomData<Kind>);

/// `constant`, of the kind that `kind` gives, which is found by type and never called.
pub const fn number<T, Kind>(constant: T, _kind: fn(&Of<T>) -> Kind) -> Number<T, Kind> {
    Number(ManuallyDrop::new(constant), PhantomData)
}

/// Stands for constants of a type.
pub struct Of<T>(PhantomData<T>);

/// Says that a type is one of integers.
pub struct Integer;

/// Says that a type is none of integers.
pub struct Other;

/// The kind of integers.
pub trait IsInteger {
    /// Integers.
    fn kind(&self) -> Integer {
        Integer
    }
}

/// The kind of what is no integer: a reference more, so that it comes second.
pub trait IsOther {
    /// No integers.
    fn kind(&self) -> Other {
        Other
    }
}

impl<T> IsOther for &Of<T> {}

macro_rules! integers {
    ($($integer:ident)*) => {$(
        impl IsInteger for Of<$integer> {}

        impl Number<$integer> {
            /// The number, if an `i64` can be it.
            #[must_use]
            #[allow(unused_comparisons, reason = "some of them are never below zero")]
            pub const fn get(self) -> Option<i64> {
                let integer = ManuallyDrop::into_inner(self.0);
                let number = integer as i64;
                let is_it = number as $integer == integer && (number < 0) == (integer < 0);
                if is_it { Some(number) } else { None }
            }
        }
    )*};
}

integers!(i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize);

impl<T> Number<T, Other> {
    /// It is no number.
    #[must_use]
    pub const fn get(self) -> Option<i64> {
        None
    }
}

/// The product.
#[must_use]
pub const fn times(factor: i64, constants: &[Option<i64>]) -> Option<i64> {
    let (mut product, mut at) = (Some(factor), 0);
    while at < constants.len() {
        product = match (product, constants[at]) {
            (Some(product), Some(constant)) => product.checked_mul(constant),
            _ => None,
        };
        at += 1;
    }
    product
}

/// The sum.
#[must_use]
pub const fn total(parts: &[Option<i64>]) -> Option<i64> {
    let (mut total, mut at) = (Some(0_i64), 0);
    while at < parts.len() {
        total = match (total, parts[at]) {
            (Some(total), Some(part)) => total.checked_add(part),
            _ => None,
        };
        at += 1;
    }
    total
}

/// Whether each of them is a number.
#[must_use]
pub const fn are_known(numbers: &[Option<i64>]) -> bool {
    let mut at = 0;
    while at < numbers.len() {
        if numbers[at].is_none() {
            return false;
        }
        at += 1;
    }
    true
}

/// The number, where it is one.
#[must_use]
pub const fn or_zero(number: Option<i64>) -> i64 {
    match number {
        Some(number) => number,
        None => 0,
    }
}

/// How often a loop runs.
#[must_use]
pub const fn extent(start: Option<i64>, end: Option<i64>, step: i64) -> Extent {
    let (Some(start), Some(end)) = (start, end) else {
        return Extent::RunTime;
    };
    let length = end as i128 - start as i128;
    let steps = if step < 0 { -length } else { length };
    let steps = if steps < 0 { 0 } else { steps as u128 };
    Extent::Constant(steps.div_ceil(step.unsigned_abs() as u128) as u64)
}

/// The loops of a sum with the factors of their numbers.
#[must_use]
pub const fn factors<const LOOPS: usize>(
    regions: [u32; LOOPS],
    known: [Option<i64>; LOOPS],
) -> [(RegionId, i64); LOOPS] {
    let (mut factors, mut at) = ([(RegionId(0), 0); LOOPS], 0);
    while at < LOOPS {
        factors[at] = (RegionId(regions[at]), or_zero(known[at]));
        at += 1;
    }
    factors
}

#[cfg(test)]
mod tests {
    use delayed_graph::Extent;

    use super::{IsInteger as _, IsOther as _, are_known, extent, number, times, total};

    #[test]
    fn a_number_that_does_not_fit_is_none() {
        macro_rules! get {
            ($constant:expr) => {
                number($constant, |it| it.kind()).get()
            };
        }
        assert_eq!(get!(7_u8), Some(7));
        assert_eq!(get!(-7_isize), Some(-7));
        assert_eq!(get!(i64::MIN), Some(i64::MIN));
        assert_eq!(get!(i64::MAX as u64), Some(i64::MAX));
        assert_eq!(get!(u64::MAX), None);
        assert_eq!(get!(u128::MAX), None);
        assert_eq!(get!(1_u128 << 64), None);
        assert_eq!(get!(i128::MIN), None);
        assert_eq!(get!(i128::from(i64::MIN)), Some(i64::MIN));
        assert_eq!(get!('a'), None);
        assert_eq!(get!(String::new()), None);
    }

    #[test]
    fn what_has_an_unknown_part_is_unknown() {
        assert_eq!(times(-2, &[Some(3), Some(4)]), Some(-24));
        assert_eq!(times(2, &[None]), None);
        assert_eq!(times(2, &[Some(i64::MAX)]), None);
        assert_eq!(total(&[Some(1), Some(2)]), Some(3));
        assert_eq!(total(&[Some(1), Some(i64::MAX)]), None);
        assert!(!are_known(&[Some(1), None]) && are_known(&[]));
    }

    #[test]
    fn loops_run_as_often_as_their_ranges_say() {
        assert_eq!(extent(Some(1), Some(6), 2), Extent::Constant(3));
        assert_eq!(extent(Some(5), Some(-1), -1), Extent::Constant(6));
        assert_eq!(extent(Some(5), Some(2), 1), Extent::Constant(0));
        assert_eq!(extent(None, Some(2), 1), Extent::RunTime);
        let all = extent(Some(i64::MIN), Some(i64::MAX), 1);
        assert_eq!(all, Extent::Constant(u64::MAX));
    }
}
