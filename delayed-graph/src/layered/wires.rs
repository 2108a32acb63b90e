//! How high each row is, and the lines from row to row.

use super::rows::Rows;
use super::{Item, Layered, Net, Stroke, Wire};

/// The least and most room between two rows, and how much of a line's sideways
/// way is added, so that long bends are not flat.
const LEAST_GAP: f64 = 30.0;
const MOST_GAP: f64 = 96.0;
const SLOPE: f64 = 0.1;

/// The finished layout.
pub(super) fn draw(items: &[Item], nets: &[Net], rows: &Rows, centres: &[f64]) -> Layered {
    let bands = bands(items, rows, centres);
    let mut layered = Layered {
        width: (0..centres.len())
            .map(|cell| centres[cell] + rows.cells[cell].right)
            .fold(0.0, f64::max),
        height: bands.last().map_or(0.0, |band| band.1),
        corners: items
            .iter()
            .enumerate()
            .map(|(item, Item { width, .. })| {
                (centres[item] - width / 2.0, bands[rows.cells[item].row].0)
            })
            .collect(),
        wires: nets.iter().map(|_| Wire::default()).collect(),
    };
    let mut started = vec![false; nets.len()];
    for link in &rows.links {
        let wire = &mut layered.wires[link.net];
        let (upper, lower) = (&rows.cells[link.upper.cell], &rows.cells[link.lower.cell]);
        let from = (
            centres[link.upper.cell] + link.upper.offset,
            bands[upper.row].1,
        );
        let to = (
            centres[link.lower.cell] + link.lower.offset,
            bands[lower.row].0,
        );
        if !started[link.net] {
            started[link.net] = true;
            // An item may end above the end of its row.
            let item = nets[link.net].from.item;
            wire.start = (from.0, bands[upper.row].0 + items[item].height);
            wire.strokes.push(Stroke::Down {
                x: from.0,
                from: wire.start.1,
                to: from.1,
            });
        }
        wire.strokes.push(Stroke::Bend { from, to });
        if lower.is_lane {
            wire.strokes.push(Stroke::Down {
                x: to.0,
                from: to.1,
                to: bands[lower.row].1,
            });
        } else {
            wire.tips.push((link.lower.cell, to));
        }
    }
    layered
}

/// The top and bottom of each row.
fn bands(items: &[Item], rows: &Rows, centres: &[f64]) -> Vec<(f64, f64)> {
    let count = rows
        .cells
        .iter()
        .map(|cell| cell.row + 1)
        .max()
        .unwrap_or(0);
    let mut heights = vec![0.0_f64; count];
    for (item, cell) in items.iter().zip(&rows.cells) {
        heights[cell.row] = heights[cell.row].max(item.height + item.label.1);
    }
    let mut gaps = vec![LEAST_GAP; count];
    for link in &rows.links {
        let from = centres[link.upper.cell] + link.upper.offset;
        let way = (centres[link.lower.cell] + link.lower.offset - from).abs();
        let gap = &mut gaps[rows.cells[link.upper.cell].row];
        *gap = gap.max(LEAST_GAP + SLOPE * way).min(MOST_GAP);
    }
    let mut top = 0.0;
    heights
        .iter()
        .zip(&gaps)
        .map(|(height, gap)| {
            let band = (top, top + height);
            top += height + gap;
            band
        })
        .collect()
}
