//! Runs each program as plain Rust and as a pipeline, and says where they differ.

// The programs are random: some of what they write is of no use.
#![allow(warnings, arithmetic_overflow, unconditional_panic)]

mod harness;
mod programs;
mod tasks;

use delayed::Runtime;
use std::sync::Mutex;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

use harness::Outcome;

pub struct Program {
    seed: u64,
    has_nests: bool,
    plain: fn() -> Outcome,
    pipeline: fn(&delayed::Runtime) -> Outcome,
}

/// Every run starts iterations and ends them in an order of its own.
const ROUNDS: usize = 4;

fn main() {
    harness::note_panics();
    let (progress, watched) = channel();
    std::thread::spawn(move || {
        let mut last = 0;
        loop {
            match watched.recv_timeout(Duration::from_secs(120)) {
                Ok(seed) => last = seed,
                Err(RecvTimeoutError::Timeout) => {
                    println!("FAILED {last} hangs");
                    std::process::exit(1);
                }
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
    });
    let threads = [1, 2, 8].map(|threads| {
        let name = format!("{threads} threads");
        (name, Runtime::builder().threads(threads))
    });
    let seeds = (0..3).map(|seed| (format!("seed {seed}"), Runtime::builder().serial(seed)));
    let runtimes = threads.into_iter().chain(seeds);
    let runtimes: Vec<_> = runtimes
        .map(|(name, builder)| (name, builder.build().unwrap()))
        .collect();
    for program in programs::ALL {
        progress.send(program.seed).unwrap();
        run(program, &runtimes);
    }
    println!("DONE {}", programs::ALL.len());
}

fn run(program: &Program, runtimes: &[(String, Runtime)]) {
    let seed = program.seed;
    let expected = (program.plain)();
    assert_eq!(tasks::drop_fault(), None, "plain Rust drops as it should");
    println!("RAN {seed} {}", expected.kind());
    for _ in 0..ROUNDS {
        for (name, runtime) in runtimes {
            let pipeline = std::panic::AssertUnwindSafe(|| (program.pipeline)(runtime));
            let found = match std::panic::catch_unwind(pipeline) {
                Ok(found) => found,
                Err(_) => {
                    return println!(
                        "FAILED {seed} the pipeline itself panics with {name}"
                    );
                }
            };
            let fault = if found.is_as(&expected, program.has_nests) {
                tasks::drop_fault()
            } else {
                Some(format!("\n  expected {expected:?}\n  found    {found:?}"))
            };
            if let Some(fault) = fault {
                let _ = tasks::drop_fault();
                return println!("FAILED {seed} with {name}: {fault}");
            }
        }
    }
}
