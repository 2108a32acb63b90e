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

    /// How many rows there are.
    fn rows(&self) -> usize;

    /// The cells of a row, and what they know of it.
    fn row(&self, row: usize) -> (Span, Self::Local);

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

/// A loop in a loop.
pub(super) struct Rows<I, C> {
    sites: [&'static LoopSite; 2],
    outer: Span,
    inner: I,
    cell: C,
    flats: Flats,
}

impl<I, C> Rows<I, C> {
    pub(super) fn new(sites: Sites<2>, outer: Span, inner: I, cell: C) -> Self {
        let sites = sites.0;
        Self {
            sites,
            outer,
            inner,
            cell,
            flats: Flats::default(),
        }
    }

    /// The same, where `flats` has to hold.
    pub(super) fn with(self, flats: Flats) -> Self {
        Self { flats, ..self }
    }
}

impl<L, I, C> Shape for Rows<I, C>
where
    L: Copy,
    I: Fn(usize) -> (Span, L) + Sync,
    C: Fn(L, usize, usize, &Scope<'_>) -> Result<(), Stop> + Sync,
{
    type Local = L;

    fn rows(&self) -> usize {
        self.outer.count
    }

    fn row(&self, row: usize) -> (Span, L) {
        (self.inner)(self.outer.number(row))
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
            cells.is_ok_and(|(cells, _)| self.flats.hold(self.outer.number(row), cells))
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
pub(super) struct Line<C> {
    site: &'static LoopSite,
    span: Span,
    /// How many cells a row has.
    width: usize,
    cell: C,
    flats: Flats,
}

impl<C> Line<C> {
    pub(super) fn new(site: &'static LoopSite, span: Span, cell: C) -> Self {
        let width = span.count.div_ceil(tiles::MOST_ROWS).max(1);
        Self {
            site,
            span,
            width,
            cell,
            flats: Flats::default(),
        }
    }

    /// The same, where `flats` has to hold.
    pub(super) fn with(self, flats: Flats) -> Self {
        Self { flats, ..self }
    }
}

impl<C> Shape for Line<C>
where
    C: Fn(usize, &Scope<'_>) -> Result<(), Stop> + Sync,
{
    type Local = ();

    fn rows(&self) -> usize {
        self.span.count.div_ceil(self.width)
    }

    fn row(&self, row: usize) -> (Span, ()) {
        let low = row * self.width;
        let cells = Span::new(low..self.span.count.min(low + self.width));
        (cells, ())
    }

    #[inline]
    fn cell(&self, _: (usize, ()), cells: Span, at: usize, scope: &Scope<'_>) -> Result<(), Stop> {
        (self.cell)(self.span.number(cells.number(at)), scope)
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
