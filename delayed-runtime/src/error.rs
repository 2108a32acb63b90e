//! Why a computation stopped.

use std::any::Any;
use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;

use delayed_graph::Place;

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

    fn new(cause: Cause) -> Self {
        Self(Box::new(Inner {
            cause,
            task: None,
            place: None,
            iterations: Vec::new(),
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
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verb = if self.is_panic() {
            "panicked"
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
        match &self.0.cause {
            Cause::Failed(error) => write!(f, ": {error}"),
            Cause::Panicked(message) => write!(f, ": {message}"),
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
