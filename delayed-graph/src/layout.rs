//! Where everything stands in a picture of a graph with nested regions.
//!
//! Each region is laid out by itself ([`block`]), innermost first, and is one
//! box for what is around it. A value that crosses a region's border does so at
//! a port: inside, the first row has a port where the value enters and the last
//! row one where it leaves ([`flow`]); outside, its line meets the box there.

mod block;
mod flow;

use std::collections::BTreeSet;

use crate::direction::Direction;
use crate::layered::Stroke;
use crate::outline::{Item, Outline};
use crate::{Edge, EdgeKind, Graph, NodeId, RegionId, VisualizeError};

use block::Block;
use flow::{Content, Level, levels};

/// The height of the head of a region's box, which holds its label.
pub(crate) const HEAD: f64 = 42.0;
/// The most nodes, edges and regions together that are drawn.
const MOST_THINGS: usize = 20_000;

/// The measures of what is to be placed, in pixels.
pub(crate) struct Sizes {
    pub(crate) direction: Direction,
    /// Width and height of each node.
    pub(crate) nodes: Vec<(f64, f64)>,
    /// Width and height of the text beside the lines that leave each node.
    pub(crate) labels: Vec<(f64, f64)>,
    /// The least width of each region.
    pub(crate) heads: Vec<f64>,
}

/// A box: its left upper corner and its size.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Frame {
    pub(crate) x: f64,
    pub(crate) y: f64,
    pub(crate) width: f64,
    pub(crate) height: f64,
}

/// The line of one value inside one region. Its points are those of the layout:
/// [`Direction::turn`] has those of the picture.
pub(crate) struct Line {
    pub(crate) from: NodeId,
    pub(crate) kind: EdgeKind,
    /// Where it leaves its node, if that is directly in this region.
    pub(crate) start: Option<(f64, f64)>,
    /// The parts that lead to no bold edge's end, and those that do.
    pub(crate) plain: Course,
    pub(crate) bold: Course,
}

/// Pieces of a line, and where they reach nodes, along the flow.
#[derive(Default)]
pub(crate) struct Course {
    pub(crate) strokes: Vec<Stroke>,
    pub(crate) tips: Vec<(f64, f64)>,
}

/// A whole picture; its left upper corner is the origin.
pub(crate) struct Layout {
    pub(crate) width: f64,
    pub(crate) height: f64,
    pub(crate) nodes: Vec<Frame>,
    pub(crate) regions: Vec<Frame>,
    pub(crate) lines: Vec<Line>,
}

/// Lays out a graph that keeps the rules of [`Graph::check`]. `bold` has the ends of
/// the edges that are to be told from the others.
///
/// # Errors
/// When the graph is too large.
pub(crate) fn layout(
    graph: &Graph,
    sizes: &Sizes,
    bold: &BTreeSet<(NodeId, NodeId)>,
) -> Result<Layout, VisualizeError> {
    let too_large = || VisualizeError::TooLarge {
        nodes: graph.nodes.len(),
        edges: graph.edges.len(),
    };
    if graph.nodes.len() + graph.edges.len() + graph.regions.len() > MOST_THINGS {
        return Err(too_large());
    }
    let outline = Outline::new(graph);
    let (top, inner) = levels(graph, |_| true).ok_or_else(too_large)?;
    let is_bold = |edge: &Edge| bold.contains(&(edge.from, edge.to));
    let (bold_top, bold_inner) = levels(graph, is_bold).ok_or_else(too_large)?;
    // A region comes after its parent: going backwards meets the innermost first.
    let mut done: Vec<Block> = Vec::with_capacity(inner.len());
    for (region, level) in inner.iter().enumerate().rev() {
        let items = outline.items(Some(RegionId(region as u32)));
        let inside = |id: RegionId| &done[inner.len() - 1 - id.0 as usize];
        let block = Block::new(level, items, sizes, inside, Some(sizes.heads[region]));
        done.push(block.ok_or_else(too_large)?);
    }
    done.reverse();
    let inside = |id: RegionId| &done[id.0 as usize];
    let whole = Block::new(&top, outline.items(None), sizes, inside, None);
    let whole = whole.ok_or_else(too_large)?;
    let mut layout = Layout {
        width: whole.width,
        height: whole.height,
        nodes: vec![Frame::default(); graph.nodes.len()],
        regions: vec![Frame::default(); graph.regions.len()],
        lines: Vec::new(),
    };
    // The blocks into each other, from the outside in.
    layout.add(&whole, (&top, &bold_top), (0.0, 0.0));
    for (region, levels) in inner.iter().zip(&bold_inner).enumerate() {
        let Frame { x, y, .. } = layout.regions[region];
        layout.add(&done[region], levels, (x, y));
    }
    Ok(layout.turned(sizes.direction))
}

impl Layout {
    /// The boxes as the picture has them.
    fn turned(mut self, direction: Direction) -> Self {
        (self.width, self.height) = direction.turn((self.width, self.height));
        for frame in self.nodes.iter_mut().chain(&mut self.regions) {
            (frame.x, frame.y) = direction.turn((frame.x, frame.y));
            (frame.width, frame.height) = direction.turn((frame.width, frame.height));
        }
        self
    }

    /// Adds what stands directly in `block`, whose corner is at `origin`. The flows
    /// are those of its region, and of these the bold ones.
    fn add(&mut self, block: &Block, (level, bold): (&Level, &Level), origin: (f64, f64)) {
        let shift = (origin.0 + block.inset.0, origin.1 + block.inset.1);
        let place = |point: (f64, f64)| (point.0 + shift.0, point.1 + shift.1);
        for ((content, corner), size) in block
            .contents
            .iter()
            .zip(&block.layered.corners)
            .zip(&block.sizes)
        {
            let (x, y) = place(*corner);
            let (width, height) = *size;
            let frame = Frame {
                x,
                y,
                width,
                height,
            };
            match content {
                Content::Inside(Item::Node(id)) => self.nodes[id.0 as usize] = frame,
                Content::Inside(Item::Region(id)) => self.regions[id.0 as usize] = frame,
                Content::Enter(_) | Content::Leave(_) => {}
            }
        }
        let is_node = |content: &Content| matches!(content, Content::Inside(Item::Node(_)));
        for ((&(from, kind), flow), wire) in level.iter().zip(&block.layered.wires) {
            let bold = bold.get(&(from, kind));
            let is_bold = |item| bold.is_some_and(|bold| bold.to.contains(&block.contents[item]));
            let mut courses = [Course::default(), Course::default()];
            for (stroke, is_bold) in wire.strokes.iter().zip(wire.ways_to(is_bold)) {
                courses[usize::from(is_bold)]
                    .strokes
                    .push(stroke.moved(shift));
            }
            for (item, tip) in &wire.tips {
                if is_node(&block.contents[*item]) {
                    courses[usize::from(is_bold(*item))].tips.push(place(*tip));
                }
            }
            let [plain, bold] = courses;
            self.lines.push(Line {
                from,
                kind,
                start: is_node(&flow.from).then(|| place(wire.start)),
                plain,
                bold,
            });
        }
    }
}
