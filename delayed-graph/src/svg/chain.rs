//! Chains of fused steps: one box each, in which the steps stand in a row.

use std::fmt::Write;

use super::escaped;
use crate::Graph;
use crate::chained::Chained;
use crate::label::LONGEST;
use crate::layout::Frame;
use crate::shape::px;

/// The room around the steps of a chain, and between them.
const AROUND: f64 = 6.0;
const BETWEEN: f64 = 3.0;

/// How large a box of so many steps is, each of which is of a size.
pub(super) fn size(steps: usize, (width, height): (f64, f64)) -> (f64, f64) {
    if steps == 1 {
        return (width, height);
    }
    let steps = steps as f64;
    let inner = steps * height + (steps - 1.0) * BETWEEN;
    (width + 2.0 * AROUND, inner + 2.0 * AROUND)
}

/// Draws the boxes of chains, and gives where each step stands; `frames` has where
/// the nodes of the chained graph do.
pub(super) fn draw(
    svg: &mut String,
    graph: &Graph,
    chained: &Chained,
    frames: &[Frame],
) -> Vec<Frame> {
    let mut steps = vec![Frame::default(); graph.nodes.len()];
    for (parts, frame) in chained.parts.iter().zip(frames) {
        if let [only] = parts[..] {
            steps[only.0 as usize] = *frame;
            continue;
        }
        draw_box(svg, *frame, &graph.shown_parts(parts, LONGEST));
        let count = parts.len() as f64;
        let inner = frame.height - 2.0 * AROUND - (count - 1.0) * BETWEEN;
        let height = inner / count;
        for (index, part) in parts.iter().enumerate() {
            steps[part.0 as usize] = Frame {
                x: frame.x + AROUND,
                y: frame.y + AROUND + index as f64 * (height + BETWEEN),
                width: frame.width - 2.0 * AROUND,
                height,
            };
        }
    }
    steps
}

fn draw_box(svg: &mut String, frame: Frame, shown: &[String]) {
    let tip = escaped(&format!("run in a row: {}", shown.join(", ")));
    let (x, y) = (px(frame.x), px(frame.y));
    let (width, height) = (px(frame.width), px(frame.height));
    let _ = writeln!(
        svg,
        "<g class=\"chain\"><title>{tip}</title>\
         <rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"9\"/></g>"
    );
}
