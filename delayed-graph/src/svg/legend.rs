//! What the shapes and lines mean: only those that occur.

use std::collections::BTreeSet;
use std::fmt::Write;

use super::critical::Critical;
use super::style::{SMALL, text_width};
use super::text;
use crate::layout::Frame;
use crate::shape::{px, shape};
use crate::{EdgeKind, Graph, NodeKind};

const SAMPLE: f64 = 26.0;
const BETWEEN: f64 = 20.0;
const ROW: f64 = 22.0;
/// How wide a legend may be under a narrow picture.
const LEAST_WIDTH: f64 = 480.0;

#[derive(Clone, Copy)]
enum Entry {
    Node(NodeKind),
    Edge(EdgeKind),
    CriticalPath,
    Chain,
}

impl Entry {
    fn name(self) -> &'static str {
        match self {
            Self::Node(kind) => kind.name(),
            Self::Edge(kind) => kind.name(),
            Self::CriticalPath => "critical path",
            Self::Chain => "run in a row",
        }
    }
}

/// The entries and where they stand.
pub(super) struct Legend {
    entries: Vec<(Entry, f64, f64)>,
    pub(super) width: f64,
    pub(super) height: f64,
}

impl Legend {
    /// The legend of `graph`, in rows about as wide as its picture.
    pub(super) fn new(graph: &Graph, critical: &Critical, width: f64) -> Self {
        let nodes: BTreeSet<NodeKind> = graph.nodes.iter().map(|node| node.kind).collect();
        let edges: BTreeSet<EdgeKind> = graph.edges.iter().map(|edge| edge.kind).collect();
        let first_line = edges.first().map(|kind| kind.name());
        let entries = nodes
            .into_iter()
            .map(Entry::Node)
            .chain(edges.into_iter().map(Entry::Edge))
            .chain((!critical.is_empty()).then_some(Entry::CriticalPath))
            .chain((!graph.chains.is_empty()).then_some(Entry::Chain));
        let mut legend = Self {
            entries: Vec::new(),
            width: 0.0,
            height: 0.0,
        };
        let (mut x, mut y) = (0.0, 0.0);
        for entry in entries {
            let end = SAMPLE + 8.0 + text_width(entry.name(), SMALL);
            // Lines have rows of their own.
            let lines = legend.height > 0.0 && Some(entry.name()) == first_line;
            if lines || x + end > width.max(LEAST_WIDTH) {
                (x, y) = (0.0, y + ROW);
            }
            legend.entries.push((entry, x, y));
            legend.width = legend.width.max(x + end);
            legend.height = y + ROW;
            x += end + BETWEEN;
        }
        legend
    }

    pub(super) fn draw(&self, svg: &mut String, left: f64, top: f64) {
        for &(entry, x, y) in &self.entries {
            let (x, y) = (left + x, top + y);
            match entry {
                Entry::Node(kind) => {
                    let frame = Frame {
                        x,
                        y,
                        width: SAMPLE,
                        height: 16.0,
                    };
                    let _ = writeln!(svg, "<g class=\"sample\">{}</g>", shape(kind, frame));
                }
                Entry::Edge(kind) => line(svg, kind.name(), x, y),
                Entry::CriticalPath => line(svg, "critical", x, y),
                Entry::Chain => {
                    let (x, y) = (px(x), px(y));
                    let _ = writeln!(
                        svg,
                        "<g class=\"chain\"><rect x=\"{x}\" y=\"{y}\" width=\"{SAMPLE}\" \
                         height=\"16\" rx=\"5\"/></g>"
                    );
                }
            }
            text(svg, "small", x + SAMPLE + 8.0, y + 12.0, entry.name());
        }
    }
}

fn line(svg: &mut String, class: &str, x: f64, y: f64) {
    let (start, middle, end) = (px(x), px(y + 8.0), px(x + SAMPLE));
    let _ = writeln!(
        svg,
        "<g class=\"line {class}\"><path d=\"M{start} {middle}H{end}\"/></g>"
    );
}
