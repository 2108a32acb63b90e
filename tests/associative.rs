//! Reductions of types that promise to be associative, on 1, 2 and 8 threads:
//! the answer of the plain loop, whatever was merged before it had its turn.

use std::num::Wrapping;
use std::ops::{AddAssign, MulAssign};
use std::sync::Arc;

use delayed::prelude::*;

/// A text: adding two of them is associative, and the order shows. It holds on
/// to a count, so that a lost or doubled one would show, too.
#[derive(Clone, Default)]
struct Text {
    text: String,
    alive: Vec<Arc<()>>,
}

impl AddAssign for Text {
    fn add_assign(&mut self, other: Self) {
        assert!(!other.text.contains('!'), "no text may shout");
        self.text += &other.text;
        self.alive.extend(other.alive);
    }
}

impl Associative for Text {}

/// Where the loop ends early, and how.
#[derive(Clone, Copy, Debug, PartialEq)]
enum End {
    Never,
    Error(u32),
    Panic(u32),
    Break(u32),
    PanicInMerge(u32),
}

/// Takes more or less long, so that iterations end out of order.
fn spin(x: u32) {
    let rounds = if x.is_multiple_of(5) { 3000 } else { x % 90 };
    (0..rounds).fold(x, |x, y| std::hint::black_box(x ^ y));
}

#[delayed]
fn part(x: u32, end: End, count: &Arc<()>) -> Result<Text, String> {
    spin(x);
    assert!(end != End::Panic(x), "stop at {x}");
    if end == End::Error(x) {
        return Err(format!("bad {x}"));
    }
    let shout = if end == End::PanicInMerge(x) { "!" } else { "" };
    Ok(Text {
        text: format!("{x}{shout},"),
        alive: vec![Arc::clone(count)],
    })
}

/// The numbers below `end` as a text.
fn numbers(end: u32) -> String {
    (0..end).map(|x| format!("{x},")).collect()
}

fn on_all(test: impl Fn(&Runtime, usize)) {
    for threads in [1, 2, 8] {
        let runtime = Runtime::builder().threads(threads).build();
        test(&runtime.unwrap(), threads);
    }
    for seed in 0..5 {
        let runtime = Runtime::builder().serial(seed).build();
        test(&runtime.unwrap(), 1);
    }
}

/// What the loop leaves in the variable of its surroundings, and its error.
fn flat(runtime: &Runtime, size: u32, end: End) -> (String, Option<String>) {
    let count = Arc::new(());
    let mut all = Text::default();
    let run = pipeline!({
        for x in 0..size {
            if end == End::Break(x) {
                break;
            }
            all += part(x, end, &count)?;
        }
    });
    let error = run.compute_on(runtime).err().map(|error| error.to_string());
    let commas = all.text.matches(',').count();
    assert_eq!(Arc::strong_count(&count), 1 + commas, "a value was lost");
    (all.text, error)
}

#[test]
fn the_order_of_the_parts_stays() {
    on_all(|runtime, threads| {
        for size in (0..20).chain([63, 64, 65, 66, 129, 1000, 5000]) {
            let (text, error) = flat(runtime, size, End::Never);
            assert_eq!(text, numbers(size), "{size} parts, {threads} threads");
            assert_eq!(error, None);
        }
    });
}

#[test]
fn a_loop_that_ends_early_keeps_exactly_the_parts_before() {
    on_all(|runtime, threads| {
        for size in [1, 2, 9, 100, 400] {
            for at in (0..size).filter(|at| size < 10 || at % 13 == 0) {
                let at_loop = format!("in iteration {at} of `for x in 0..size`");
                for (end, expected) in [
                    (End::Break(at), None),
                    (End::Error(at), Some(format!("{at_loop} ({at}): bad {at}"))),
                    (
                        End::Panic(at),
                        Some(format!("{at_loop} ({at}): stop at {at}")),
                    ),
                ] {
                    let (text, error) = flat(runtime, size, end);
                    assert_eq!(text, numbers(at), "{end:?} of {size}, {threads} threads");
                    let is_expected = match (&error, &expected) {
                        (Some(error), Some(expected)) => error.ends_with(expected),
                        (error, expected) => error.is_none() && expected.is_none(),
                    };
                    assert!(is_expected, "{error:?} instead of {expected:?}");
                }
            }
        }
    });
}

#[test]
fn a_merge_that_panics_is_a_panic_of_the_pipeline() {
    on_all(|runtime, _| {
        for at in [0, 1, 2, 17, 40, 99] {
            for _ in 0..5 {
                let (text, error) = flat(runtime, 100, End::PanicInMerge(at));
                assert!(numbers(at).starts_with(&text), "{text} is not before {at}");
                let error = error.expect("the merge fails");
                assert!(error.ends_with(": no text may shout"), "{error}");
            }
        }
        // The pool is as good as before.
        assert_eq!(flat(runtime, 10, End::Never), (numbers(10), None));
    });
}

#[delayed]
fn length(row: u32) -> u32 {
    row % 7 * row % 40
}

#[test]
fn nested_loops_stay_in_the_order_of_both() {
    let count = Arc::new(());
    let serial = |end: End| {
        let mut all = Text::default();
        for row in 0..40 {
            for column in 0..length::eager(row) {
                let at = row * 100 + column;
                if end == End::Break(at) {
                    break;
                }
                match part::eager(at, end, &count) {
                    Ok(part) => all += part,
                    Err(_) => return all.text,
                }
            }
        }
        all.text
    };
    let parallel = |end: End, runtime: &Runtime| {
        let mut all = Text::default();
        let run = pipeline!({
            for row in 0..40 {
                for column in 0..length(row) {
                    let at = row * 100 + column;
                    if end == End::Break(at) {
                        break;
                    }
                    all += part(at, end, &count)?;
                }
            }
        });
        let is_error = run.compute_on(runtime).is_err();
        assert_eq!(is_error, matches!(end, End::Error(_)));
        all.text
    };
    on_all(|runtime, threads| {
        let ends = [
            End::Never,
            End::Error(1605),
            End::Error(2300),
            End::Break(802),
        ];
        for end in ends {
            let text = parallel(end, runtime);
            assert_eq!(text, serial(end), "{end:?}, {threads} threads");
        }
    });
    assert_eq!(Arc::strong_count(&count), 1);
}

/// The inner loop is nothing but a reduction, the outer one is more.
#[test]
fn an_outer_loop_may_do_more_in_order() {
    let count = Arc::new(());
    on_all(|runtime, _| {
        let run = pipeline!({
            let mut all = Text::default();
            let mut ends = Vec::new();
            for row in 0..30 {
                for column in 0..20 {
                    all += part(row * 20 + column, End::Never, &count)?;
                }
                ends.push(length(row));
            }
            (all.text, ends)
        });
        let ends = (0..30).map(length::eager).collect();
        assert_eq!(run.compute_on(runtime).unwrap(), (numbers(600), ends));
    });
}

/// A 2×2 matrix; multiplying is associative, and the order shows.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Matrix([Wrapping<u64>; 4]);

impl MulAssign for Matrix {
    fn mul_assign(&mut self, other: Self) {
        let ([a, b, c, d], [e, f, g, h]) = (self.0, other.0);
        self.0 = [a * e + b * g, a * f + b * h, c * e + d * g, c * f + d * h];
    }
}

impl Associative for Matrix {}

#[delayed]
fn matrix(x: u64) -> Matrix {
    spin(x as u32);
    Matrix([x, 1, x * x, 3].map(Wrapping))
}

#[delayed]
fn bits(x: u64) -> u64 {
    x.wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

struct Found {
    bits: u64,
}

#[test]
fn every_operator_that_may_be_regrouped_gives_the_loops_answer() {
    let mut one = Matrix([1, 0, 0, 1].map(Wrapping));
    let (mut and, mut or, mut xor) = (u64::MAX, 0, 0);
    for x in 0..2000 {
        one *= matrix::eager(x);
        and &= bits::eager(x) | 0xFFFF;
        or |= bits::eager(x) & 0xFF00FF;
        xor ^= bits::eager(x);
    }
    on_all(|runtime, _| {
        let product = pipeline!({
            let mut product = Matrix([1, 0, 0, 1].map(Wrapping));
            for x in 0..2000 {
                product *= matrix(x);
            }
            product
        });
        assert_eq!(product.compute_on(runtime).unwrap(), one);
        // The accumulator may be a field, or what a reference refers to.
        let mut found = [u64::MAX, 0];
        let [first, second] = &mut found;
        let all = pipeline!({
            let mut third = Found { bits: 0 };
            for x in 0..2000 {
                let bits = bits(x) | 0xFFFF;
                *first &= bits;
            }
            for x in 0..2000 {
                let bits = bits(x) & 0xFF00FF;
                *second |= bits;
            }
            for x in 0..2000 {
                third.bits ^= bits(x);
            }
            third.bits
        });
        assert_eq!(all.compute_on(runtime).unwrap(), xor);
        assert_eq!(found, [and, or]);
    });
}

#[delayed]
fn level(x: u32) -> i8 {
    if x < 100 { 1 } else { -1 }
}

#[delayed]
fn steep(x: u32) -> u8 {
    if x == 70 {
        250
    } else {
        u8::from(x.is_multiple_of(20))
    }
}

/// Grouped otherwise, these would overflow where the loop does not, or not
/// where it does.
#[test]
fn sums_of_integers_overflow_where_the_loop_does() {
    on_all(|runtime, _| {
        let in_range = pipeline!({
            let mut sum = 100_i8;
            for x in 100..300 {
                sum += level(x);
            }
            sum
        });
        assert_eq!(in_range.compute_on(runtime).unwrap(), -100);
    });
    if !cfg!(debug_assertions) {
        return;
    }
    on_all(|runtime, _| {
        let overflows = pipeline!({
            let mut sum = 0_u8;
            for x in 0..400 {
                sum += steep(x);
            }
            sum
        });
        let error = overflows.compute_on(runtime).unwrap_err().to_string();
        let expected = "in iteration 100 of `for x in 0..400`: attempt to add with overflow";
        assert!(error.ends_with(expected), "{error}");
    });
}

/// A number that says nothing of its sums.
#[derive(Default)]
struct Plain(f64);

impl AddAssign for Plain {
    fn add_assign(&mut self, other: Self) {
        self.0 += other.0;
    }
}

impl From<f64> for Plain {
    fn from(x: f64) -> Self {
        Self(x)
    }
}

#[delayed]
fn tenth<T: From<f64>>(x: u32) -> T {
    T::from(f64::from(x) / 10.0)
}

/// The sum of a generic type, with or without a promise.
fn total<T: AddAssign + Default + From<f64> + Send + 'static>(runtime: &Runtime) -> T {
    let total = pipeline!({
        let mut total = T::default();
        for x in 0..1000 {
            total += tenth::<T>(x);
        }
        total
    });
    total.compute_on(runtime).unwrap()
}

#[test]
fn types_without_the_promise_stay_in_order() {
    let serial = (0..1000).fold(0.0, |sum, x| sum + f64::from(x) / 10.0);
    on_all(|runtime, _| {
        assert_eq!(total::<Plain>(runtime).0.to_bits(), serial.to_bits());
        assert_eq!(total::<f64>(runtime).to_bits(), serial.to_bits());
        // The type of the parts follows from the accumulator's.
        let inferred = pipeline!({
            let mut total = Plain::default();
            for x in 0..1000 {
                total += tenth(x);
            }
            total.0.to_bits()
        });
        assert_eq!(inferred.compute_on(runtime).unwrap(), serial.to_bits());
    });
}
