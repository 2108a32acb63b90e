//! One call of a task: tried again where it fails, and told to stop where it
//! takes too long.

use std::thread;
use std::time::{Duration, Instant};

use super::context::{self, Context, Timeout};
use super::limit::{Limit, Permit};
use super::{Cancelled, TimedOut};
use crate::executor::TooLarge;
use crate::executor::memory::hand;
use crate::executor::memory::scales;
use crate::nbytes::weigh::Weigh;
use crate::observe::Event;
use crate::{Error, TaskInfo};

/// What a call of a task gave. A task without options only ever returns.
pub enum Called<R> {
    /// What the body returned.
    Returned(R),
    /// What the last of several tries returned, a failure like the others.
    Failed {
        /// The failure.
        value: R,
        /// How many tries there were.
        tries: u64,
    },
    /// It ended without a value.
    Ended(Ended),
}

/// Why a call ended without a value.
pub struct Ended {
    why: Why,
    tries: u64,
}

enum Why {
    Cancelled(Cancelled),
    TimedOut(TimedOut),
    TooLarge(TooLarge),
}

impl Ended {
    pub(crate) fn into_error(self) -> Error {
        let error = match self.why {
            Why::Cancelled(reason) => Error::cancelled(reason),
            Why::TimedOut(late) => Error::failed(late),
            Why::TooLarge(value) => Error::failed(value),
        };
        error.after(self.tries)
    }
}

impl<R> Called<R> {
    /// Weighs the value where somebody wants to know what it holds, and counts it
    /// where there is a memory limit.
    #[inline]
    #[must_use]
    pub fn held<W: Weigh<R>>(self, _weigher: W) -> Self {
        if scales::are_there_for::<R>() {
            self.weighed::<W>()
        } else {
            self
        }
    }

    /// Apart, so that what is common need not be anywhere in memory.
    #[cold]
    #[inline(never)]
    fn weighed<W: Weigh<R>>(self) -> Self {
        let Self::Returned(value) = self else {
            scales::note(None);
            return self;
        };
        let bytes = W::WEIGHS.then(|| W::weigh(&value));
        scales::note(bytes);
        match hand::hold(bytes.unwrap_or(0)) {
            Ok(()) => Self::Returned(value),
            Err(value) => Self::Ended(Ended {
                why: Why::TooLarge(value),
                tries: 1,
            }),
        }
    }

    /// The call's value as a node of a run-time graph sees it.
    ///
    /// # Errors
    ///
    /// What `convert` says of a failure, or why there is no value.
    pub fn node<T>(self, convert: impl FnOnce(R) -> Result<T, Error>) -> Result<T, Error> {
        match self {
            Self::Returned(value) => convert(value),
            Self::Failed { value, tries } => convert(value).map_err(|error| error.after(tries)),
            Self::Ended(ended) => Err(ended.into_error()),
        }
    }
}

/// The longest that a wait goes on before it looks whether it should end. What
/// ends it may be a token, a clock or a failure elsewhere, which no one signal
/// could stand for.
pub(super) const TICK: Duration = Duration::from_millis(10);

/// Calls a task that has a `limit` or a `timeout`. `late` makes the task's own
/// error of a call that took too long, if it can.
pub fn controlled<R>(
    info: &TaskInfo,
    limit: Option<&'static Limit>,
    late: impl Fn(TimedOut) -> Result<R, TimedOut>,
    body: impl FnOnce() -> R,
) -> Called<R> {
    match once(info, limit, body) {
        Ok(Tried::InTime(value)) => Called::Returned(value),
        Ok(Tried::Late(timed_out)) => failed(Err(timed_out), late, 1),
        Err(reason) => cancelled(reason, 0),
    }
}

/// Calls a task that has `retries`. `attempt` runs the body, and is told whether
/// it is for the last time; `is_failure` tells what is tried again.
pub fn retried<R>(
    info: &TaskInfo,
    limit: Option<&'static Limit>,
    late: impl Fn(TimedOut) -> Result<R, TimedOut>,
    is_failure: impl Fn(&R) -> bool,
    mut attempt: impl FnMut(bool) -> R,
) -> Called<R> {
    let retries = u64::from(info.retries);
    for tries in 1.. {
        let is_last = tries > retries;
        let failure = match once(info, limit, || attempt(is_last)) {
            Ok(Tried::InTime(value)) if !is_failure(&value) => return Called::Returned(value),
            Ok(Tried::InTime(failure)) => Ok(failure),
            Ok(Tried::Late(timed_out)) => Err(timed_out),
            Err(reason) => return cancelled(reason, tries - 1),
        };
        if is_last {
            return failed(failure, late, tries);
        }
        drop(failure);
        tell_of_retry(info, tries);
        if let Err(reason) = sleep(pause(info.backoff, tries)) {
            return cancelled(reason, tries);
        }
    }
    unreachable!("the last try comes before the last number")
}

/// Tells whoever observes the run that a task will be tried once more.
fn tell_of_retry(info: &TaskInfo, tries: u64) {
    let context = context::current();
    if let Some(home) = context.as_ref().and_then(Context::home) {
        home.observed().tell(&Event::Retry {
            name: info.name,
            place: &info.place(),
            tries,
        });
    }
}

/// A call that has failed, or taken too long, for good.
fn failed<R>(
    failure: Result<R, TimedOut>,
    late: impl Fn(TimedOut) -> Result<R, TimedOut>,
    tries: u64,
) -> Called<R> {
    match failure.or_else(late) {
        Ok(value) => Called::Failed { value, tries },
        Err(timed_out) => Called::Ended(Ended {
            why: Why::TimedOut(timed_out),
            tries,
        }),
    }
}

fn cancelled<R>(reason: Cancelled, tries: u64) -> Called<R> {
    Called::Ended(Ended {
        why: Why::Cancelled(reason),
        tries,
    })
}

/// One try of a call.
enum Tried<R> {
    InTime(R),
    /// It took too long, and what it returned is dropped.
    Late(TimedOut),
}

/// Tries once, when there is leave to.
fn once<R>(
    info: &TaskInfo,
    limit: Option<&'static Limit>,
    body: impl FnOnce() -> R,
) -> Result<Tried<R>, Cancelled> {
    let _permit = limit.map(Permit::wait_for).transpose()?;
    // After the wait, too: who made room may have been told to stop.
    context::check()?;
    let begin = Instant::now();
    let timeout = info.timeout.and_then(|limit| {
        // One that no clock reaches is none.
        let end = begin.checked_add(limit)?;
        Some(Timeout { end, limit })
    });
    let entered = Context::of_call(timeout, limit).enter();
    let value = body();
    drop(entered);
    let took = begin.elapsed();
    Ok(match timeout {
        Some(Timeout { limit, .. }) if took >= limit => {
            // That is what it was told, and nobody else has to know.
            context::was_told();
            Tried::Late(TimedOut { limit, took })
        }
        _ => Tried::InTime(value),
    })
}

/// The pause after so many tries: it doubles from one to the next.
fn pause(backoff: Duration, tries: u64) -> Duration {
    let doublings = u32::try_from(tries.saturating_sub(1)).unwrap_or(u32::MAX);
    let factor = 2_u32.checked_pow(doublings).unwrap_or(u32::MAX);
    backoff.saturating_mul(factor)
}

/// Sleeps, but not on when the work should end.
fn sleep(length: Duration) -> Result<(), Cancelled> {
    let begin = Instant::now();
    loop {
        context::check()?;
        let left = length.saturating_sub(begin.elapsed());
        if left.is_zero() {
            return Ok(());
        }
        thread::sleep(left.min(TICK));
    }
}

/// An argument that a task with `retries` takes by value.
pub struct Again<T> {
    argument: Option<T>,
    clone: fn(&T) -> T,
}

impl<T> Again<T> {
    /// Keeps the argument for all tries.
    pub fn new(argument: T) -> Self
    where
        T: TryAgain,
    {
        Self {
            argument: Some(argument),
            clone: T::clone,
        }
    }

    /// The argument itself for the last try, and a clone for those before.
    ///
    /// # Panics
    ///
    /// When there was a last try already.
    pub fn give(&mut self, is_last: bool) -> T {
        let argument = if is_last {
            self.argument.take()
        } else {
            self.argument.as_ref().map(self.clone)
        };
        argument.expect("there is one last try")
    }
}

/// What a task with `retries` takes by value.
#[diagnostic::on_unimplemented(
    message = "all tries of a task with `retries` but the last get a clone, and `{Self}` cannot be cloned"
)]
pub trait TryAgain: Clone {}

#[diagnostic::do_not_recommend]
impl<T: Clone> TryAgain for T {}

#[cfg(test)]
mod tests {
    use super::pause;
    use std::time::Duration;

    #[test]
    fn pauses_double() {
        let backoff = Duration::from_millis(100);
        let pauses = [1, 2, 3, 11].map(|tries| pause(backoff, tries).as_millis());
        assert_eq!(pauses, [100, 200, 400, 102_400]);
    }

    #[test]
    fn a_pause_has_no_overflow() {
        let backoff = Duration::from_millis(1);
        let longest = backoff * u32::MAX;
        assert_eq!(
            [33, 34, u64::MAX].map(|tries| pause(backoff, tries)),
            [longest; 3]
        );
        assert_eq!(pause(Duration::MAX, u64::MAX), Duration::MAX);
        assert_eq!(pause(Duration::ZERO, u64::MAX), Duration::ZERO);
    }
}
