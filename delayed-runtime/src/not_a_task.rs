//! What rustc says where a function without `#[delayed]` is called as a task.
//!
//! A pipeline imports each function that it calls under a name of its own, which
//! further out stands for a [`PlainFunction`]. `#[delayed]` puts a type beside
//! the function, which hides that; a plain function leaves it to be found, and
//! the traits here then say what is wrong at the user's token.

use crate::task::TaskInfo;

/// A function that is no task. It stands in a list, as rustc says less of that.
#[derive(Debug)]
pub struct PlainFunction;

/// What a plain function lacks, in the user's words.
#[diagnostic::on_unimplemented(
    message = "this function is called as a task and is not `#[delayed]`",
    label = "not a task",
    note = "write `#[delayed]` in front of the function to make it a task",
    note = "or run it as plain Rust, as part of the step it stands in: `(f)(x)` or `{{ f(x) }}`"
)]
pub trait Task {}

/// The call: nothing has it, so that nothing else is said of the arguments and
/// of what is done with the value.
pub trait CalledAsTask {
    /// The call.
    fn called();
}

impl<T> CalledAsTask for [T; 0]
where
    [T; 0]: Task,
{
    fn called() {}
}

/// The constants of what is no task, so that nothing is said of them.
pub trait Info {
    /// Those of no task.
    const INFO: TaskInfo;
}

impl Info for [PlainFunction; 0] {
    const INFO: TaskInfo = TaskInfo::new("", "", 0, 0, false);
}
