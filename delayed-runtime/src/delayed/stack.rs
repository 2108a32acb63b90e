//! Which tasks are on a thread's stack: a task may compute a graph of its own.

use std::cell::{Cell, RefCell};
use std::fmt;

use crate::sync::thread_local;

/// No node's turn in program order.
const NO_TASK: u64 = u64::MAX;

thread_local! {
    /// The node whose task this thread is in.
    static CURRENT: Cell<u64> = const { Cell::new(NO_TASK) };
    /// Those whose tasks are further down the stack.
    static OUTER: RefCell<Vec<u64>> = const { RefCell::new(Vec::new()) };
}

/// Whether this thread is inside of any task.
pub(super) fn is_inside_task() -> bool {
    CURRENT.get() != NO_TASK || OUTER.with_borrow(|outer| !outer.is_empty())
}

/// Whether this thread is inside of the task of this very node.
pub(super) fn is_inside_task_of(order: u64) -> bool {
    CURRENT.get() == order || OUTER.with_borrow(|outer| outer.contains(&order))
}

/// Notes the node whose task begins.
pub(super) fn enter(order: u64) {
    CURRENT.set(order);
}

/// Puts the current task aside while the thread works on a run.
pub(super) struct Level {
    current: u64,
}

impl Level {
    pub(super) fn new() -> Self {
        let current = CURRENT.replace(NO_TASK);
        if current != NO_TASK {
            OUTER.with_borrow_mut(|outer| outer.push(current));
        }
        Self { current }
    }
}

impl Drop for Level {
    fn drop(&mut self) {
        CURRENT.set(self.current);
        if self.current != NO_TASK {
            OUTER.with_borrow_mut(Vec::pop);
        }
    }
}

/// A task that needs the value it is about to make.
#[derive(Debug)]
pub(super) struct NeedsItself;

impl fmt::Display for NeedsItself {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "while it was running, its thread was asked to compute a graph that needs its value: \
             compute graphs that share a node one after the other, or in one `compute((a, b))`",
        )
    }
}

impl std::error::Error for NeedsItself {}
