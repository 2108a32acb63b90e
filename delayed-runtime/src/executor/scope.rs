//! Where in the serial order a piece of work stands.

use std::sync::atomic::{AtomicU64, Ordering};

use super::run::Run;

/// A place in the serial order: the index of each enclosing iteration, the
/// outermost first. Compared like words in a dictionary.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Position(Vec<u64>);

impl Position {
    /// Whether a thread that waits here may take on work of the loop at `work`.
    ///
    /// Its stack is frozen until that work is done. Work waits for earlier work
    /// only, so what stands strictly before this place never waits for a frame
    /// below it. A loop around this place would give later iterations.
    pub(crate) fn may_help(&self, work: &Self) -> bool {
        work < self && !self.0.starts_with(&work.0)
    }

    /// The place of a loop's iteration.
    pub(crate) fn child(&self, index: u64) -> Self {
        let mut path = self.0.clone();
        path.push(index);
        Self(path)
    }
}

/// One iteration that is being run, seen from its body: where it stands, and
/// whether its result still matters.
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
        Position(path)
    }
}
