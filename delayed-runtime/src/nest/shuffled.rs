//! Rows in an order that a seed decides: any in which threads could run them.

use super::lane::Lane;
use super::shape::Shape;
use crate::executor::seeded::Seeded;
use crate::executor::{Scope, Stop};

/// How many rows are under way at once.
const OPEN: usize = 8;

/// Runs a cell here and a cell there.
///
/// # Errors
///
/// The failure that comes first in the program.
pub(super) fn run<S: Shape>(
    scope: &Scope<'_>,
    shape: &S,
    skew: Option<usize>,
    order: &Seeded,
) -> Result<(), Stop> {
    let mut lanes: Vec<Lane<S::Local>> = Vec::new();
    let mut rows = 0..shape.rows();
    let mut failure = None;
    loop {
        lanes.retain(|lane| !lane.is_over());
        while lanes.len() < OPEN
            && failure.is_none()
            && let Some(row) = rows.next()
        {
            match Lane::new(shape, row) {
                Ok(lane) => lanes.push(lane),
                Err(stop) => failure = Some(stop),
            }
            lanes.retain(|lane| !lane.is_over());
        }
        let ready = ready(&lanes, skew);
        if ready.is_empty() {
            return failure.map_or(Ok(()), Err);
        }
        let chosen = ready[order.choose(ready.len())];
        let lane = &mut lanes[chosen];
        let place = (lane.row, lane.cell());
        let looked = scope.run.next();
        let looked = looked.map_err(|stop| shape.failed(stop, place.0, place.1));
        if let Err(stop) = looked.and_then(|()| lane.run(shape, scope, None, lane.next + 1)) {
            // Rows before it still run, as one of their cells may fail, too.
            failure = Some(stop);
            lanes.truncate(chosen);
        }
    }
}

/// The lanes whose next step needs nothing that has not run. A bare one is the next
/// when it is the first, and those after it wait for it.
fn ready<L: Copy>(lanes: &[Lane<L>], skew: Option<usize>) -> Vec<usize> {
    let mut least = i64::MAX;
    let lanes = lanes.iter().enumerate().filter(|(at, lane)| {
        let Some(skew) = skew else { return true };
        let column = lane.askew(skew);
        let is_ready = *at == 0 || column < least;
        least = if lane.is_bare() {
            i64::MIN
        } else {
            least.min(column)
        };
        is_ready
    });
    lanes.map(|(at, _)| at).collect()
}
