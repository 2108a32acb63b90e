//! Whether a timeout is an `Err` of the task or ends the run.
//!
//! `(&Late::<R>::new()).__late(timed_out)` finds out by the task's return type:
//! method lookup takes the `Result` whose error can be made of a [`TimedOut`]
//! first, and then anything.

use std::marker::PhantomData;

use super::TimedOut;

/// The return type of a task.
pub struct Late<R>(PhantomData<fn() -> R>);

impl<R> Late<R> {
    /// Of the type `R`.
    #[must_use]
    #[expect(clippy::new_without_default, reason = "only generated code makes one")]
    pub const fn new() -> Self {
        Self(PhantomData)
    }
}

/// A task with an error that can be a timeout.
pub trait LateError {
    /// What the task returns.
    type Returned;
    /// The timeout as an error of the task.
    ///
    /// # Errors
    ///
    /// Never.
    fn __late(&self, late: TimedOut) -> Result<Self::Returned, TimedOut>;
}

impl<T, E: From<TimedOut>> LateError for Late<Result<T, E>> {
    type Returned = Result<T, E>;
    fn __late(&self, late: TimedOut) -> Result<Result<T, E>, TimedOut> {
        Ok(Err(E::from(late)))
    }
}

/// Any other task.
pub trait LateEnd {
    /// What the task returns.
    type Returned;
    /// The timeout as it is.
    ///
    /// # Errors
    ///
    /// Always.
    fn __late(&self, late: TimedOut) -> Result<Self::Returned, TimedOut>;
}

impl<R> LateEnd for &Late<R> {
    type Returned = R;
    fn __late(&self, late: TimedOut) -> Result<R, TimedOut> {
        Err(late)
    }
}
