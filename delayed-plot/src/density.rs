//! Many points, drawn as how many there are in each small square.

use std::fmt::Write;

use crate::frame::Frame;

/// The side of a square in pixels.
const SIDE: f64 = 3.0;
/// How many shades there are, from a single point to the most in one place.
const SHADES: usize = 12;

/// Draws one path for each shade.
pub(crate) fn draw(frame: &mut Frame, shown: &[Option<(f64, f64)>], colour: &str) {
    let columns = ((frame.right - frame.left) / SIDE).ceil().max(1.0) as usize;
    let rows = ((frame.bottom - frame.top) / SIDE).ceil().max(1.0) as usize;
    let mut counts = vec![0_u64; columns * rows];
    for &(x, y) in shown.iter().flatten() {
        let column = ((frame.x.place(x) - frame.left) / SIDE) as usize;
        let row = ((frame.y.place(y) - frame.top) / SIDE) as usize;
        counts[row.min(rows - 1) * columns + column.min(columns - 1)] += 1;
    }
    let most = counts.iter().copied().max().unwrap_or(0);
    let mut shades = vec![String::new(); SHADES];
    for (cell, count) in counts
        .into_iter()
        .enumerate()
        .filter(|(_, count)| *count > 0)
    {
        let (row, column) = (cell / columns, cell % columns);
        let (x, y) = (
            frame.left + column as f64 * SIDE,
            frame.top + row as f64 * SIDE,
        );
        // By the logarithm, as a few places have most of the points.
        let share = ((count as f64).ln_1p() - 1_f64.ln_1p()) / ((most as f64).ln_1p() - 0.69);
        let shade = (share * SHADES as f64) as usize;
        // Writing to a string cannot fail.
        let _ = write!(
            shades[shade.min(SHADES - 1)],
            "M{x:.1} {y:.1}h{SIDE}v{SIDE}h-{SIDE}z"
        );
    }
    for (shade, path) in shades
        .iter()
        .enumerate()
        .filter(|(_, path)| !path.is_empty())
    {
        let opacity = 0.16 + 0.84 * shade as f64 / (SHADES - 1) as f64;
        frame.svg.line(format_args!(
            "<path class=\"density\" d=\"{path}\" fill=\"{colour}\" fill-opacity=\"{opacity:.2}\" \
             shape-rendering=\"crispEdges\"/>"
        ));
    }
}
