//! Where each cell stands in its row, so that few lines cross and most are
//! straight.

use std::collections::BTreeMap;

use dugong::order::{OrderOptions, order};
use dugong::position::bk::position_x;

use super::library;
use super::ports::untangle;
use super::rows::{Cell, Link, Rows};

/// The most distance between lines that meet an item on the same side.
const BETWEEN_LINES: f64 = 16.0;

/// The centre of each cell, from the left edge of the layout. Also decides
/// where lines meet the items that left it open.
pub(super) fn columns(rows: &mut Rows) -> Vec<f64> {
    let mut graph = library::graph();
    // The library keeps the order of nodes where nothing speaks against it.
    let mut order_of_start: Vec<(usize, &Cell)> = rows.cells.iter().enumerate().collect();
    order_of_start.sort_by_key(|(_, cell)| (cell.row, cell.start));
    for (index, cell) in order_of_start {
        library::add_node(&mut graph, index, 2.0 * cell.left.max(cell.right));
        if let Some(node) = graph.node_mut(&library::name(index)) {
            node.rank = i32::try_from(cell.row).ok();
            // What is marked so is kept straight.
            node.dummy = cell.is_lane.then(|| "edge".to_owned());
        }
    }
    for link in &rows.links {
        library::add_edge(&mut graph, link.upper.cell, link.lower.cell);
    }
    order(&mut graph, OrderOptions::default());
    let names: Vec<String> = (0..rows.cells.len()).map(library::name).collect();
    let place = |name: &String| graph.node(name).and_then(|node| node.order);
    let mut places: Vec<usize> = names.iter().map(|name| place(name).unwrap_or(0)).collect();
    untangle(rows, &mut places);
    for (name, place) in names.iter().zip(places) {
        if let Some(node) = graph.node_mut(name) {
            node.order = Some(place);
        }
    }
    let x = position_x(&graph);
    let centres: Vec<f64> = names
        .iter()
        .map(|name| x.get(name).copied().unwrap_or(0.0))
        .collect();
    spread_lines(rows, &centres);
    let left = |cell: usize| centres[cell] - rows.cells[cell].left;
    let leftmost = (0..centres.len()).map(left).fold(f64::INFINITY, f64::min);
    centres.iter().map(|centre| centre - leftmost).collect()
}

/// Spreads the lines that meet a cell at the same side, from left to right as
/// they come, where the item left that open. A net leaves an item as one line.
fn spread_lines(rows: &mut Rows, centres: &[f64]) {
    let Rows { cells, links, .. } = rows;
    let from = |link: &Link| centres[link.upper.cell] + link.upper.offset;
    let to = |link: &Link| centres[link.lower.cell] + link.lower.offset;
    // From the top down: a line keeps its place from lane to lane.
    let mut lanes: Vec<&Cell> = cells.iter().filter(|cell| cell.is_lane).collect();
    lanes.sort_by_key(|lane| lane.row);
    for lane in lanes {
        let slots = slots(lane, &lane.above, links, |link| link.lower.free, from);
        for &link in &lane.above {
            links[link].lower.offset = slots[&links[link].net];
        }
        for &link in &lane.below {
            links[link].upper.offset = slots[&links[link].net];
        }
    }
    for cell in cells.iter().filter(|cell| !cell.is_lane) {
        let slots = slots(cell, &cell.above, links, |link| link.lower.free, from);
        for &link in &cell.above {
            let net = links[link].net;
            if let Some(&slot) = slots.get(&net) {
                links[link].lower.offset = slot;
            }
        }
    }
    for cell in cells.iter().filter(|cell| !cell.is_lane) {
        let slots = slots(cell, &cell.below, links, |link| link.upper.free, to);
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
