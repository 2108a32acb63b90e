//! The ranges that nests run over.

use std::iter::Rev;
use std::ops::{Range, RangeInclusive};

/// No array has so many elements, and sums of so large numbers still fit.
pub(super) const MOST: usize = 1 << 60;

/// Numbers one after the other, up or down.
#[derive(Clone, Copy, Debug)]
pub struct Span {
    /// The smallest one.
    pub(super) low: usize,
    /// How many there are.
    pub(super) count: usize,
    /// Whether they go down.
    pub(super) down: bool,
}

impl Span {
    pub(super) fn new(range: Range<usize>) -> Self {
        let count = range.end.saturating_sub(range.start);
        let (low, down) = (range.start, false);
        Self { low, count, down }
    }

    /// Number `at` of them.
    #[inline]
    pub(super) fn number(self, at: usize) -> usize {
        if self.down {
            self.low + (self.count - 1 - at)
        } else {
            self.low + at
        }
    }
}

/// A range that a nest may run over.
pub trait Steps: IntoIterator<Item = usize> {
    /// Its numbers.
    fn span(self) -> Span;
}

impl Steps for Range<usize> {
    fn span(self) -> Span {
        Span::new(self)
    }
}

impl Steps for RangeInclusive<usize> {
    fn span(self) -> Span {
        let (low, high) = (*self.start(), *self.end());
        let count = if self.is_empty() {
            0
        } else {
            (high - low).saturating_add(1)
        };
        Span {
            low,
            count,
            down: false,
        }
    }
}

impl<R> Steps for Rev<R>
where
    R: Steps + DoubleEndedIterator<Item = usize>,
{
    fn span(mut self) -> Span {
        let Some(high) = self.next() else {
            return Span::new(0..0);
        };
        let low = self.next_back().unwrap_or(high);
        let count = (high - low).saturating_add(1);
        let down = true;
        Span { low, count, down }
    }
}
