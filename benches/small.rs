//! What a small pipeline costs more than its loop, and what a pipeline costs
//! whose pool has other things to do: on two threads, medians over rounds that
//! take turns. In brackets the goal; `!` where it is missed.
//!
//! ```sh
//! cargo bench --bench small
//! ```

use std::hint::spin_loop;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;

use delayed::prelude::*;

mod common;

use common::tasks::{add, double, increment};
use common::{Goal, Turns, on_threads};

fn pipeline(items: u64) -> u64 {
    let sum = pipeline!({
        let mut sum = 0;
        for x in 0..items {
            sum += add(increment(x), double(x));
        }
        sum
    });
    sum.compute().expect("no task fails")
}

fn serial(items: u64) -> u64 {
    let mut sum = 0;
    for x in 0..items {
        sum += add::eager(increment::eager(x), double::eager(x));
    }
    sum
}

fn turns(tasks: u64) -> Turns<2> {
    let items = tasks.div_ceil(3);
    let rounds = (20_000_000 / tasks).clamp(101, 5_001) as usize;
    Turns::take(rounds, [&|| serial(items), &|| pipeline(items)])
}

#[allow(clippy::print_stdout)]
fn small(caller: &str) {
    for tasks in [30, 1_000] {
        let turns = turns(tasks);
        let more = Goal::at_most(turns.excess(1, 0), 1_000.0);
        let [serial, pipeline] = [0, 1].map(|index| turns.median(index));
        println!("{caller:>22}{tasks:>9}{serial:>12.0}{pipeline:>12.0}{more:>16}");
    }
}

#[allow(clippy::print_stdout)]
fn beside(what: &str) {
    for tasks in [1_000, 30_000, 1_000_000] {
        let turns = turns(tasks);
        let ratio = Goal::at_most(turns.ratio(1, 0), 1.1);
        let [serial, pipeline] = [0, 1].map(|index| turns.median(index));
        println!("{what:>22}{tasks:>9}{serial:>12.0}{pipeline:>12.0}{ratio:>16}");
    }
}

#[allow(clippy::print_stdout)]
fn main() {
    println!("           called from    tasks   serial ns pipeline ns   ns more (goal)");
    small("outside");
    on_threads(2, || small("a thread of the pool"));
    println!("  the other thread is    tasks   serial ns pipeline ns    ratio (goal)");
    on_threads(2, || {
        let is_over = AtomicBool::new(false);
        let busy = || {
            while !is_over.load(Ordering::Relaxed) {
                spin_loop();
            }
        };
        rayon::in_place_scope(|scope| {
            scope.spawn(|_| busy());
            beside("busy");
            is_over.store(true, Ordering::Relaxed);
        });
        let (sender, receiver) = mpsc::channel::<()>();
        rayon::in_place_scope(|scope| {
            scope.spawn(move |_| assert!(receiver.recv().is_err()));
            beside("blocked");
            drop(sender);
        });
    });
}
