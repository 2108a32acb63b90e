//! Bands in every order that threads can meet there. Elements are loom's own
//! cells, so one that is read before whoever changes it has told that it is done
//! is a race, and loom says so.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use loom::cell::Cell;

use super::alone::Begun;
use super::bands::together;
use super::shape::{Rows, Sites};
use super::steps::Span;
use crate::__private::place;
use crate::executor::{LoopSite, Run, Scope, Stop};
use crate::models::explore;
use crate::{Error, Runtime};

static OUTER: LoopSite = LoopSite::new("for i in 0..3", place("models.rs", 1, 1));
static INNER: LoopSite = LoopSite::new("for j in 0..2", place("models.rs", 2, 1));

const ROWS: usize = 3;
const COLUMNS: usize = 2;

/// Elements behind a border of ones.
struct Table([[Cell<u64>; COLUMNS + 2]; ROWS + 1]);

// SAFETY: that no two threads use an element at once is what loom checks.
unsafe impl Sync for Table {}

/// Each cell is the sum of the one before it and of the one above, so many
/// columns further; `fail` tells whether it fails instead.
fn run(skew: usize, fail: impl Fn(usize, usize) -> bool + Sync) -> (Table, Result<(), Stop>) {
    let table = Table(std::array::from_fn(|_| {
        std::array::from_fn(|_| Cell::new(1))
    }));
    let end = {
        let runtime = Runtime::default();
        let begun = runtime.begin();
        let run = Run::new(&runtime, begun.context());
        let cell = |(): (), i: usize, j: usize, _: &Scope<'_>| {
            if fail(i, j) {
                return Err(Stop::Failed(Error::failed("bad")));
            }
            let rows = &{ &table }.0;
            rows[i + 1][j + 1].set(rows[i][j + 1 + skew].get() + rows[i + 1][j].get());
            Ok(())
        };
        let columns = |_, _: Option<&Scope<'_>>| Ok((Span::new(0..COLUMNS), ()));
        let end = |(), _, _: &Scope<'_>| Ok(());
        let sites = Sites::new([&OUTER, &INNER]);
        let steps = (columns, cell, end);
        let rows = Rows::<false, _, _, _>::new(sites, Span::new(0..ROWS), steps);
        let begun = Begun {
            row: 0,
            next: 0,
            columns: COLUMNS,
            each: Duration::from_secs(1),
            since: Instant::now(),
        };
        together(&Scope::root(&run), &rows, Some(skew), &begun, None)
    };
    (table, end)
}

fn by_hand(skew: usize) -> u64 {
    let mut rows = [[1; COLUMNS + 2]; ROWS + 1];
    for i in 0..ROWS {
        for j in 0..COLUMNS {
            rows[i + 1][j + 1] = rows[i][j + 1 + skew] + rows[i + 1][j];
        }
    }
    rows[ROWS][COLUMNS]
}

#[test]
fn a_row_never_overtakes_the_one_above() {
    for skew in [0, 1] {
        explore(2, move || {
            let (table, end) = run(skew, |_, _| false);
            assert!(end.is_ok());
            assert_eq!(table.0[ROWS][COLUMNS].get(), by_hand(skew));
        });
    }
}

#[test]
fn a_failure_ends_the_rows_that_wait() {
    explore(2, || {
        let failed = AtomicUsize::new(0);
        let (_, end) = run(0, |i, j| {
            let fails = (i, j) == (1, 0) || (i, j) == (0, 1);
            failed.fetch_add(usize::from(fails), Ordering::Relaxed);
            fails
        });
        let Err(Stop::Failed(error)) = end else {
            panic!("it must fail")
        };
        let place: Vec<_> = error.iterations().iter().map(|each| each.index).collect();
        assert_eq!(place, [1, 0]);
        assert!(failed.into_inner() > 0);
    });
}
