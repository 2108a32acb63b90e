//! What is known of a `#[delayed]` function when the program is built.

use std::borrow::Cow;

use delayed_graph::Place;

use crate::Error;
use crate::error::BoxError;

/// The constants of a task, as `#[delayed]` wrote them beside the function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskInfo {
    /// The name that errors, graphs and progress show.
    pub name: &'static str,
    /// Where the function is.
    pub place: Place,
    /// Whether its value is a `Result` whose failure travels along the graph.
    pub fallible: bool,
}

impl TaskInfo {
    /// The constants of the task `name`, written at `line` and `column` of `file`.
    #[must_use]
    pub const fn new(
        name: &'static str,
        file: &'static str,
        line: u32,
        column: u32,
        fallible: bool,
    ) -> Self {
        let file = Cow::Borrowed(file);
        Self {
            name,
            place: Place { file, line, column },
            fallible,
        }
    }
}

/// A type that `#[delayed]` put beside a function of the same name.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a task",
    label = "not marked `#[delayed]`",
    note = "put `#[delayed]` on the function"
)]
pub trait Task {
    /// What is known of the task.
    const INFO: TaskInfo;
}

/// What a fallible task may return.
#[diagnostic::on_unimplemented(
    message = "a fallible task returns a `Result`, and this one returns `{Self}`",
    label = "not a `Result` whose error can be boxed",
    note = "the error must convert into `Box<dyn Error + Send + Sync>`",
    note = "a value that is plain data is marked `#[delayed(fallible = false)]`"
)]
pub trait TaskResult {
    /// The value of success: what the task's node stands for.
    type Value;
    /// The value, or the failure as the graph reports it.
    ///
    /// # Errors
    ///
    /// The task's own.
    fn into_value(self) -> Result<Self::Value, Error>;
}

impl<T, E: Into<BoxError>> TaskResult for Result<T, E> {
    type Value = T;
    fn into_value(self) -> Result<T, Error> {
        self.map_err(Error::failed)
    }
}
