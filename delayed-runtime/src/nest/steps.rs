//! The ranges that nests run over.

use std::iter::{Rev, StepBy};
use std::ops::{Range, RangeInclusive};

/// No array has so many elements, and sums of so large numbers still fit.
pub(super) const MOST: usize = 1 << 60;

/// Up to here the compiler reasons about sums of indices.
pub(super) const VAST: usize = 1 << 48;

/// Numbers with the same distance from each to the next, up or down.
#[derive(Clone, Copy, Debug)]
pub struct Span {
    /// The smallest one.
    pub(super) low: usize,
    /// How many there are.
    pub(super) count: usize,
    /// How far the next larger one is.
    pub(super) step: usize,
    /// Whether they go down.
    pub(super) down: bool,
}

impl Span {
    pub(super) fn new(range: Range<usize>) -> Self {
        let count = range.end.saturating_sub(range.start);
        Self {
            low: range.start,
            count,
            step: 1,
            down: false,
        }
    }

    /// Whether sums of its numbers and small ones with small factors might wrap.
    pub(super) fn is_vast(self) -> bool {
        let length = self.count.saturating_mul(self.step);
        self.low.saturating_add(length) > VAST
    }

    /// Number `at` of them.
    #[inline]
    pub(super) fn number(self, at: usize) -> usize {
        if self.down {
            self.low + (self.count - 1 - at) * self.step
        } else {
            self.low + at * self.step
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
            step: 1,
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
        Span {
            low,
            count,
            step: 1,
            down: true,
        }
    }
}

impl<R: Steps + Iterator<Item = usize>> Steps for StepBy<R> {
    fn span(mut self) -> Span {
        let (count, _) = self.size_hint();
        let Some(first) = self.next() else {
            return Span::new(0..0);
        };
        let second = self.next().unwrap_or(first);
        let (step, down) = (second.abs_diff(first).max(1), second < first);
        let low = if down {
            first - (count - 1) * step
        } else {
            first
        };
        Span {
            low,
            count,
            step,
            down,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The numbers of a span are those of the range.
    fn check(steps: impl Steps + Clone) {
        let span = steps.clone().span();
        let numbers: Vec<_> = (0..span.count).map(|at| span.number(at)).collect();
        assert_eq!(numbers, steps.into_iter().collect::<Vec<_>>());
    }

    #[test]
    fn spans_have_the_numbers_of_their_ranges() {
        for (low, high) in [(0, 0), (0, 1), (3, 9), (3, 10), (9, 3)] {
            check(low..high);
            check(low..=high);
            check((low..high).rev());
            check((low..=high).rev());
            for step in 1..5 {
                check((low..high).step_by(step));
                check((low..=high).step_by(step));
                check((low..high).rev().step_by(step));
                check((low..=high).rev().step_by(step));
            }
        }
        check((usize::MAX - 5..=usize::MAX).step_by(5));
        check((usize::MAX - 1..=usize::MAX).rev().step_by(3));
    }
}
