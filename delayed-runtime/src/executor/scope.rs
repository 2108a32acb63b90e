//! One iteration that is being run, seen from its body.

use std::sync::atomic::{AtomicU64, Ordering};

use super::position::Position;
use super::run::Run;

/// Where an iteration stands, and whether its result still matters.
pub struct Scope<'a> {
    pub(crate) run: &'a Run,
    parent: Option<&'a Scope<'a>>,
    index: u64,
    /// The index of the first iteration of the same loop that failed, or `MAX`.
    last: Option<&'a AtomicU64>,
}

impl<'a> Scope<'a> {
    /// The scope of a whole computation.
    pub(crate) fn root(run: &'a Run) -> Self {
        Self {
            run,
            parent: None,
            index: 0,
            last: None,
        }
    }

    /// The scope of one iteration (or branch of a fork).
    pub(crate) fn iteration(&'a self, index: u64, last: Option<&'a AtomicU64>) -> Self {
        Self {
            run: self.run,
            parent: Some(self),
            index,
            last,
        }
    }

    /// Whether an earlier failure has made this work pointless.
    pub(crate) fn abandoned(&self) -> bool {
        self.last
            .is_some_and(|last| self.index > last.load(Ordering::Relaxed))
            || self.parent.is_some_and(Scope::abandoned)
    }

    /// Where this stands.
    pub(crate) fn position(&self) -> Position {
        let mut path = Vec::new();
        let mut scope = self;
        while let Some(parent) = scope.parent {
            path.push(scope.index);
            scope = parent;
        }
        path.reverse();
        Position::new(path)
    }
}
