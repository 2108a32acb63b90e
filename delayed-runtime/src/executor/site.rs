//! What is known of calls and loops when the program is built.

use std::sync::atomic::AtomicU64;

use delayed_graph::Place;

use super::calls::NO_RUN;
use super::looping::pace::Pace;

/// A call in the user's source: what errors and observers say of it.
#[derive(Debug)]
pub struct CallSite {
    /// The task's name; `None` for an expression between tasks.
    pub task: Option<&'static str>,
    /// Where the call stands.
    pub place: Place,
    /// The run whose calls here were too short for observers to be told of.
    pub(crate) short_in: AtomicU64,
}

impl CallSite {
    /// A call of `task` that stands at `place`.
    #[must_use]
    pub const fn new(task: Option<&'static str>, place: Place) -> Self {
        Self {
            task,
            place,
            short_in: AtomicU64::new(NO_RUN),
        }
    }
}

/// What is known of a loop when the program is built, and from its last run.
#[derive(Debug)]
pub struct LoopSite {
    /// The loop's head as the user wrote it.
    pub label: &'static str,
    /// Where it stands.
    pub place: Place,
    pub(crate) pace: Pace,
}

impl LoopSite {
    /// A loop that has not run.
    #[must_use]
    pub const fn new(label: &'static str, place: Place) -> Self {
        let pace = Pace::unknown();
        Self { label, place, pace }
    }
}
