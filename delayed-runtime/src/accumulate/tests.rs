//! Pairwise sums against their tree, and against sums without rounding.

use std::num::Wrapping;
use std::ops::Add;
use std::time::Duration;

use super::{Associative, Pairwise};

/// Numbers below 2^53 that follow from a seed.
fn numbers(mut seed: u64) -> impl Iterator<Item = u64> {
    std::iter::repeat_with(move || {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        seed >> 11
    })
}

/// Floats of many sizes and both signs.
fn floats(seed: u64) -> impl Iterator<Item = f64> {
    numbers(seed).map(|it| {
        let size = 2_f64.powi((it % 64) as i32 - 32);
        (it as f64 - 2_f64.powi(52)) * size
    })
}

/// The sum by the definition of the tree: blocks of 16 are added plainly, and
/// more is parted at the largest full subtree that leaves something.
fn by_definition(values: &[f64]) -> f64 {
    if values.len() <= 16 {
        return values.iter().fold(0.0, |sum, value| sum + value);
    }
    let mut left = 16;
    while left * 2 < values.len() {
        left *= 2;
    }
    by_definition(&values[..left]) + by_definition(&values[left..])
}

#[test]
fn the_tree_depends_on_the_index_alone() {
    let values: Vec<f64> = floats(1).take(3000).collect();
    let mut sum = Pairwise::<f64>::new();
    for (index, value) in values.iter().enumerate() {
        let expected = by_definition(&values[..index]);
        assert_eq!(sum.sum().to_bits(), expected.to_bits(), "{index} values");
        assert_eq!(sum.len(), index as u64);
        sum += *value;
    }
}

/// A run of values that counts the additions a value went through at most, and
/// can only be added to the run before it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Run {
    start: u64,
    end: u64,
    additions: u32,
}

impl Add for Run {
    type Output = Self;
    fn add(self, next: Self) -> Self {
        // Zero, which changes nothing and rounds nothing.
        for (zero, other) in [(self, next), (next, self)] {
            if zero == Self::default() {
                return other;
            }
        }
        assert_eq!(self.end, next.start);
        Self {
            start: self.start,
            end: next.end,
            additions: self.additions.max(next.additions) + 1,
        }
    }
}

#[test]
fn values_stay_in_order_and_go_through_few_additions() {
    let mut sum = Pairwise::new();
    for start in 0..5000 {
        sum += Run {
            start,
            end: start + 1,
            additions: 0,
        };
        let Run {
            start: first,
            end,
            additions,
        } = sum.sum();
        assert_eq!((first, end), (0, start + 1));
        let most = 15 + end.div_ceil(16).next_power_of_two().ilog2();
        assert!(additions <= most, "{end} values: {additions} > {most}");
    }
}

/// Sums of multiples of 2^-10, exactly.
#[test]
fn the_sum_is_within_its_bound_and_better_than_the_plain_one() {
    const SCALE: f64 = 1024.0;
    let count = 200_000;
    let (mut all_pairwise, mut all_plain) = (0, 0);
    for seed in 1..=10 {
        let parts = || {
            let wide = numbers(seed).take(count);
            wide.enumerate().map(|(index, it)| (it, index % 11))
        };
        let exact: i128 = parts()
            .map(|(it, shift)| i128::from(it) << (10 - shift))
            .sum();
        let floats = || parts().map(|(it, shift)| it as f64 / 2_f64.powi(shift as i32));
        // No number is too large or too fine for an `i128`.
        let error = |sum: f64| ((sum * SCALE) as i128 - exact).unsigned_abs();

        let pairwise = error(floats().collect::<Pairwise<f64>>().sum());
        let plain = error(floats().fold(0.0, |sum, it| sum + it));
        // One half unit in the last place for each of 15 + 14 additions.
        let bound = 30.0 * f64::EPSILON / 2.0 * exact as f64;
        assert!(
            (pairwise as f64) <= bound,
            "seed {seed}: {pairwise} > {bound}"
        );
        all_pairwise += pairwise;
        all_plain += plain;
    }
    // A single plain sum may be lucky; ten are not.
    assert!(
        all_pairwise * 10 < all_plain,
        "{all_pairwise}, plain {all_plain}"
    );
}

#[test]
fn single_precision_has_the_same_tree() {
    let mut plain = 0.0_f32;
    let mut sum = Pairwise::<f32>::new();
    for _ in 0..1_000_000 {
        plain += 0.1;
        sum += 0.1;
    }
    assert!((plain - 100_000.0).abs() > 100.0, "{plain}");
    assert!((sum.sum() - 100_000.0).abs() < 0.1, "{}", sum.sum());
}

#[test]
fn a_sum_is_empty_until_something_is_added() {
    let mut sum = Pairwise::<f64>::default();
    assert!(sum.is_empty());
    assert_eq!(sum.sum().to_bits(), 0.0_f64.to_bits());
    sum.extend([-0.0]);
    assert!(!sum.is_empty());
    assert_eq!(sum.sum().to_bits(), 0.0_f64.to_bits());
    sum.extend([f64::INFINITY, 1.0]);
    assert_eq!((sum.sum(), sum.len()), (f64::INFINITY, 3));
}

#[test]
fn a_copy_goes_its_own_way() {
    let whole: Pairwise = floats(5).take(100).collect();
    let mut half: Pairwise = floats(5).take(50).collect();
    let copy = half.clone();
    half.extend(floats(5).skip(50).take(50));
    assert_eq!(half, whole);
    assert_eq!(copy.len(), 50);
}

#[test]
fn integers_give_their_promise() {
    fn promises<T: Associative>() {}
    promises::<i8>();
    promises::<u128>();
    promises::<usize>();
    promises::<Wrapping<i64>>();
    promises::<bool>();
    promises::<Duration>();
}
