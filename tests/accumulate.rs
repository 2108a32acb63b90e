//! What loops add up into, on 1, 2 and 8 threads: the answer of the plain loop.

use std::ops::AddAssign;

use delayed::prelude::*;

/// Values of uneven size and uneven cost, so that iterations end out of order.
#[delayed]
fn wave(x: u32) -> f64 {
    let rounds = if x.is_multiple_of(7) { 400 } else { 1 };
    let angle = (0..rounds).fold(f64::from(x), |angle, _| std::hint::black_box(angle));
    angle.sin() * 10_f64.powi((x % 13) as i32)
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Extremes {
    least: i64,
    most: i64,
}

impl AddAssign for Extremes {
    fn add_assign(&mut self, other: Self) {
        self.least = self.least.min(other.least);
        self.most = self.most.max(other.most);
    }
}

impl Associative for Extremes {}

#[delayed]
fn extremes(x: i64) -> Extremes {
    let y = x.wrapping_mul(0x5851_F42D_4C95_7F2D) >> 40;
    Extremes { least: y, most: y }
}

/// The pipeline that `make` gives, run with 1, 2 and 8 threads: one value.
fn on_all<T: PartialEq + std::fmt::Debug>(make: impl Fn() -> Pipeline<'static, T>) -> T {
    let run = |threads| {
        let runtime = Runtime::builder().threads(threads).build().unwrap();
        make().compute_on(&runtime).unwrap()
    };
    let [one, two, eight] = [1, 2, 8].map(run);
    assert_eq!(one, two);
    assert_eq!(one, eight);
    one
}

#[test]
fn a_pairwise_sum_has_the_same_bits_on_any_number_of_threads() {
    let found = on_all(|| {
        pipeline!({
            let mut total = Pairwise::new();
            for x in 0..5000 {
                total += wave(x);
            }
            (total.sum().to_bits(), total.len())
        })
    });
    let serial: Pairwise = (0..5000).map(wave::eager).collect();
    assert_eq!(found, (serial.sum().to_bits(), 5000));

    let plain = (0..5000).map(wave::eager).fold(0.0, |sum, x| sum + x);
    assert_ne!(
        plain.to_bits(),
        serial.sum().to_bits(),
        "the tree makes no difference"
    );
}

#[test]
fn nested_loops_add_in_the_order_of_the_loops() {
    let found = on_all(|| {
        pipeline!({
            let mut total = Pairwise::new();
            for row in 0..40 {
                for column in 0..row {
                    total += wave(row * 100 + column);
                }
            }
            total.sum().to_bits()
        })
    });
    let cells = (0..40).flat_map(|row| (0..row).map(move |column| row * 100 + column));
    let serial: Pairwise = cells.map(wave::eager).collect();
    assert_eq!(found, serial.sum().to_bits());
}

#[test]
fn sums_of_sums_are_values_of_their_own() {
    let found = on_all(|| {
        pipeline!({
            let mut total = Pairwise::new();
            for row in 0..40 {
                let mut part = Pairwise::new();
                for column in 0..30 {
                    part += wave(row * 100 + column);
                }
                total += part.sum();
            }
            (total.sum().to_bits(), total.len())
        })
    });
    let row = |row: u32| -> f64 {
        let cells = (0..30).map(|column| wave::eager(row * 100 + column));
        cells.collect::<Pairwise>().sum()
    };
    let serial: Pairwise = (0..40).map(row).collect();
    assert_eq!(found, (serial.sum().to_bits(), 40));
}

#[test]
fn types_that_promise_to_be_associative_keep_the_loops_answer() {
    let found = on_all(|| {
        pipeline!({
            let mut all = Extremes::default();
            let mut ones = 0_u32;
            for x in 0..3000 {
                let found = extremes(x);
                ones += found.most.count_ones();
                all += found;
            }
            (all, ones)
        })
    });
    let mut serial = (Extremes::default(), 0);
    for x in 0..3000 {
        let found = extremes::eager(x);
        serial.1 += found.most.count_ones();
        serial.0 += found;
    }
    assert_eq!(found, serial);
    assert!(serial.0.least < 0 && serial.0.most > 0);
}
