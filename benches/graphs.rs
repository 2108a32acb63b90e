//! What graphs that are built at run time cost: nanoseconds a task to build,
//! to run (every node is freed in the run) and to drop without a run, bytes a
//! task at the peak, and the same answer by a serial loop. Medians over runs
//! that take turns. In brackets the goal; `!` where it is missed.
//!
//! ```sh
//! cargo bench --bench graphs             # up to a million tasks
//! cargo bench --bench graphs -- 10000000 # and that many
//! cargo bench --bench graphs -- 0 wave   # only shapes of this name
//! ```

use std::hint::black_box;
use std::thread;

use delayed::prelude::*;

mod common;

use common::graphs::{SHAPES, Shape};
use common::memory::peak_bytes;
use common::{Goal, median, on_threads, time};

#[allow(clippy::print_stdout)]
fn measure(shape: &Shape, threads: usize, tasks: u64) {
    let runs = (3_000_000 / tasks).clamp(3, 41);
    let count = (shape.tasks)(tasks) as f64;
    let mut times = [const { Vec::new() }; 5];
    let compute = |graph: Delayed<u64>| graph.compute().expect("no task fails");
    for _ in 0..runs {
        let (graph, build) = time(|| (shape.graph)(tasks));
        let (value, run) = time(|| compute(graph));
        let unrun = (shape.graph)(tasks);
        let ((), drop) = time(|| drop(unrun));
        let (expected, serial) = time(|| (shape.serial)(tasks));
        assert_eq!(value, expected, "{}", shape.name);
        for (times, time) in times
            .iter_mut()
            .zip([build, run, build + run, drop, serial])
        {
            times.push(time / count);
        }
    }
    let [build, run, total, drop, serial] = times.map(median);
    // A thread of its own has kept no memory from before.
    let once = || _ = black_box(compute((shape.graph)(tasks)));
    let bytes = peak_bytes(|| thread::scope(|scope| _ = scope.spawn(once).join()));
    let (total, bytes) = (
        Goal::at_most(total, 100.0),
        Goal::at_most(bytes / count, 160.0),
    );
    println!(
        "{threads:>7}{:>8}{tasks:>11}{build:>9.1}{run:>9.1}{total:>13}{drop:>9.1}{bytes:>13}{serial:>9.2}",
        shape.name
    );
}

/// Nanoseconds of `compute()` for one task that does nothing.
fn latency() -> f64 {
    let graphs = (0..1000).map(|_| time(|| Delayed::from(()).map(|()| ()).compute().is_ok()));
    median(graphs.map(|(_, time)| time).collect())
}

#[allow(clippy::print_stdout)]
fn main() {
    let mut numbers = std::env::args().skip(1).filter(|word| word != "--bench");
    let most = numbers.next().and_then(|word| word.parse().ok());
    let name = numbers.next().unwrap_or_default();
    println!(
        "threads   shape      tasks    build      run   sum (goal)     drop bytes (goal)   serial"
    );
    for threads in [1, 2] {
        on_threads(threads, || {
            for shape in SHAPES.iter().filter(|shape| shape.name.contains(&name)) {
                let sizes = [10_000, 100_000, 1_000_000].into_iter();
                for tasks in sizes.chain(most.filter(|&most| most > 1_000_000)) {
                    measure(shape, threads, tasks);
                }
            }
            println!(
                "{threads:>7}   one empty task, built and computed: {} ns",
                Goal::at_most(latency(), 1_000.0)
            );
        });
    }
    println!(
        "outside   one empty task, built and computed: {} ns",
        Goal::at_most(latency(), 1_000.0)
    );
}
