//! What is known of calls and loops when the program is built.

use delayed_graph::Place;

use super::looping::pace::Pace;

/// A call in the user's source: what errors say of it.
#[derive(Debug)]
pub struct CallSite {
    /// The task's name; `None` for an expression between tasks.
    pub task: Option<&'static str>,
    /// Where the call stands.
    pub place: Place,
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
