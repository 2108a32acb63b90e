//! One loop, or two, as rows of cells.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::flat::Flats;
use super::steps::Span;
use super::tiles;
use crate::executor::{LoopSite, Scope, Stop, trace};

/// The loops of a nest, the outermost first.
#[derive(Clone, Copy)]
pub(super) struct Sites<const DEPTH: usize>([&'static LoopSite; DEPTH]);

impl<const DEPTH: usize> Sites<DEPTH> {
    pub(super) fn new(sites: [&'static LoopSite; DEPTH]) -> Self {
        Self(sites)
    }

    /// `stop` as the failure of iterations; no index, no iteration.
    #[cold]
    pub(super) fn within(self, stop: Stop, now: [u64; DEPTH]) -> Stop {
        let inwards = self.0.iter().zip(now);
        let outwards = inwards.rev().filter(|(_, index)| *index != u64::MAX);
        outwards.fold(stop, |stop, (site, index)| trace::within(stop, site, index))
    }
}

/// `stop` as the failure of an iteration over numbers.
fn within(stop: Stop, site: &LoopSite, index: usize, item: usize) -> Stop {
    trace::at(stop, site, index as u64, &item)
}

/// What is run row by row.
pub(super) trait Shape: Sync {
    /// What the cells of a row know of it besides.
    type Local: Copy;

    /// Whether statements stand in front of a row's cells, or behind them.
    const EDGES: bool;

    /// How many rows there are.
    fn rows(&self) -> usize;

    /// The cells of a row, and what they know of it.
    ///
    /// # Errors
    ///
    /// Of what stands in front of them nothing runs, so it cannot fail.
    fn row(&self, row: usize) -> Result<(Span, Self::Local), Stop>;

    /// Runs what stands in front of the cells of a row, and gives these.
    ///
    /// # Errors
    ///
    /// Its failure.
    fn begin(&self, row: usize, scope: &Scope<'_>) -> Result<(Span, Self::Local), Stop>;

    /// Runs what stands behind the cells of a row.
    ///
    /// # Errors
    ///
    /// Its failure.
    fn end(&self, row: (usize, Self::Local), scope: &Scope<'_>) -> Result<(), Stop>;

    /// Runs cell `at` of a row.
    ///
    /// # Errors
    ///
    /// The failure of the cell.
    fn cell(
        &self,
        row: (usize, Self::Local),
        cells: Span,
        at: usize,
        scope: &Scope<'_>,
    ) -> Result<(), Stop>;

    /// Says where a row, or one of its cells, has failed.
    fn failed(&self, stop: Stop, row: usize, cell: Option<(Span, usize)>) -> Stop;

    /// Whether the rows have to run in order after all: their numbers are very
    /// large, or the end of one is the beginning of another.
    fn is_in_order(&self) -> bool;

    /// The loop outside.
    fn site(&self) -> &'static LoopSite;

    /// How many of its iterations there are.
    fn iterations(&self) -> usize;

    /// Those of a row: the first one, and how many.
    fn iterations_of(&self, row: usize, cells: Span) -> (usize, usize);
}

/// A loop in a loop, perhaps with `EDGES`: statements beside the loop inside.
pub(super) struct Rows<const EDGES: bool, I, C, E> {
    sites: [&'static LoopSite; 2],
    outer: Span,
    /// What stands in front of a row's cells, and these; it runs if it has a scope.
    inner: I,
    cell: C,
    /// What stands behind them.
    end: E,
    flats: Flats,
}

impl<const EDGES: bool, I, C, E> Rows<EDGES, I, C, E> {
    pub(super) fn new(sites: Sites<2>, outer: Span, (inner, cell, end): (I, C, E)) -> Self {
        let sites = sites.0;
        Self {
            sites,
            outer,
            inner,
            cell,
            end,
            flats: Flats::default(),
        }
    }

    /// The same, where `flats` has to hold.
    pub(super) fn with(self, flats: Flats) -> Self {
        Self { flats, ..self }
    }
}

impl<const EDGES: bool, L, I, C, E> Shape for Rows<EDGES, I, C, E>
where
    L: Copy,
    I: Fn(usize, Option<&Scope<'_>>) -> Result<(Span, L), Stop> + Sync,
    C: Fn(L, usize, usize, &Scope<'_>) -> Result<(), Stop> + Sync,
    E: Fn(L, usize, &Scope<'_>) -> Result<(), Stop> + Sync,
{
    type Local = L;

    const EDGES: bool = EDGES;

    fn rows(&self) -> usize {
        self.outer.count
    }

    fn row(&self, row: usize) -> Result<(Span, L), Stop> {
        (self.inner)(self.outer.number(row), None)
    }

    fn begin(&self, row: usize, scope: &Scope<'_>) -> Result<(Span, L), Stop> {
        (self.inner)(self.outer.number(row), Some(scope))
    }

    fn end(&self, (row, local): (usize, L), scope: &Scope<'_>) -> Result<(), Stop> {
        (self.end)(local, self.outer.number(row), scope)
    }

    #[inline]
    fn cell(
        &self,
        (row, local): (usize, L),
        cells: Span,
        at: usize,
        scope: &Scope<'_>,
    ) -> Result<(), Stop> {
        (self.cell)(local, self.outer.number(row), cells.number(at), scope)
    }

    fn failed(&self, stop: Stop, row: usize, cell: Option<(Span, usize)>) -> Stop {
        let stop = match cell {
            Some((cells, at)) => within(stop, self.sites[1], at, cells.number(at)),
            None => stop,
        };
        within(stop, self.sites[0], row, self.outer.number(row))
    }

    fn is_in_order(&self) -> bool {
        let holds = |row: usize| {
            // A row that fails does so in its turn.
            let cells = catch_unwind(AssertUnwindSafe(|| self.row(row)));
            let holds = |(cells, _)| self.flats.hold(self.outer.number(row), cells);
            cells.is_ok_and(|cells| cells.is_ok_and(holds))
        };
        self.outer.is_vast() || !self.flats.is_empty() && !(0..self.rows()).all(holds)
    }

    fn site(&self) -> &'static LoopSite {
        self.sites[0]
    }

    fn iterations(&self) -> usize {
        self.outer.count
    }

    fn iterations_of(&self, row: usize, _: Span) -> (usize, usize) {
        (row, 1)
    }
}

/// One loop, cut in rows.
pub(super) struct Line<L, C> {
    site: &'static LoopSite,
    span: Span,
    /// How many cells a row has.
    width: usize,
    /// What all cells know.
    local: L,
    cell: C,
    flats: Flats,
}

impl<L, C> Line<L, C> {
    pub(super) fn new(site: &'static LoopSite, span: Span, local: L, cell: C) -> Self {
        let width = span.count.div_ceil(tiles::MOST_ROWS).max(1);
        Self {
            site,
            span,
            width,
            local,
            cell,
            flats: Flats::default(),
        }
    }

    /// The same, where `flats` has to hold.
    pub(super) fn with(self, flats: Flats) -> Self {
        Self { flats, ..self }
    }
}

impl<L, C> Shape for Line<L, C>
where
    L: Copy + Sync,
    C: Fn(L, usize, &Scope<'_>) -> Result<(), Stop> + Sync,
{
    type Local = L;

    const EDGES: bool = false;

    fn rows(&self) -> usize {
        self.span.count.div_ceil(self.width)
    }

    fn row(&self, row: usize) -> Result<(Span, L), Stop> {
        let low = row * self.width;
        let cells = Span::new(low..self.span.count.min(low + self.width));
        Ok((cells, self.local))
    }

    fn begin(&self, row: usize, _: &Scope<'_>) -> Result<(Span, L), Stop> {
        self.row(row)
    }

    fn end(&self, _: (usize, L), _: &Scope<'_>) -> Result<(), Stop> {
        Ok(())
    }

    #[inline]
    fn cell(
        &self,
        (_, local): (usize, L),
        cells: Span,
        at: usize,
        scope: &Scope<'_>,
    ) -> Result<(), Stop> {
        (self.cell)(local, self.span.number(cells.number(at)), scope)
    }

    fn failed(&self, stop: Stop, row: usize, cell: Option<(Span, usize)>) -> Stop {
        let at = cell.map_or(row * self.width, |(cells, at)| cells.number(at));
        within(stop, self.site, at, self.span.number(at))
    }

    fn is_in_order(&self) -> bool {
        let ends = [0, self.span.count.saturating_sub(1)];
        let mut ends = ends.into_iter().take(self.span.count);
        let holds = |at: usize| self.flats.hold(self.span.number(at), Span::new(0..1));
        self.span.is_vast() || !self.flats.is_empty() && !ends.all(holds)
    }

    fn site(&self) -> &'static LoopSite {
        self.site
    }

    fn iterations(&self) -> usize {
        self.span.count
    }

    fn iterations_of(&self, _: usize, cells: Span) -> (usize, usize) {
        (cells.low, cells.count)
    }
}
