//! What a task of a static pipeline costs beside the loop by hand, and beside
//! rayon by hand: a chain, a fan, a tree and a loop of tasks that do next to
//! nothing, on one thread and on two.
//!
//! Nanoseconds a task are medians; ratios are medians over rounds in which all
//! take turns. In brackets the goal; `!` where it is missed.
//!
//! ```sh
//! cargo bench --bench shapes            # a million of each
//! cargo bench --bench shapes -- 100000  # or as many
//! ```

mod common;

use std::hint::black_box;

use common::memory::peak_bytes;
use common::pipelines::{SHAPES, Shape};
use common::{Goal, Turns, on_threads};

#[allow(clippy::print_stdout)]
fn measure(shape: &Shape, threads: usize, items: u64) {
    let tasks = shape.tasks * items as f64;
    let serial = || (shape.serial)(items);
    let pipeline = || (shape.pipeline)(items);
    let rounds = 41;
    let turns = match shape.rayon {
        // While the loop runs, the threads that helped before it go to sleep.
        Some([par_iter, join]) => Turns::take_after(
            rounds,
            || _ = black_box(serial()),
            [&serial, &pipeline, &|| par_iter(items), &|| join(items)],
        ),
        None => Turns::take(rounds, [&serial, &pipeline, &serial, &serial]),
    };
    let [by_hand, ours, par_iter, join] = [0, 1, 2, 3].map(|index| turns.median(index) / tasks);
    // A chain gains nothing from a second thread.
    let share = match shape.rayon {
        Some(_) if threads == 2 => 1.3 / 2.0,
        _ => 1.15,
    };
    let to_serial = Goal::at_most(turns.ratio(1, 0), share);
    // What is collected is the program's own.
    let bytes = peak_bytes(|| _ = pipeline()) - peak_bytes(|| _ = serial());
    let bytes = Goal::at_most(bytes / tasks, 2.0);
    print!(
        "{threads:>7} {:>8}{by_hand:>9.2}{ours:>9.2}{to_serial:>17}{bytes:>13}",
        shape.name
    );
    if shape.rayon.is_some() {
        let to_rayon = Goal::at_most(turns.ratio(1, 2), 1.0);
        print!("{par_iter:>10.2}{join:>8.2}{to_rayon:>14}");
    }
    println!();
}

#[allow(clippy::print_stdout)]
fn main() {
    let mut words = std::env::args().skip(1);
    let items = words.find_map(|word| word.parse().ok()).unwrap_or(1 << 20);
    println!(
        "threads    shape   serial pipeline / serial (goal)  bytes a task  par_iter    join    / par_iter"
    );
    for threads in [1, 2] {
        on_threads(threads, || {
            SHAPES
                .iter()
                .for_each(|shape| measure(shape, threads, items));
        });
    }
}
