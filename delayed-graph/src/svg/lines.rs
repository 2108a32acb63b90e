//! The lines of a picture, and the names of what flows along them.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::style::SMALL;
use super::{BESIDE, escaped, text};
use crate::direction::Direction;
use crate::label::LONGEST;
use crate::layered::Stroke;
use crate::layout::{Course, Line};
use crate::shape::px;
use crate::{Graph, NodeId};

/// Draws the line of one value, with a tip at each of its readers. What of it is
/// on the critical path is a line of its own.
pub(super) fn draw_line(svg: &mut String, graph: &Graph, line: &Line, direction: Direction) {
    let kind = line.kind.name();
    let from = &graph[line.from];
    let tip = escaped(&format!("{} {kind}", from.shown(LONGEST)));
    for (course, critical) in [(&line.plain, ""), (&line.bold, " critical")] {
        if !course.strokes.is_empty() {
            let class = format!("line {kind}{critical}");
            draw_course(svg, &class, &tip, course, direction);
        }
    }
}

fn draw_course(svg: &mut String, class: &str, tip: &str, course: &Course, direction: Direction) {
    let path = path(&course.strokes, direction);
    let _ = write!(
        svg,
        "<g class=\"{class}\"><title>{tip}</title><path d=\"{path}\"/>"
    );
    let arrow = match direction {
        Direction::Down => "l-4.5 -8h9z",
        Direction::Right => "l-8 -4.5v9z",
    };
    for &end in &course.tips {
        let (x, y) = direction.turn(end);
        let _ = write!(
            svg,
            "<path class=\"tip\" d=\"M{} {}{arrow}\"/>",
            px(x),
            px(y)
        );
    }
    svg.push_str("</g>\n");
}

/// The strokes as the data of an SVG path.
fn path(strokes: &[Stroke], direction: Direction) -> String {
    let point = |at: (f64, f64)| {
        let (x, y) = direction.turn(at);
        format!("{} {}", px(x), px(y))
    };
    let mut path = String::new();
    let mut pen = None;
    for stroke in strokes {
        let (start, end) = stroke.ends();
        if start == end {
            continue;
        }
        if pen != Some(start) {
            let _ = write!(path, "M{}", point(start));
        }
        if (start.0 - end.0).abs() < 0.5 {
            let _ = write!(path, "L{}", point(end));
        } else {
            let middle = (start.1 + end.1) / 2.0;
            let (first, second) = (point((start.0, middle)), point((end.0, middle)));
            let _ = write!(path, "C{first} {second} {}", point(end));
        }
        pen = Some(end);
    }
    path
}

/// Writes what leaves each node beside the outermost of its lines: the rightmost,
/// or the lowest where lines go to the right.
pub(super) fn draw_labels(
    svg: &mut String,
    labels: &[String],
    lines: &[Line],
    direction: Direction,
) {
    let mut starts: BTreeMap<NodeId, (f64, f64)> = BTreeMap::new();
    for (id, start) in lines
        .iter()
        .filter_map(|line| Some((line.from, line.start?)))
    {
        let outermost = starts.entry(id).or_insert(start);
        if start.0 > outermost.0 {
            *outermost = start;
        }
    }
    for (id, start) in starts {
        let label = &labels[id.0 as usize];
        if !label.is_empty() {
            let (x, y) = direction.turn(start);
            text(svg, "small", x + BESIDE, y + SMALL + 2.0, label);
        }
    }
}
