//! Run-time graphs, on one thread, two and more than there are cores.

mod depth;
mod failures;
mod ownership;
mod random;
mod sharing;

use super::{Delayed, IntoRef};
use crate::{Error, TaskInfo};

/// Runs `test` in pools of 1, 2 and 8 threads.
fn in_pools(test: impl Fn() + Sync) {
    for threads in [1, 2, 8] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
        pool.build().unwrap().install(&test);
    }
}

/// A task that takes its argument.
#[track_caller]
fn task<A: Send + 'static, R: Send + 'static>(
    name: &'static str,
    argument: Delayed<A>,
    body: impl FnOnce(A) -> Result<R, Error> + Send + 'static,
) -> Delayed<R> {
    let info = TaskInfo::new(name, "tests.rs", 1, 1, true);
    Delayed::task(&info, argument, body)
}

/// A task that looks at its argument.
#[track_caller]
fn look<A: Send + Sync + 'static, R: Send + 'static>(
    argument: &Delayed<A>,
    body: impl FnOnce(&A) -> R + Send + 'static,
) -> Delayed<R> {
    let info = TaskInfo::new("look", "tests.rs", 1, 1, false);
    let input = IntoRef::<A>::into_ref(argument);
    Delayed::task(&info, input, move |value| Ok(body(&value)))
}
