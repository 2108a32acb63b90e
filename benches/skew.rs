//! How well two threads share work whose items are not alike: the efficiency,
//! which is the time of the serial loop over twice that of the pipeline. Medians
//! over rounds that take turns. In brackets the goal; `!` where it is missed.
//!
//! Each is measured right behind another run of its own, and right behind the
//! serial loop, while which the other thread has gone to sleep: to wake it takes
//! about 40 us here, as long as half of the shortest patterns.
//!
//! ```sh
//! cargo bench --bench skew
//! ```

use delayed::prelude::*;
use rayon::prelude::*;

mod common;

use common::tasks::work;
use common::{Goal, Turns, on_threads, time};

const ITEMS: usize = 100_000;

fn pipeline(weights: &[u64]) -> u64 {
    let sum = pipeline!({
        let mut sum = 0;
        for steps in weights {
            sum += work(1, *steps);
        }
        sum
    });
    sum.compute().expect("no task fails")
}

fn serial(weights: &[u64]) -> u64 {
    let mut sum = 0;
    for steps in weights {
        sum += work::eager(1, *steps);
    }
    sum
}

fn par_iter(weights: &[u64]) -> u64 {
    weights.par_iter().map(|steps| work::eager(1, *steps)).sum()
}

/// How many steps each item takes; a microsecond has `micro` of them.
fn patterns(micro: f64) -> [(&'static str, f64, Vec<u64>); 6] {
    let one_percent = ITEMS as u64 / 100;
    let items = || 0..ITEMS as u64;
    let is_heavy = |x: u64| x.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32 < (1 << 32) / 200;
    let heavy_where = |is_heavy: &dyn Fn(u64) -> bool, steps| {
        let steps = |x| if is_heavy(x) { steps } else { 1 };
        items().map(steps).collect::<Vec<_>>()
    };
    [
        ("even, tiny", 0.85, vec![1; 10 * ITEMS]),
        (
            "last 1 % heavy",
            0.85,
            heavy_where(&|x| x >= items().end - one_percent, 1_000),
        ),
        (
            "first 1 % heavy",
            0.85,
            heavy_where(&|x| x < one_percent, 1_000),
        ),
        ("1 in 200 heavy", 0.85, heavy_where(&is_heavy, 5_000)),
        ("64 of 0.1 ms", 0.85, vec![(100.0 * micro) as u64; 64]),
        ("100 of 1 us", 0.8, vec![micro as u64; 100]),
    ]
}

#[allow(clippy::print_stdout)]
fn main() {
    const STEPS: u64 = 1_000_000;
    // The shortest: at other times somebody else had the processor.
    let took = (0..20).map(|_| time(|| work::eager(1, STEPS)).1);
    let micro = STEPS as f64 * 1e3 / took.fold(f64::INFINITY, f64::min);
    println!("                                  awake                        asleep");
    println!("           items   serial us   pipeline (goal)  par_iter  pipeline  par_iter");
    on_threads(2, || {
        for (name, goal, weights) in patterns(micro) {
            let serial = || serial(&weights);
            let pipeline = || pipeline(&weights);
            let par_iter = || par_iter(&weights);
            let works: [&dyn Fn() -> u64; 6] =
                [&serial, &pipeline, &pipeline, &serial, &par_iter, &par_iter];
            let turns = Turns::take(101, works);
            let efficiency = |index| 0.5 / turns.ratio(index, 0);
            let ours = Goal::at_least(efficiency(2), goal);
            let [asleep, rayon_asleep, rayon] = [1, 4, 5].map(efficiency);
            let serial = turns.median(0) / 1e3;
            println!(
                "{name:>16}{serial:>12.1}{ours:>18}{rayon:>10.2}{asleep:>10.2}{rayon_asleep:>10.2}"
            );
        }
    });
}
