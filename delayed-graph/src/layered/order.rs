//! The order of the cells in each row, so that few lines cross.
//!
//! Each cell moves to the mean place of its neighbours in the row before, from
//! the top down and from the bottom up in turn; the best order met is kept.

use super::rows::{Joint, Link, Rows};

/// How often the rows are gone through, down or up.
const SWEEPS: usize = 16;

/// Orders `rows.rows`, starting from program order.
pub(super) fn reduce_crossings(rows: &mut Rows) {
    let mut place = places(rows);
    let mut best = (crossings(rows, &place), rows.rows.clone());
    for sweep in 0..SWEEPS {
        if best.0 == 0 {
            break;
        }
        let down = sweep % 2 == 0;
        let count = rows.rows.len();
        for step in 0..count {
            let row = if down { step } else { count - 1 - step };
            sort_row(rows, row, down, &mut place);
        }
        let now = crossings(rows, &place);
        if now < best.0 {
            best = (now, rows.rows.clone());
        }
    }
    rows.rows = best.1;
}

/// Each cell's index in its row.
fn places(rows: &Rows) -> Vec<usize> {
    let mut place = vec![0; rows.cells.len()];
    for row in &rows.rows {
        for (index, &cell) in row.iter().enumerate() {
            place[cell] = index;
        }
    }
    place
}

fn sort_row(rows: &mut Rows, row: usize, down: bool, place: &mut [usize]) {
    let wish = |cell: usize| {
        let links = if down {
            &rows.cells[cell].above
        } else {
            &rows.cells[cell].below
        };
        let sum: f64 = links
            .iter()
            .map(|&link| far_end(rows, link, down, place))
            .sum();
        // A cell that is not drawn anywhere stays where it is.
        match links.len() {
            0 => place[cell] as f64,
            count => sum / count as f64,
        }
    };
    let mut wishes: Vec<(f64, usize)> = rows.rows[row].iter().map(|&c| (wish(c), c)).collect();
    wishes.sort_by(|a, b| a.0.total_cmp(&b.0));
    for (index, (_, cell)) in wishes.into_iter().enumerate() {
        rows.rows[row][index] = cell;
        place[cell] = index;
    }
}

/// Where a link begins in the row above, or ends in the row below, counted in
/// cells: a wide item's lines differ by where they meet it.
fn far_end(rows: &Rows, link: usize, above: bool, place: &[usize]) -> f64 {
    let link = &rows.links[link];
    meets(rows, if above { &link.upper } else { &link.lower }, place)
}

/// A joint's place, with its offset as a share of the cell's width.
fn meets(rows: &Rows, joint: &Joint, place: &[usize]) -> f64 {
    let cell = &rows.cells[joint.cell];
    place[joint.cell] as f64 + joint.offset / (cell.left + cell.right + 1.0)
}

/// How many pairs of links cross.
fn crossings(rows: &Rows, place: &[usize]) -> usize {
    let mut between: Vec<Vec<&Link>> = vec![Vec::new(); rows.rows.len()];
    for link in &rows.links {
        between[rows.cells[link.upper.cell].row].push(link);
    }
    let mut count = 0;
    for links in between {
        let mut ends: Vec<(f64, f64)> = links
            .iter()
            .map(|link| {
                let upper = meets(rows, &link.upper, place);
                (upper, meets(rows, &link.lower, place))
            })
            .collect();
        ends.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
        count += inversions(ends.into_iter().map(|end| end.1).collect());
    }
    count
}

/// How many pairs stand in falling order, by counting in a tree of sums.
fn inversions(values: Vec<f64>) -> usize {
    let mut sorted = values.clone();
    sorted.sort_by(f64::total_cmp);
    sorted.dedup();
    let mut tree = vec![0; sorted.len() + 1];
    let mut count = 0;
    for (seen, value) in values.iter().enumerate() {
        let rank = sorted.partition_point(|other| other < value) + 1;
        let mut not_greater = 0;
        let mut index = rank;
        while index > 0 {
            not_greater += tree[index];
            index &= index - 1;
        }
        count += seen - not_greater;
        index = rank;
        while index < tree.len() {
            tree[index] += 1;
            index += index & index.wrapping_neg();
        }
    }
    count
}
