//! Run-time graphs, on one thread, two and more than there are cores.

mod depth;
mod failures;
mod ownership;
mod random;
mod sharing;
mod threads;

use super::Delayed;
use super::input::Lending;
use super::value::Loan;
use crate::{Error, Runtime, TaskInfo};

/// Runs `test` in pools of 1, 2 and 8 threads, and serially in several orders.
fn in_pools(test: impl Fn() + Sync) {
    for threads in [1, 2, 8] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
        pool.build().unwrap().install(&test);
    }
    for seed in 0..3 {
        let runtime = Runtime::builder().serial(seed).build();
        runtime.unwrap().run(&test);
    }
}

/// The constants of a task of this name.
macro_rules! info {
    ($name:literal) => {
        const { &crate::TaskInfo::new($name, "tests.rs", 1, 1, true) }
    };
}
use info;

/// A task that takes its argument.
#[track_caller]
fn task<A: Send + 'static, R: Send + 'static>(
    info: &'static TaskInfo,
    argument: Delayed<A>,
    body: impl FnOnce(A) -> Result<R, Error> + Send + 'static,
) -> Delayed<R> {
    Delayed::task(info, argument, body)
}

/// A task that looks at its argument.
#[track_caller]
fn look<A: Send + Sync + 'static, R: Send + 'static>(
    argument: &Delayed<A>,
    body: impl FnOnce(&A) -> R + Send + 'static,
) -> Delayed<R> {
    const INFO: TaskInfo = TaskInfo::new("look", "tests.rs", 1, 1, false);
    let input: Lending<'_, A, A> = Lending::new(argument);
    Delayed::task(&INFO, input, move |value: Loan<'_, A, A>| Ok(body(&value)))
}
