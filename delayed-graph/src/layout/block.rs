//! One region laid out by itself, to be put as a box into what is around it.

use std::collections::BTreeMap;

use super::flow::{Content, Level};
use super::{HEAD, Sizes};
use crate::RegionId;
use crate::direction::Direction;
use crate::layered::{self, End, Layered, Net, RowWish, Stroke, layered};
use crate::outline::Item;

/// The room between a region's border and what is in it.
const PADDING: f64 = 18.0;

/// A region laid out by itself, in the layout's own directions.
pub(super) struct Block {
    pub(super) layered: Layered,
    /// What each item of the layout stands for, and its size.
    pub(super) contents: Vec<Content>,
    pub(super) sizes: Vec<(f64, f64)>,
    pub(super) width: f64,
    pub(super) height: f64,
    /// Where the layout stands in the box.
    pub(super) inset: (f64, f64),
    /// Where values cross the border, from the middle of the box.
    ports: BTreeMap<Content, f64>,
}

impl Block {
    /// Lays out `items` with the flows of `level`. `inside` finds the regions
    /// among the items; `head` is the least width of a region, or `None` at the
    /// top, which has no box. `None` if there are too many lines.
    pub(super) fn new<'a>(
        level: &Level,
        items: &[Item],
        sizes: &Sizes,
        inside: impl Fn(RegionId) -> &'a Block,
        head: Option<f64>,
    ) -> Option<Self> {
        let contents = contents(level, items);
        let boxes: Vec<layered::Item> = contents
            .iter()
            .map(|content| box_of(content, sizes, &inside))
            .collect();
        let index: BTreeMap<Content, usize> = contents.iter().copied().zip(0..).collect();
        let end = |content: Content, port: Content| End {
            item: index[&content],
            offset: match content {
                Content::Inside(Item::Node(_)) => None,
                Content::Inside(Item::Region(id)) => Some(inside(id).ports[&port]),
                Content::Enter(_) | Content::Leave(_) => Some(0.0),
            },
        };
        let nets: Vec<Net> = level
            .iter()
            .map(|(&value, flow)| Net {
                from: end(flow.from, Content::Leave(value)),
                to: flow
                    .to
                    .iter()
                    .map(|&to| end(to, Content::Enter(value)))
                    .collect(),
            })
            .collect();
        let layered = layered(&boxes, &nets)?;
        let extents = boxes.iter().map(|item| (item.width, item.height)).collect();
        let block = Self {
            width: layered.width,
            height: layered.height,
            layered,
            contents,
            sizes: extents,
            inset: (0.0, 0.0),
            ports: BTreeMap::new(),
        };
        Some(match head {
            Some(head) => block.boxed(head, sizes.direction),
            None => block,
        })
    }

    /// Puts a box with a head around the layout.
    fn boxed(mut self, head: f64, direction: Direction) -> Self {
        // A port stands on the border itself.
        let enters = matches!(self.contents.first(), Some(Content::Enter(_)));
        let leaves = matches!(self.contents.last(), Some(Content::Leave(_)));
        let above = if enters { 0.0 } else { PADDING };
        let below = if leaves { 0.0 } else { PADDING };
        match direction {
            Direction::Down => {
                self.width = head.max(self.width + 2.0 * PADDING);
                self.height += HEAD + above + below;
                self.inset = ((self.width - self.layered.width) / 2.0, HEAD + above);
            }
            Direction::Right => {
                self.inset = (HEAD + PADDING, above);
                self.width += HEAD + 2.0 * PADDING;
                let least = self.height + above + below;
                self.height = head.max(least);
                self.lengthen(self.height - least);
            }
        }
        for (content, corner) in self.contents.iter().zip(&self.layered.corners) {
            let offset = corner.0 + self.inset.0 - self.width / 2.0;
            self.ports.insert(*content, offset);
        }
        self
    }

    /// Leads the lines that leave on by `more`, to a border further away.
    fn lengthen(&mut self, more: f64) {
        for wire in &mut self.layered.wires {
            for (item, (x, y)) in &mut wire.tips {
                if matches!(self.contents[*item], Content::Leave(_)) {
                    let (x, from, to) = (*x, *y, *y + more);
                    wire.strokes.push(Stroke::Down { x, from, to });
                    *y = to;
                }
            }
        }
    }
}

/// What is to be placed, in an order that no line runs against: what comes in,
/// the items in program order, what goes out.
fn contents(level: &Level, items: &[Item]) -> Vec<Content> {
    let enter = level
        .values()
        .map(|flow| flow.from)
        .filter(|from| matches!(from, Content::Enter(_)));
    let leave = level
        .iter()
        .map(|(&value, flow)| (Content::Leave(value), flow))
        .filter(|(leave, flow)| flow.to.contains(leave))
        .map(|(leave, _)| leave);
    enter
        .chain(items.iter().copied().map(Content::Inside))
        .chain(leave)
        .collect()
}

fn box_of<'a>(
    content: &Content,
    sizes: &Sizes,
    inside: &impl Fn(RegionId) -> &'a Block,
) -> layered::Item {
    let ((width, height), label, row) = match content {
        Content::Enter(_) => ((0.0, 0.0), (0.0, 0.0), RowWish::First),
        Content::Leave(_) => ((0.0, 0.0), (0.0, 0.0), RowWish::Last),
        Content::Inside(Item::Node(id)) => {
            let turn = |size| sizes.direction.turn(size);
            let index = id.0 as usize;
            (
                turn(sizes.nodes[index]),
                turn(sizes.labels[index]),
                RowWish::Any,
            )
        }
        Content::Inside(Item::Region(id)) => {
            let block = inside(*id);
            ((block.width, block.height), (0.0, 0.0), RowWish::Any)
        }
    };
    layered::Item {
        width,
        height,
        label,
        row,
    }
}
