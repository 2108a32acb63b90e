//! A row while its cells are being run.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::shape::Shape;
use super::steps::{MOST, Span};
use crate::executor::{Scope, Stop, trace};
use crate::sync::atomic::AtomicU64;

/// A row, and how far it is.
///
/// With edges what stands in front of its cells comes first, one column to the left
/// of them, and what stands behind them comes last, one column to the right. Where
/// there are no cells, or what stands in front has to run to say so, there is no
/// column: then the row is *bare*, and waits for all rows before it.
pub(super) struct Lane<L> {
    pub(super) row: usize,
    /// None, as long as they are not known.
    pub(super) cells: Span,
    /// What its cells know of it.
    local: Option<L>,
    /// How many of its steps have run: its cells, and the two edges if it has any.
    pub(super) next: usize,
    /// How many steps stand in front of the cells, and behind them.
    edge: usize,
}

impl<L: Copy> Lane<L> {
    /// A row of which nothing has run.
    ///
    /// # Errors
    ///
    /// The panic of what stands before its cells; with edges that comes in its turn.
    pub(super) fn new<S: Shape<Local = L>>(shape: &S, row: usize) -> Result<Self, Stop> {
        let known = catch_unwind(AssertUnwindSafe(|| shape.row(row)));
        let known = known.unwrap_or_else(|payload| Err(trace::panicked(&*payload)));
        match known {
            Ok(known) => Ok(Self::of::<S>(row, Some(known))),
            Err(_) if S::EDGES => Ok(Self::of::<S>(row, None)),
            Err(stop) => Err(shape.failed(stop, row, None)),
        }
    }

    /// A row of which what stands in front of its cells has run.
    ///
    /// # Errors
    ///
    /// Its failure.
    pub(super) fn begun<S: Shape<Local = L>>(
        shape: &S,
        scope: &Scope<'_>,
        row: usize,
    ) -> Result<Self, Stop> {
        if !S::EDGES {
            return Self::new(shape, row);
        }
        let mut lane = Self::of::<S>(row, None);
        lane.run(shape, scope, None, 1)?;
        Ok(lane)
    }

    fn of<S: Shape<Local = L>>(row: usize, known: Option<(Span, L)>) -> Self {
        let (cells, local) = known.unzip();
        Self {
            row,
            cells: cells.unwrap_or(Span::new(0..0)),
            local,
            next: 0,
            edge: usize::from(S::EDGES),
        }
    }

    /// How many steps it has.
    pub(super) fn len(&self) -> usize {
        self.cells.count + 2 * self.edge
    }

    pub(super) fn is_over(&self) -> bool {
        self.next >= self.len()
    }

    /// Whether it has edges and no cells.
    pub(super) fn is_bare(&self) -> bool {
        self.edge > 0 && self.cells.count == 0
    }

    /// The cell that is next, if one is.
    pub(super) fn cell(&self) -> Option<(Span, usize)> {
        let at = self.next.checked_sub(self.edge)?;
        (at < self.cells.count).then_some((self.cells, at))
    }

    /// The column of the next step, by `skew` further to the right in each row; it
    /// grows from step to step. A bare row is to the right of all.
    pub(super) fn askew(&self, skew: usize) -> i64 {
        if self.is_bare() {
            return i64::MAX;
        }
        let at = self.next.saturating_sub(self.edge);
        let column = self.column(at.min(self.cells.count - 1));
        let askew = column + (skew * self.row) as i64;
        match self.cell() {
            Some(_) => askew,
            None if self.next == 0 => askew - 1,
            None => askew + 1,
        }
    }

    /// The column of a cell. What no array has is one column, so that sums of columns
    /// fit.
    fn column(&self, at: usize) -> i64 {
        let number = self.cells.number(at).min(MOST) as i64;
        if self.cells.down { -number } else { number }
    }

    /// How many of the row's steps stand before the column `askew`.
    pub(super) fn before(&self, askew: i64, skew: usize) -> usize {
        let column = askew - (skew * self.row) as i64;
        let cells = self.cells_before(column);
        if self.edge == 0 {
            cells
        } else if self.is_bare() {
            self.len()
        } else if column < self.column(0) {
            0
        } else {
            let last = self.column(self.cells.count - 1);
            1 + cells + usize::from(column > last + 1)
        }
    }

    /// How many of the row's cells stand before `column`.
    fn cells_before(&self, column: i64) -> usize {
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

    /// Runs the steps up to number `end`. `last` is the last row that matters.
    ///
    /// # Errors
    ///
    /// The failure of a step.
    #[inline]
    pub(super) fn run<S: Shape<Local = L>>(
        &mut self,
        shape: &S,
        scope: &Scope<'_>,
        last: Option<&AtomicU64>,
        end: usize,
    ) -> Result<(), Stop> {
        let run = catch_unwind(AssertUnwindSafe(|| {
            let scope = scope.iteration(self.row as u64, last);
            if S::EDGES && self.next == 0 {
                let (cells, local) = shape.begin(self.row, &scope)?;
                (self.cells, self.local, self.next) = (cells, Some(local), 1);
            }
            let Some(local) = self.local else {
                return Ok(());
            };
            let (row, cells, edge) = (self.row, self.cells, usize::from(S::EDGES));
            let next = &mut self.next;
            let behind = end.min(edge + cells.count);
            for step in *next..behind {
                *next = step;
                let at = step - edge;
                let scope = scope.iteration(at as u64, None);
                shape.cell((row, local), cells, at, &scope)?;
            }
            *next = behind.max(*next);
            if S::EDGES && end > behind {
                shape.end((row, local), &scope)?;
                *next = end;
            }
            Ok(())
        }));
        let end = run.unwrap_or_else(|payload| Err(trace::panicked(&*payload)));
        end.map_err(|stop| shape.failed(stop, self.row, self.cell()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lane(low: usize, count: usize, (step, down): (usize, bool), edge: usize) -> Lane<()> {
        let cells = Span {
            low,
            count,
            step,
            down,
        };
        Lane {
            row: 2,
            cells,
            local: Some(()),
            next: 0,
            edge,
        }
    }

    #[test]
    fn steps_before_a_column_are_those_whose_column_is_smaller() {
        let steps = [(1, false), (1, true), (2, false), (3, true)];
        for (each, edge) in steps.into_iter().flat_map(|each| [(each, 0), (each, 1)]) {
            for (low, count) in [(0, 0), (0, 5), (3, 4), (MOST - 2, 6)] {
                for column in (-9..9).chain([i64::MIN + 9, i64::MAX]) {
                    let mut lane = lane(low, count, each, edge);
                    if lane.is_bare() {
                        continue;
                    }
                    let before = lane.before(column, 3);
                    let mut counted = 0;
                    while !lane.is_over() {
                        counted += usize::from(lane.askew(3) < column);
                        lane.next += 1;
                    }
                    assert_eq!(before, counted, "{low} {count} {each:?} {edge} {column}");
                }
            }
        }
    }

    #[test]
    fn a_row_without_cells_is_behind_all_columns() {
        let lane = lane(4, 0, (1, true), 1);
        assert!(lane.is_bare());
        assert_eq!(lane.askew(1), i64::MAX);
        assert_eq!(lane.before(i64::MAX, 1), 2);
    }
}
