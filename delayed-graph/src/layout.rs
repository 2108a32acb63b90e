//! Where everything stands in a picture of a graph with nested regions.
//!
//! Each region is laid out by itself ([`block`]), innermost first, and is one
//! box for what is around it. A value that crosses a region's border does so at
//! a port: inside, the first row has a port where the value enters and the last
//! row one where it leaves ([`flow`]); outside, its line meets the box there.

mod block;
mod flow;

use crate::direction::Direction;
use crate::layered::Stroke;
use crate::outline::{Item, Outline};
use crate::{EdgeKind, Graph, NodeId, RegionId, VisualizeError};

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
    pub(crate) strokes: Vec<Stroke>,
    /// Where it reaches nodes, along the flow.
    pub(crate) tips: Vec<(f64, f64)>,
    /// Where it leaves its node, if that is directly in this region.
    pub(crate) start: Option<(f64, f64)>,
}

/// A whole picture; its left upper corner is the origin.
pub(crate) struct Layout {
    pub(crate) width: f64,
    pub(crate) height: f64,
    pub(crate) nodes: Vec<Frame>,
    pub(crate) regions: Vec<Frame>,
    pub(crate) lines: Vec<Line>,
}

/// Lays out a graph that keeps the rules of [`Graph::check`].
///
/// # Errors
/// When the graph is too large.
pub(crate) fn layout(graph: &Graph, sizes: &Sizes) -> Result<Layout, VisualizeError> {
    let too_large = || VisualizeError::TooLarge {
        nodes: graph.nodes.len(),
        edges: graph.edges.len(),
    };
    if graph.nodes.len() + graph.edges.len() + graph.regions.len() > MOST_THINGS {
        return Err(too_large());
    }
    let outline = Outline::new(graph);
    let (top, inner) = levels(graph).ok_or_else(too_large)?;
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
    Ok(assemble(graph, &whole, &top, &done, &inner).turned(sizes.direction))
}

/// Puts the blocks into each other, from the outside in.
fn assemble(
    graph: &Graph,
    whole: &Block,
    top: &Level,
    blocks: &[Block],
    inner: &[Level],
) -> Layout {
    let mut layout = Layout {
        width: whole.width,
        height: whole.height,
        nodes: vec![Frame::default(); graph.nodes.len()],
        regions: vec![Frame::default(); graph.regions.len()],
        lines: Vec::new(),
    };
    layout.add(whole, top, (0.0, 0.0));
    for (region, (block, level)) in blocks.iter().zip(inner).enumerate() {
        let Frame { x, y, .. } = layout.regions[region];
        layout.add(block, level, (x, y));
    }
    layout
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

    /// Adds what stands directly in `block`, whose corner is at `origin`.
    fn add(&mut self, block: &Block, level: &Level, origin: (f64, f64)) {
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
        for ((&(from, kind), flow), wire) in level.iter().zip(&block.layered.wires) {
            let is_node = |content: &Content| matches!(content, Content::Inside(Item::Node(_)));
            let tips = wire.tips.iter();
            self.lines.push(Line {
                from,
                kind,
                strokes: wire
                    .strokes
                    .iter()
                    .map(|stroke| stroke.moved(shift))
                    .collect(),
                tips: tips
                    .filter(|(item, _)| is_node(&block.contents[*item]))
                    .map(|(_, tip)| place(*tip))
                    .collect(),
                start: is_node(&flow.from).then(|| place(wire.start)),
            });
        }
    }
}
