//! Why work was told to stop that had not failed.

use std::error::Error;
use std::fmt;
use std::io;
use std::time::Duration;

/// Why a run ended that had not failed: the [`source`](Error::source) of the
/// run's error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Cancelled {
    /// The runtime's [`CancelToken`](super::CancelToken) was cancelled.
    Token,
    /// Somebody pressed Ctrl-C, or sent what that sends.
    Interrupt,
    /// The runtime's deadline passed, which was so long after the run began.
    Deadline(Duration),
    /// The call that the run was a part of had a `timeout`, and that was over.
    Timeout(Duration),
    /// The run was a part of work that an earlier failure made pointless.
    Pointless,
}

impl fmt::Display for Cancelled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Token => f.write_str("the run was cancelled"),
            Self::Interrupt => f.write_str("the run was interrupted by Ctrl-C"),
            Self::Deadline(after) => write!(f, "the run's deadline of {after:?} has passed"),
            Self::Timeout(after) => {
                write!(f, "the call around it is over its timeout of {after:?}")
            }
            Self::Pointless => f.write_str("an earlier failure has made it pointless"),
        }
    }
}

impl Error for Cancelled {}

/// A call took longer than the `timeout` of its task.
///
/// A fallible task whose error can be made of this (`E: From<TimedOut>`) has it
/// for its own `Err`: `Box<dyn Error + Send + Sync>`, [`std::io::Error`],
/// `String` and [`Error`](crate::Error) can. For any other task a call that
/// took too long ends the run.
///
/// ```
/// use delayed_runtime::TimedOut;
///
/// #[derive(Debug)]
/// enum LoadError {
///     Late(TimedOut),
///     NotFound,
/// }
///
/// impl From<TimedOut> for LoadError {
///     fn from(late: TimedOut) -> Self {
///         Self::Late(late)
///     }
/// }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimedOut {
    pub(super) limit: Duration,
    pub(super) took: Duration,
}

impl TimedOut {
    /// The `timeout` of the task.
    #[must_use]
    pub fn limit(&self) -> Duration {
        self.limit
    }

    /// How long the call took, until it noticed.
    #[must_use]
    pub fn took(&self) -> Duration {
        self.took
    }
}

impl fmt::Display for TimedOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { limit, took } = self;
        write!(f, "timed out after {took:.1?} (limit {limit:?})")
    }
}

impl Error for TimedOut {}

impl From<TimedOut> for io::Error {
    fn from(late: TimedOut) -> Self {
        Self::new(io::ErrorKind::TimedOut, late)
    }
}

impl From<TimedOut> for String {
    fn from(late: TimedOut) -> Self {
        late.to_string()
    }
}

impl From<TimedOut> for crate::Error {
    fn from(late: TimedOut) -> Self {
        Self::failed(late)
    }
}
