//! What tasks' options ask for, and what ends a run from outside: in pipelines
//! and in run-time graphs, on one thread and on many.
//!
//! No test here waits for time to pass. Where a clock has to go on, a task asks
//! `cancelled` until it has.

mod control {
    mod cancel;
    mod graphs;
    mod limit;
    mod retries;
    mod runtime;
    mod timeout;
}

use delayed::Runtime;

/// Runs `test` on runtimes of different sizes.
fn on_every_size(test: impl Fn(&Runtime)) {
    for threads in [1, 2, 8] {
        let runtime = Runtime::builder().threads(threads).build();
        test(&runtime.expect("threads can be had"));
    }
}

/// Goes on when the work should end.
fn until_cancelled() {
    while !delayed::cancelled() {
        std::thread::yield_now();
    }
}
