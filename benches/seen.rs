//! What it costs to look on: a million tasks of 1 µs, in a loop and as the steps
//! of a graph that is made at run time, on two threads, unseen and seen. How many
//! times longer than unseen, medians over rounds that take turns. In brackets the
//! goal; `!` where it is missed.
//!
//! ```sh
//! cargo bench --bench seen --features dashboard,progress
//! ```
//!
//! Progress is drawn only where standard error is a terminal, as by
//! `script -c "…" /dev/null`; elsewhere it should cost nothing at all.

use delayed::observe::Event;
use delayed::prelude::*;
use delayed::profile::Profiler;

mod common;

use common::tasks::work;
use common::{Goal, Turns, time};

const TASKS: u64 = 1_000_000;

fn in_a_loop(runtime: &Runtime, steps: u64) -> u64 {
    let sum = pipeline!({
        let mut sum = 0_u64;
        for x in 0..TASKS {
            let y = work(x, steps);
            sum = sum.wrapping_add(y);
        }
        sum
    });
    sum.compute_on(runtime).expect("no task fails")
}

fn as_steps(runtime: &Runtime, steps: u64) -> u64 {
    let tasks: Vec<Delayed<u64>> = (0..TASKS).map(|x| work(x, steps)).collect();
    let values = runtime.run(|| delayed::compute::<Vec<u64>, _>(tasks));
    let values = values.expect("no task fails");
    values.into_iter().fold(0, u64::wrapping_add)
}

#[allow(clippy::print_stdout)]
fn main() -> Result<(), delayed::Error> {
    const STEPS: u64 = 1_000_000;
    // The shortest: at other times somebody else had the processor.
    let took = (0..20).map(|_| time(|| work::eager(1, STEPS)).1);
    let micro = (STEPS as f64 * 1e3 / took.fold(f64::INFINITY, f64::min)) as u64;
    let on_two = || Runtime::builder().threads(2);
    let unseen = on_two().build()?;
    let seen = [
        ("a closure", 1.1, on_two().observer(|_: &Event<'_>| {})),
        ("progress", 1.01, on_two().progress(true)),
        ("profile", 1.1, on_two().observer(Profiler::new())),
        ("dashboard", 1.02, on_two().dashboard("127.0.0.1:0")),
    ];
    println!("             in a loop (goal)  as steps (goal)");
    for (name, goal, seen) in seen {
        let seen = seen.build()?;
        let [in_a_loop, as_steps] = [in_a_loop, as_steps].map(|job| {
            let works: [&dyn Fn() -> u64; 2] = [&|| job(&unseen, micro), &|| job(&seen, micro)];
            Goal::at_most(Turns::take(9, works).ratio(1, 0), goal)
        });
        println!("{name:>12}{in_a_loop:>18}{as_steps:>18}");
    }
    Ok(())
}
