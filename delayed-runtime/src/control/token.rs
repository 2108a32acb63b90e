//! A word from outside that a run should stop.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Cancels runs from outside: from another thread, a signal handler or a task.
///
/// Clones are the same token. What is cancelled stays so: a token is for one
/// run, or for all that should end together.
///
/// ```
/// use delayed_runtime::delayed::Delayed;
/// use delayed_runtime::{CancelToken, Runtime};
///
/// let token = CancelToken::new();
/// let runtime = Runtime::builder().cancel_token(token.clone()).build()?;
/// let sum = || Delayed::from(1_i64).map(|x| x + 1).compute();
/// assert_eq!(runtime.run(sum)?, 2);
///
/// token.cancel();
/// assert!(runtime.run(sum).unwrap_err().is_cancelled());
/// # Ok::<(), delayed_runtime::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct CancelToken(Arc<AtomicBool>);

impl CancelToken {
    /// A token that is not cancelled.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Asks all runs that have this token to stop: no call begins any more, and
    /// tasks that ask [`cancelled`](super::cancelled) learn of it. Returns at
    /// once.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Release);
    }

    /// Whether [`cancel`](Self::cancel) was called.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}
