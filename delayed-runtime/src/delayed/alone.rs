//! Whether this thread has the nodes of a run to itself.
//!
//! A run's caller is alone until it hands steps to others, and so are most runs
//! from their first step to their last. Then who reads a node need not be counted
//! by atomic changes, which take longer than all else about a small step.

use std::cell::Cell;

use crate::sync::thread_local;

thread_local! {
    /// Whether the run that this thread works on is its own.
    static IS_ALONE: Cell<bool> = const { Cell::new(false) };
}

/// Whether no other thread works on the run that this one is in.
///
/// Nodes that are a run's own (rule 5 of `header.rs`) are reached by the run's
/// threads, and by its caller when it is over.
#[inline]
pub(super) fn is_alone() -> bool {
    IS_ALONE.get()
}

/// What this thread is while it works on a run; a run inside of a task has one of
/// its own.
pub(super) struct Alone {
    is_alone: bool,
    outer: bool,
}

impl Alone {
    pub(super) fn new(is_alone: bool) -> Self {
        let outer = IS_ALONE.replace(is_alone);
        Self { is_alone, outer }
    }

    #[inline]
    pub(super) fn is_alone(&self) -> bool {
        self.is_alone
    }

    /// Others may see the run from now on.
    pub(super) fn end(&mut self) {
        self.is_alone = false;
        IS_ALONE.set(false);
    }
}

impl Drop for Alone {
    fn drop(&mut self) {
        IS_ALONE.set(self.outer);
    }
}
