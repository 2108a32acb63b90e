//! Cells of a row change places where lines to the ports of a region cross.
//!
//! The library knows no ports: for it all lines meet an item in one point. So
//! after it has ordered the rows, neighbours are exchanged as long as fewer
//! lines cross, this time with the ports in view.

use super::rows::{Joint, Link, Rows};

/// How often the rows are gone through at most.
const ROUNDS: usize = 8;

/// Improves `order`, which holds the place of each cell in its row.
pub(super) fn untangle(rows: &Rows, order: &mut [usize]) {
    let mut by_row: Vec<usize> = (0..rows.cells.len()).collect();
    by_row.sort_by_key(|&cell| (rows.cells[cell].row, order[cell]));
    for _ in 0..ROUNDS {
        let mut changed = false;
        for row in by_row.chunk_by_mut(|&a, &b| rows.cells[a].row == rows.cells[b].row) {
            for index in 1..row.len() {
                let (left, right) = (row[index - 1], row[index]);
                if crossings(rows, right, left, order) < crossings(rows, left, right, order) {
                    row.swap(index - 1, index);
                    order.swap(left, right);
                    changed = true;
                }
            }
        }
        if !changed {
            break;
        }
    }
}

/// How many lines of two neighbours cross if they stand in this order.
fn crossings(rows: &Rows, left: usize, right: usize, order: &[usize]) -> usize {
    let (left, right) = (&rows.cells[left], &rows.cells[right]);
    let pairs = |left: &[usize], right: &[usize], far: fn(&Link) -> Joint| {
        let meets = |link: usize| {
            let joint = far(&rows.links[link]);
            (order[joint.cell], joint.offset)
        };
        let right: Vec<(usize, f64)> = right.iter().map(|&link| meets(link)).collect();
        let crosses = |link: &usize| {
            let end = meets(*link);
            right.iter().filter(|&&other| other < end).count()
        };
        left.iter().map(crosses).sum::<usize>()
    };
    pairs(&left.above, &right.above, |link| link.upper)
        + pairs(&left.below, &right.below, |link| link.lower)
}
