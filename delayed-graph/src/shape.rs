//! The shapes that say what kind a node is, and how much room they need.

use std::fmt::Write;

use crate::NodeKind;
use crate::layout::Frame;

/// How far slanted and cut sides reach into the frame.
const SLANT: f64 = 12.0;
/// How far the sheets of a collection are shifted.
const SHEET: f64 = 4.0;

/// The room that a shape needs beside its text, left and right together.
pub(crate) fn margin(kind: NodeKind) -> f64 {
    match kind {
        NodeKind::Task | NodeKind::Glue => 24.0,
        NodeKind::Input | NodeKind::Output | NodeKind::Collect => 32.0,
        NodeKind::Source | NodeKind::Reduction | NodeKind::Condition => 2.0 * SLANT + 16.0,
        NodeKind::Effect => 2.0 * SLANT,
    }
}

/// The shape as SVG elements that fill the frame.
pub(crate) fn shape(kind: NodeKind, frame: Frame) -> String {
    let Frame { height, .. } = frame;
    // The slant of a small shape, as in a legend, is smaller.
    let slant = SLANT.min(height / 2.0);
    let half = height / 2.0;
    match kind {
        NodeKind::Task => rect(frame, 6.0, kind),
        NodeKind::Glue => rect(frame, 2.0, kind),
        NodeKind::Input => rect(frame, half, kind),
        NodeKind::Output => {
            let mut shapes = rect(frame, half, kind);
            shapes += &rect(inner(frame, 3.0), half - 3.0, kind);
            shapes
        }
        NodeKind::Collect => {
            let sheet = SHEET.min(height / 5.0);
            let (width, height) = (frame.width - sheet, height - sheet);
            let back = Frame {
                x: frame.x + sheet,
                y: frame.y,
                width,
                height,
            };
            let front = Frame {
                x: frame.x,
                y: frame.y + sheet,
                width,
                height,
            };
            rect(back, 3.0, kind) + &rect(front, 3.0, kind)
        }
        NodeKind::Source => polygon(frame, kind, [slant, 0.0, slant, 0.0], 0.0),
        NodeKind::Reduction => polygon(frame, kind, [0.0, 0.0, slant, slant], 0.0),
        NodeKind::Condition => polygon(frame, kind, [slant; 4], half),
        NodeKind::Effect => polygon(frame, kind, [slant * 0.7; 4], slant * 0.7),
    }
}

fn inner(frame: Frame, by: f64) -> Frame {
    Frame {
        x: frame.x + by,
        y: frame.y + by,
        width: frame.width - 2.0 * by,
        height: frame.height - 2.0 * by,
    }
}

fn rect(
    Frame {
        x,
        y,
        width,
        height,
    }: Frame,
    radius: f64,
    kind: NodeKind,
) -> String {
    let class = kind.name();
    let (x, y, width, height) = (px(x), px(y), px(width), px(height));
    let radius = px(radius);
    format!(
        r#"<rect class="{class}" x="{x}" y="{y}" width="{width}" height="{height}" rx="{radius}"/>"#
    )
}

/// A box whose corners are cut: each by its own width (from the upper left one
/// around) and all by one height, 0 for sides that are only slanted.
fn polygon(frame: Frame, kind: NodeKind, cuts: [f64; 4], cut_height: f64) -> String {
    let (left, top) = (frame.x, frame.y);
    let (right, bottom) = (left + frame.width, top + frame.height);
    let points = [
        (left + cuts[0], top),
        (right - cuts[1], top),
        (right, top + cut_height),
        (right, bottom - cut_height),
        (right - cuts[2], bottom),
        (left + cuts[3], bottom),
        (left, bottom - cut_height),
        (left, top + cut_height),
    ];
    let slanted = cut_height == 0.0;
    let mut list = String::new();
    for (index, (x, y)) in points.into_iter().enumerate() {
        // Slanted sides run from corner to corner.
        if slanted && matches!(index, 2 | 3 | 6 | 7) {
            continue;
        }
        let _ = write!(list, "{},{} ", px(x), px(y));
    }
    format!(
        r#"<polygon class="{}" points="{}"/>"#,
        kind.name(),
        list.trim_end()
    )
}

/// A length in pixels, to a tenth, as short as it can be written.
pub(crate) fn px(length: f64) -> f64 {
    (length * 10.0).round() / 10.0 + 0.0
}
