//! Why a computation stopped.

use std::any::Any;
use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;

use delayed_graph::Place;

use crate::control::Cancelled;

/// A user's error, of whatever type it was.
pub type BoxError = Box<dyn StdError + Send + Sync + 'static>;

/// Why a computation stopped: which task or expression failed, where it stands
/// in the source, in which iterations of which loops, and the user's own error.
///
/// The error is the one that the same program run serially would have met
/// first, whatever the number of threads.
///
/// `Display` is one line with everything in it, and `Debug` is the same, so
/// that `fn main() -> Result<(), delayed::Error>` prints something readable.
/// The user's error is the [`source`](StdError::source) and can be downcast.
pub struct Error(Box<Inner>);

struct Inner {
    cause: Cause,
    task: Option<Cow<'static, str>>,
    place: Option<Place>,
    /// Innermost first, as the failure passes outwards.
    iterations: Vec<Iteration>,
    /// How often the task was called.
    tries: u64,
    /// What the run had been told when it ended.
    cancelled: Option<Cancelled>,
}

enum Cause {
    Failed(BoxError),
    Panicked(String),
}

/// One iteration that a failure happened in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Iteration {
    /// The loop's head, such as `for path in files`.
    pub region: &'static str,
    /// Which iteration it was, from 0.
    pub index: u64,
    /// The item, where it can be shown: a file name, a number.
    pub item: Option<String>,
}

impl Error {
    /// An error for a task or expression that returned `cause`.
    pub fn failed(cause: impl Into<BoxError>) -> Self {
        Self::new(Cause::Failed(cause.into()))
    }

    /// An error for a panic that was caught, given what the panic carried.
    pub fn panicked(payload: &(dyn Any + Send)) -> Self {
        let message = payload
            .downcast_ref::<&str>()
            .map(|message| (*message).to_owned())
            .or_else(|| payload.downcast_ref::<String>().cloned())
            .unwrap_or_else(|| "a value that is not text".to_owned());
        Self::new(Cause::Panicked(message))
    }

    /// An error for work that was told to stop and had not failed.
    pub(crate) fn cancelled(reason: Cancelled) -> Self {
        Self::failed(reason).when_cancelled(reason)
    }

    /// Says that the run had been told to stop when it failed.
    pub(crate) fn when_cancelled(mut self, reason: Cancelled) -> Self {
        self.0.cancelled = Some(reason);
        self
    }

    /// Says how often the task was tried.
    pub(crate) fn after(mut self, tries: u64) -> Self {
        self.0.tries = tries;
        self
    }

    fn new(cause: Cause) -> Self {
        Self(Box::new(Inner {
            cause,
            task: None,
            place: None,
            iterations: Vec::new(),
            tries: 1,
            cancelled: None,
        }))
    }

    /// Says which task failed, and where it was called, unless that is known.
    #[must_use]
    pub fn at(mut self, task: Option<impl Into<Cow<'static, str>>>, place: Place) -> Self {
        if self.0.place.is_none() {
            self.0.task = task.map(Into::into);
            self.0.place = Some(place);
        }
        self
    }

    /// Adds the iteration that the failure passed through on its way out.
    #[must_use]
    pub fn within(mut self, iteration: Iteration) -> Self {
        self.0.iterations.push(iteration);
        self
    }

    /// The name of the task that failed, if it was a task.
    #[must_use]
    pub fn task(&self) -> Option<&str> {
        self.0.task.as_deref()
    }

    /// Where in the source the failing task or expression stands.
    #[must_use]
    pub fn place(&self) -> Option<&Place> {
        self.0.place.as_ref()
    }

    /// The iterations that the failure happened in, the innermost loop first.
    #[must_use]
    pub fn iterations(&self) -> &[Iteration] {
        &self.0.iterations
    }

    /// Whether the failure was a panic.
    #[must_use]
    pub fn is_panic(&self) -> bool {
        matches!(self.0.cause, Cause::Panicked(_))
    }

    /// Whether the run had been told to stop: by a token, by Ctrl-C or by its
    /// deadline. What it ended with may be that a task noticed and returned an
    /// error of its own; otherwise the [`source`](StdError::source) is a
    /// [`Cancelled`].
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use delayed_runtime::Runtime;
    /// use delayed_runtime::delayed::Delayed;
    ///
    /// let late = Runtime::builder().deadline(Duration::ZERO).build()?;
    /// let error = late.run(|| Delayed::from(1).map(|x| x + 1).compute()).unwrap_err();
    /// assert!(error.is_cancelled());
    /// # Ok::<(), delayed_runtime::Error>(())
    /// ```
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.0.cancelled.is_some()
    }

    /// How often the task was tried: more than once only if it has `retries`,
    /// and not at all if the run was told to stop before.
    ///
    /// ```
    /// use delayed_runtime::Error;
    ///
    /// assert_eq!(Error::failed("no such file").tries(), 1);
    /// ```
    #[must_use]
    pub fn tries(&self) -> u64 {
        self.0.tries
    }

    /// Whether nothing failed, and the work was only told to stop.
    fn is_stop(&self) -> bool {
        matches!(&self.0.cause, Cause::Failed(error) if error.is::<Cancelled>())
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verb = if self.is_panic() {
            "panicked"
        } else if self.is_stop() {
            "stopped"
        } else {
            "failed"
        };
        match &self.0.task {
            Some(task) => write!(f, "`{task}` {verb}")?,
            None => f.write_str(verb)?,
        }
        if let Some(place) = &self.0.place {
            write!(f, " at {place}")?;
        }
        for iteration in &self.0.iterations {
            let Iteration {
                region,
                index,
                item,
            } = iteration;
            write!(f, ", in iteration {index} of `{region}`")?;
            if let Some(item) = item {
                write!(f, " ({item})")?;
            }
        }
        if self.0.tries > 1 {
            write!(f, ", after {} tries", self.0.tries)?;
        }
        match &self.0.cause {
            Cause::Failed(error) => write!(f, ": {error}")?,
            Cause::Panicked(message) => write!(f, ": {message}")?,
        }
        match self.0.cancelled.filter(|_| !self.is_stop()) {
            Some(reason) => write!(f, " ({reason})"),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match &self.0.cause {
            Cause::Failed(error) => Some(error.as_ref()),
            Cause::Panicked(_) => None,
        }
    }
}
