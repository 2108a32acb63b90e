//! Where each cell stands in its row, so that lines are short and straight.
//!
//! Row by row each cell wishes to stand below the mean of its neighbours. The
//! places closest to the wishes (least squares) that keep order and distance
//! are found exactly in linear time, by pooling neighbours that push each
//! other: isotonic regression.

use std::collections::BTreeMap;

use super::rows::{Cell, Link, Rows};

/// The least distance between items, and around lanes.
const BETWEEN_ITEMS: f64 = 28.0;
const BETWEEN_LANES: f64 = 14.0;
/// The most distance between lines that meet an item on the same side.
const BETWEEN_LINES: f64 = 16.0;
/// How often the rows are gone through, down and up.
const SWEEPS: usize = 12;

/// The centre of each cell, from the left edge of the layout. Also decides
/// where lines meet the items that left it open.
pub(super) fn columns(rows: &mut Rows) -> Vec<f64> {
    let mut centres = vec![0.0; rows.cells.len()];
    for row in &rows.rows {
        let offsets = offsets(rows, row);
        for (&cell, offset) in row.iter().zip(offsets) {
            centres[cell] = offset;
        }
    }
    let count = rows.rows.len();
    for sweep in 0..SWEEPS {
        // The last rounds look both ways, or the bottom would decide alone.
        let both = sweep + 4 >= SWEEPS;
        for row in 0..count {
            move_row(rows, row, true, both, &mut centres);
        }
        for row in (0..count).rev() {
            move_row(rows, row, both, true, &mut centres);
        }
        if sweep + 5 == SWEEPS || sweep + 1 == SWEEPS {
            spread_lines(rows, &centres);
        }
    }
    gather_loose(rows, &mut centres);
    let left = |cell: usize| centres[cell] - rows.cells[cell].left;
    let leftmost = (0..centres.len()).map(left).fold(f64::INFINITY, f64::min);
    centres.iter().map(|centre| centre - leftmost).collect()
}

/// The places of a row packed to the left.
fn offsets(rows: &Rows, row: &[usize]) -> Vec<f64> {
    let mut offsets = Vec::with_capacity(row.len());
    let mut previous: Option<(f64, usize)> = None;
    for &cell in row {
        let offset = previous.map_or(0.0, |(offset, before)| {
            let (before, cell) = (&rows.cells[before], &rows.cells[cell]);
            let distance = if before.is_lane || cell.is_lane {
                BETWEEN_LANES
            } else {
                BETWEEN_ITEMS
            };
            offset + before.right + distance + cell.left
        });
        offsets.push(offset);
        previous = Some((offset, cell));
    }
    offsets
}

/// Moves the cells of a row towards their neighbours above, below or both.
fn move_row(rows: &Rows, row: usize, above: bool, below: bool, centres: &mut [f64]) {
    let row = &rows.rows[row];
    let offsets = offsets(rows, row);
    let wishes = row.iter().zip(&offsets).map(|(&cell, offset)| {
        let (wish, weight) = wish(rows, cell, above, below, centres);
        (wish - offset, weight)
    });
    let places = rising(wishes);
    for ((&cell, offset), place) in row.iter().zip(&offsets).zip(places) {
        centres[cell] = place + offset;
    }
}

/// Moves items without lines close to a neighbour: nothing else pulled them.
fn gather_loose(rows: &Rows, centres: &mut [f64]) {
    let is_loose = |cell: usize| {
        let cell = &rows.cells[cell];
        cell.above.is_empty() && cell.below.is_empty()
    };
    for row in &rows.rows {
        let offsets = offsets(rows, row);
        let first = row.iter().position(|&cell| !is_loose(cell)).unwrap_or(0);
        for index in (0..first).rev() {
            let next = centres[row[index + 1]];
            centres[row[index]] = next - (offsets[index + 1] - offsets[index]);
        }
        for index in first + 1..row.len() {
            if is_loose(row[index]) {
                let before = centres[row[index - 1]];
                centres[row[index]] = before + (offsets[index] - offsets[index - 1]);
            }
        }
    }
}

/// Where a cell wants to stand and how strongly.
fn wish(rows: &Rows, cell: usize, above: bool, below: bool, centres: &[f64]) -> (f64, f64) {
    let (mut sum, mut weight) = (0.0, 0.0);
    let mut pull = |other: usize, wish: f64| {
        // Long lines are straightened first: a bend there is all one sees.
        let strength = match (rows.cells[cell].is_lane, rows.cells[other].is_lane) {
            (true, true) => 8.0,
            (true, false) | (false, true) => 2.0,
            (false, false) => 1.0,
        };
        sum += strength * wish;
        weight += strength;
    };
    for &link in rows.cells[cell].above.iter().filter(|_| above) {
        let link = &rows.links[link];
        let end = centres[link.upper.cell] + link.upper.offset;
        pull(link.upper.cell, end - link.lower.offset);
    }
    for &link in rows.cells[cell].below.iter().filter(|_| below) {
        let link = &rows.links[link];
        let end = centres[link.lower.cell] + link.lower.offset;
        pull(link.lower.cell, end - link.upper.offset);
    }
    if weight == 0.0 {
        // Nothing pulls it this way: it stays unless pushed.
        return (centres[cell], 0.01);
    }
    (sum / weight, weight)
}

/// The rising sequence closest to the wishes, each given with its weight.
fn rising(wishes: impl Iterator<Item = (f64, f64)>) -> Vec<f64> {
    let mut pools: Vec<(f64, f64, usize)> = Vec::new();
    for (mut wish, mut weight) in wishes {
        let mut count = 1;
        while let Some(&(before, its_weight, its_count)) = pools.last()
            && before > wish
        {
            pools.pop();
            wish = (before * its_weight + wish * weight) / (its_weight + weight);
            weight += its_weight;
            count += its_count;
        }
        pools.push((wish, weight, count));
    }
    pools
        .into_iter()
        .flat_map(|(place, _, count)| std::iter::repeat_n(place, count))
        .collect()
}

/// Spreads the lines that meet an item at the same side, from left to right as
/// they come, where the item left that open. A net leaves an item as one line.
fn spread_lines(rows: &mut Rows, centres: &[f64]) {
    let Rows { cells, links, .. } = rows;
    for cell in cells.iter().filter(|cell| !cell.is_lane) {
        let far = |link: &Link| centres[link.upper.cell] + link.upper.offset;
        let slots = slots(cell, &cell.above, links, |link| link.lower.free, far);
        for &link in &cell.above {
            let net = links[link].net;
            if let Some(&slot) = slots.get(&net) {
                links[link].lower.offset = slot;
            }
        }
    }
    for cell in cells.iter().filter(|cell| !cell.is_lane) {
        let far = |link: &Link| centres[link.lower.cell] + link.lower.offset;
        let slots = slots(cell, &cell.below, links, |link| link.upper.free, far);
        for &link in &cell.below {
            let net = links[link].net;
            if let Some(&slot) = slots.get(&net) {
                links[link].upper.offset = slot;
            }
        }
    }
}

/// The offset of each net on one side of a cell, ordered by where it goes.
fn slots(
    cell: &Cell,
    side: &[usize],
    links: &[Link],
    free: impl Fn(&Link) -> bool,
    far: impl Fn(&Link) -> f64,
) -> BTreeMap<usize, f64> {
    let mut goals: BTreeMap<usize, (f64, f64)> = BTreeMap::new();
    for link in side
        .iter()
        .map(|&link| &links[link])
        .filter(|&link| free(link))
    {
        let goal = goals.entry(link.net).or_default();
        *goal = (goal.0 + far(link), goal.1 + 1.0);
    }
    let mut order: Vec<(f64, usize)> = goals
        .iter()
        .map(|(&net, (sum, count))| (sum / count, net))
        .collect();
    order.sort_by(|a, b| a.0.total_cmp(&b.0));
    let gaps = order.len().saturating_sub(1) as f64;
    let step = BETWEEN_LINES.min(1.2 * cell.left / gaps.max(1.0));
    (0..)
        .zip(order)
        .map(|(index, (_, net))| (net, (f64::from(index) - gaps / 2.0) * step))
        .collect()
}
