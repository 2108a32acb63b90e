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

    /// How many loops there are around, its own included.
    pub(crate) fn depth(&self) -> usize {
        self.0.len()
    }

    /// Whether `other` is in the same loop.
    pub(crate) fn is_beside(&self, other: &Self) -> bool {
        let (mine, others) = (self.0.split_last(), other.0.split_last());
        mine.map(|(_, around)| around) == others.map(|(_, around)| around)
    }

    /// Whether `other` may be inside of the block of iterations that begins here.
    pub(crate) fn is_block_around(&self, other: &Self) -> bool {
        let Some((_, around)) = self.0.split_last() else {
            return false;
        };
        self.0.len() < other.0.len() && other.0.starts_with(around)
    }

    /// The place of a loop's iteration.
    pub(crate) fn child(&self, index: u64) -> Self {
        let mut path = self.0.clone();
        path.push(index);
        Self(path)
    }
}
