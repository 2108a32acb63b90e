//! Rows on the calling thread, as they are written.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use super::lane::Lane;
use super::shape::{Shape, Sites};
use crate::executor::looping::pace::Limits;
use crate::executor::{Scope, Stop, trace};

/// What a nest may lose that is over before anybody could have helped.
const WHILE: Duration = Duration::from_micros(10);
/// What a nest may lose that was short the last time.
pub(super) const SHORT: Limits = Limits {
    helped: Duration::from_micros(30),
    alone: Duration::from_micros(40),
};
/// How many cells a run that can be told to stop runs without a look.
const LOOK: usize = 1024;

/// Loops that run as they are written; `run` notes the iterations.
///
/// # Errors
///
/// What stopped them.
pub(super) fn written<const DEPTH: usize>(
    sites: Sites<DEPTH>,
    run: impl FnOnce(&Cell<[u64; DEPTH]>) -> Result<(), Stop>,
) -> Result<(), Stop> {
    let now = Cell::new([u64::MAX; DEPTH]);
    let run = catch_unwind(AssertUnwindSafe(|| run(&now)));
    let end = run.unwrap_or_else(|payload| Err(trace::panicked(&*payload)));
    end.map_err(|stop| sites.within(stop, now.get()))
}

/// What was done before help was asked for.
pub(super) struct Begun {
    /// The row that is under way,
    pub(super) row: usize,
    /// and how many of its steps have run,
    pub(super) next: usize,
    /// out of so many.
    pub(super) columns: usize,
    /// How long a cell took.
    pub(super) each: Duration,
    /// When the nest began.
    pub(super) since: Instant,
}

/// Runs row by row; gives where it stands if the nest is not over and others
/// should help.
///
/// # Errors
///
/// The first failure.
pub(super) fn rows(scope: &Scope<'_>, shape: &impl Shape) -> Result<Option<Begun>, Stop> {
    let (run, pace, rows) = (scope.run, &shape.site().pace, shape.rows());
    let is_open = run.watch().is_open();
    let longest = if is_open { usize::MAX } else { LOOK };
    let most = match pace.is_short() {
        _ if run.is_serial() || rows < 2 => None,
        true => Some(SHORT.alone),
        false => Some(WHILE),
    };
    let mut clock = most.map(|most| (Instant::now(), most));
    // Cells that have run, and those after which the clock is looked at.
    let (mut done, mut look) = (0_usize, 1_usize);
    for row in 0..rows {
        let mut lane = Lane::begun(shape, scope, row)?;
        loop {
            if !is_open {
                run.next()
                    .map_err(|stop| shape.failed(stop, row, lane.cell()))?;
            }
            if lane.is_over() {
                break;
            }
            let to_look = clock.map_or(usize::MAX, |_| look - done);
            let (from, left) = (lane.next, lane.len() - lane.next);
            lane.run(shape, scope, None, from + left.min(to_look).min(longest))?;
            done += lane.next - from;
            let Some((since, most)) = clock.filter(|_| done == look) else {
                continue;
            };
            look = look.saturating_mul(2);
            let took = since.elapsed();
            if took > most && row + 1 < rows {
                if shape.is_in_order() {
                    clock = None;
                    continue;
                }
                return Ok(Some(Begun {
                    row,
                    next: lane.next,
                    columns: lane.len(),
                    each: took.div_f64(done as f64),
                    since,
                }));
            }
        }
    }
    if let Some((since, _)) = clock
        && !pace.is_short()
    {
        pace.learn(false, since.elapsed(), SHORT);
    }
    Ok(None)
}
