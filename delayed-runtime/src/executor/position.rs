//! Where in the serial order a piece of work stands.

/// A place in the serial order: the index of each enclosing iteration, the
/// outermost first. Compared like words in a dictionary.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Position(Vec<u64>);

impl Position {
    pub(crate) fn new(path: Vec<u64>) -> Self {
        Self(path)
    }

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
