//! A row while its cells are being run.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::shape::Shape;
use super::steps::{MOST, Span};
use crate::executor::{Scope, Stop, trace};
use crate::sync::atomic::AtomicU64;

/// A row, and how far it is.
pub(super) struct Lane<L> {
    pub(super) row: usize,
    pub(super) cells: Span,
    /// What its cells know of it.
    local: L,
    /// The first of its cells that has not run.
    pub(super) next: usize,
}

impl<L: Copy> Lane<L> {
    /// A row of which nothing has run.
    ///
    /// # Errors
    ///
    /// The panic of what stands before its cells.
    pub(super) fn new(shape: &impl Shape<Local = L>, row: usize) -> Result<Self, Stop> {
        let cells = catch_unwind(AssertUnwindSafe(|| shape.row(row)));
        let failed = |payload: Box<_>| shape.failed(trace::panicked(&*payload), row, None);
        let (cells, local) = cells.map_err(failed)?;
        Ok(Self {
            row,
            cells,
            local,
            next: 0,
        })
    }

    pub(super) fn is_over(&self) -> bool {
        self.next >= self.cells.count
    }

    /// The column of the next cell, which grows from cell to cell. What no array
    /// has is one column, so that sums of columns fit.
    pub(super) fn column(&self) -> i64 {
        let number = self.cells.number(self.next).min(MOST) as i64;
        if self.cells.down { -number } else { number }
    }

    /// How many of the row's cells stand before `column`.
    pub(super) fn before(&self, column: i64) -> usize {
        let Span {
            low,
            count,
            step,
            down,
        } = self.cells;
        let most = MOST as i64;
        let before = match down {
            _ if column > most => count,
            _ if column <= -most => 0,
            false => {
                let columns = usize::try_from(column).unwrap_or(0);
                columns.saturating_sub(low).div_ceil(step)
            }
            true => {
                let lowest = usize::try_from(1 - column).unwrap_or(0);
                count - lowest.saturating_sub(low).div_ceil(step).min(count)
            }
        };
        before.min(count)
    }

    /// Runs the cells up to number `end`. `last` is the last row that matters.
    ///
    /// # Errors
    ///
    /// The failure of a cell.
    #[inline]
    pub(super) fn run(
        &mut self,
        shape: &impl Shape<Local = L>,
        scope: &Scope<'_>,
        last: Option<&AtomicU64>,
        end: usize,
    ) -> Result<(), Stop> {
        let (row, cells, local) = (self.row, self.cells, self.local);
        let next = &mut self.next;
        let run = catch_unwind(AssertUnwindSafe(|| {
            let scope = scope.iteration(row as u64, last);
            for at in *next..end {
                *next = at;
                shape.cell((row, local), cells, at, &scope.iteration(at as u64, None))?;
            }
            *next = end.max(*next);
            Ok(())
        }));
        let end = run.unwrap_or_else(|payload| Err(trace::panicked(&*payload)));
        end.map_err(|stop| shape.failed(stop, row, Some((cells, self.next))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lane(low: usize, count: usize, step: usize, down: bool) -> Lane<()> {
        let cells = Span {
            low,
            count,
            step,
            down,
        };
        Lane {
            row: 0,
            cells,
            local: (),
            next: 0,
        }
    }

    #[test]
    fn cells_before_a_column_are_those_whose_column_is_smaller() {
        for (step, down) in [(1, false), (1, true), (2, false), (3, true)] {
            for (low, count) in [(0, 0), (0, 5), (3, 4), (MOST - 2, 6)] {
                for column in (-9..9).chain([i64::MIN, i64::MAX]) {
                    let mut lane = lane(low, count, step, down);
                    let before = lane.before(column);
                    let mut counted = 0;
                    while !lane.is_over() {
                        counted += usize::from(lane.column() < column);
                        lane.next += 1;
                    }
                    assert_eq!(before, counted, "{low} {count} {step} {down} {column}");
                }
            }
        }
    }
}
