//! What work is held to besides its meaning: that it may be told to stop, and
//! what its tasks' options ask for.
//!
//! | file | idea |
//! |---|---|
//! | `reason.rs` | why work was told to stop: [`Cancelled`], [`TimedOut`] |
//! | `token.rs` | [`CancelToken`]: a word from outside |
//! | `ctrl_c.rs` | Ctrl-C as such a word |
//! | `context.rs` | what the work on this thread answers to |
//! | `call.rs` | one call: `retries`, `backoff` and `timeout` |
//! | `limit.rs` | `limit`: how many calls run at once |
//! | `late.rs` | whether a timeout is an `Err` of the task or ends the run |

pub(crate) mod call;
pub(crate) mod context;
#[cfg(feature = "ctrl-c")]
pub(crate) mod ctrl_c;
pub(crate) mod late;
pub(crate) mod limit;
mod reason;
mod token;

pub use reason::{Cancelled, TimedOut};
pub use token::CancelToken;

/// Whether the work on this thread should come to an end: for tasks that take
/// long, who ask now and then and return early.
///
/// That is so when the run is cancelled or interrupted, when its deadline has
/// passed, when the `timeout` of the call is over, or when an earlier failure
/// has made the work pointless. What the task returns then is of no account:
/// any value or error will do. No iteration and no other task is given it, and the
/// run has no value; only an effect behind the call, outside of all loops, may see
/// it. An error that a `?` meets is the run's. A thread that runs no task gets
/// `false`.
///
/// A running Rust function cannot be stopped from outside: a task that never
/// asks runs on to its end.
///
/// Asking takes some nanoseconds, and some tens where there is a deadline or a
/// timeout. It answers for the thread that asks: a task that shares its work
/// with threads of its own asks on the thread that it was called on.
///
/// ```
/// use delayed_runtime::cancelled;
///
/// fn search(candidates: impl Iterator<Item = u64>) -> Option<u64> {
///     for candidate in candidates {
///         if cancelled() {
///             return None;
///         }
///         if candidate * candidate == 1_369 {
///             return Some(candidate);
///         }
///     }
///     None
/// }
///
/// assert_eq!(search(0..100), Some(37));
/// ```
#[must_use]
pub fn cancelled() -> bool {
    let is_over = context::check().is_err();
    if is_over {
        context::note_told();
    }
    is_over
}
