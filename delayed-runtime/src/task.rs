//! What is known of a `#[delayed]` function when the program is built.

use std::borrow::Cow;
use std::num::NonZeroU32;
use std::time::Duration;

use delayed_graph::Place;

use crate::Error;
use crate::error::BoxError;

/// The constants of a task, as `#[delayed]` wrote them beside the function.
///
/// `pure` and `priority` are hints: the answer is the same without them. The
/// others are demands, and honoured by every executor.
///
/// ```
/// use delayed_runtime::TaskInfo;
///
/// const LOAD: TaskInfo = TaskInfo::new("load", "src/main.rs", 4, 4, true).with_retries(3);
/// assert_eq!((LOAD.name, LOAD.retries), ("load", 3));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TaskInfo {
    /// The name that errors, graphs and progress show.
    pub name: &'static str,
    // Not a `Place`, whose destructor would keep constants from reading this.
    file: &'static str,
    line: u32,
    column: u32,
    /// Whether its value is a `Result` whose failure travels along the graph.
    pub fallible: bool,
    /// Whether equal arguments give equal values and nothing else happens, so
    /// that one call can do for several equal ones.
    pub pure: bool,
    /// How often a call that failed is tried again.
    pub retries: u32,
    /// How long to wait before a failed call is tried again for the first time;
    /// each further pause is twice the one before.
    pub backoff: Duration,
    /// How long one try may take. The task has to ask
    /// [`cancelled`](crate::cancelled) to notice.
    pub timeout: Option<Duration>,
    /// Of several tasks that are ready, the one with the higher number goes
    /// first; 0 if nothing was said.
    pub priority: i32,
    /// How many calls of this task may run at once.
    pub limit: Option<NonZeroU32>,
    /// Whether its results are kept, by runtimes that are told where.
    pub checkpoint: bool,
}

impl TaskInfo {
    /// The constants of the task `name`, written at `line` and `column` of
    /// `file`, without options.
    #[must_use]
    pub const fn new(
        name: &'static str,
        file: &'static str,
        line: u32,
        column: u32,
        fallible: bool,
    ) -> Self {
        Self {
            name,
            file,
            line,
            column,
            fallible,
            pure: false,
            retries: 0,
            backoff: Duration::ZERO,
            timeout: None,
            priority: 0,
            limit: None,
            checkpoint: false,
        }
    }

    /// Where the function is.
    #[must_use]
    pub const fn place(&self) -> Place {
        Place {
            file: Cow::Borrowed(self.file),
            line: self.line,
            column: self.column,
        }
    }

    /// The same task, [`pure`](Self::pure) or not.
    #[must_use]
    pub const fn with_pure(mut self, pure: bool) -> Self {
        self.pure = pure;
        self
    }

    /// The same task with so many [`retries`](Self::retries).
    #[must_use]
    pub const fn with_retries(mut self, retries: u32) -> Self {
        self.retries = retries;
        self
    }

    /// The same task with a [`backoff`](Self::backoff) between its tries.
    #[must_use]
    pub const fn with_backoff(mut self, backoff: Duration) -> Self {
        self.backoff = backoff;
        self
    }

    /// The same task with a [`timeout`](Self::timeout).
    #[must_use]
    pub const fn with_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// The same task with a [`priority`](Self::priority).
    #[must_use]
    pub const fn with_priority(mut self, priority: i32) -> Self {
        self.priority = priority;
        self
    }

    /// The same task with a [`limit`](Self::limit); 0 is no limit.
    #[must_use]
    pub const fn with_limit(mut self, limit: u32) -> Self {
        self.limit = NonZeroU32::new(limit);
        self
    }

    /// The same task, its results [kept](Self::checkpoint).
    #[must_use]
    pub const fn with_checkpoint(mut self, checkpoint: bool) -> Self {
        self.checkpoint = checkpoint;
        self
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
    /// Whether it is a failure.
    fn is_failure(&self) -> bool {
        self.success().is_none()
    }
    /// The value of success, if it is one.
    fn success(&self) -> Option<&Self::Value>;
    /// The success with that value.
    fn of_success(value: Self::Value) -> Self;
}

impl<T, E: Into<BoxError>> TaskResult for Result<T, E> {
    type Value = T;
    fn into_value(self) -> Result<T, Error> {
        self.map_err(Error::failed)
    }
    fn success(&self) -> Option<&T> {
        self.as_ref().ok()
    }
    fn of_success(value: T) -> Self {
        Ok(value)
    }
}
