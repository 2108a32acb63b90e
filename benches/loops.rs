//! What a pipeline of tiny tasks costs beside the loop that one would write by
//! hand, and beside rayon's `par_iter`: nanoseconds an iteration, medians over
//! runs that take turns.
//!
//! ```sh
//! cargo bench --bench loops
//! ```

use std::hint::black_box;
use std::time::Instant;

use delayed::prelude::*;
use rayon::prelude::*;

#[delayed]
fn increment(x: u64) -> u64 {
    black_box(x) + 1
}

#[delayed]
fn double(x: u64) -> u64 {
    black_box(x) * 2
}

#[delayed]
fn add(x: u64, y: u64) -> u64 {
    x + y
}

/// The loop shape of `add(increment(x), double(x))`: three tasks an iteration.
fn pipeline(runtime: &Runtime, items: u64) -> u64 {
    let sum = pipeline!({
        let mut sum = 0;
        for x in 0..items {
            sum += add(increment(x), double(x));
        }
        sum
    });
    sum.compute_on(runtime).expect("no task fails")
}

fn serial(items: u64) -> u64 {
    let mut sum = 0;
    for x in 0..items {
        sum += add::eager(increment::eager(x), double::eager(x));
    }
    sum
}

fn par_iter(pool: &rayon::ThreadPool, items: u64) -> u64 {
    let each = |x| add::eager(increment::eager(x), double::eager(x));
    pool.install(|| (0..items).into_par_iter().map(each).sum())
}

/// Nanoseconds an iteration.
fn time(items: u64, run: impl Fn() -> u64) -> f64 {
    let start = Instant::now();
    black_box(run());
    start.elapsed().as_secs_f64() * 1e9 / items as f64
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

#[allow(clippy::print_stdout)]
fn main() {
    const RUNS: usize = 41;
    println!("threads   iterations   pipeline   par_iter     serial   pipeline / serial");
    for threads in [1, 2] {
        let runtime = Runtime::builder().threads(threads).build();
        let runtime = runtime.expect("the threads start");
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        let pool = pool.expect("the threads start");
        for items in [30, 1_000, 30_000, 100_000, 1_000_000] {
            let mut times = [const { Vec::new() }; 3];
            for _ in 0..RUNS {
                times[0].push(time(items, || pipeline(&runtime, items)));
                times[1].push(time(items, || par_iter(&pool, items)));
                times[2].push(time(items, || serial(items)));
            }
            let [pipeline, par_iter, serial] = times.map(median);
            let ratio = pipeline / serial;
            println!(
                "{threads:>7}{items:>13}{pipeline:>11.2}{par_iter:>11.2}{serial:>11.2}{ratio:>20.2}"
            );
        }
    }
}
