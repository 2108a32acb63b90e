//! The nesting of a graph as a table of contents: what stands directly in each
//! region, in program order. Every picture is drawn from it.

use crate::{Graph, NodeId, RegionId};

/// One thing that stands in a region or at the top.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Item {
    Node(NodeId),
    Region(RegionId),
}

/// A step of a walk through the outline.
pub(crate) enum Step {
    Node(NodeId),
    Open(RegionId),
    Close,
}

/// What stands at the top and in each region.
pub(crate) struct Outline {
    top: Vec<Item>,
    regions: Vec<Vec<Item>>,
}

impl Outline {
    /// Reads the nesting off `graph`. What points to a region that cannot hold
    /// it stands at the top, so that a broken graph can be printed too.
    pub(crate) fn new(graph: &Graph) -> Self {
        let count = graph.regions.len();
        let mut outline = Self {
            top: Vec::new(),
            regions: vec![Vec::new(); count],
        };
        let mut placed = vec![false; count];
        for (index, node) in (0_u32..).zip(graph.nodes.iter()) {
            outline.place(graph, node.region, &mut placed);
            outline
                .items_mut(node.region)
                .push(Item::Node(NodeId(index)));
        }
        for (index, _) in (0_u32..).zip(graph.regions.iter()) {
            outline.place(graph, Some(RegionId(index)), &mut placed);
        }
        outline
    }

    /// Puts a region, and those around it, where its first node stands.
    fn place(&mut self, graph: &Graph, region: Option<RegionId>, placed: &mut [bool]) {
        let mut next = region;
        while let Some(id) = next
            && placed.get(id.0 as usize) == Some(&false)
        {
            placed[id.0 as usize] = true;
            let parent = graph.regions[id.0 as usize]
                .parent
                .filter(|parent| *parent < id);
            self.items_mut(parent).push(Item::Region(id));
            next = parent;
        }
    }

    fn items_mut(&mut self, region: Option<RegionId>) -> &mut Vec<Item> {
        region
            .and_then(|id| self.regions.get_mut(id.0 as usize))
            .unwrap_or(&mut self.top)
    }

    /// What stands directly in `region`, or at the top.
    pub(crate) fn items(&self, region: Option<RegionId>) -> &[Item] {
        region.map_or(&self.top, |id| &self.regions[id.0 as usize])
    }

    /// Everything in program order, each region between its `Open` and `Close`.
    pub(crate) fn walk(&self, mut visit: impl FnMut(Step)) {
        let mut stack = vec![self.top.iter()];
        while let Some(items) = stack.last_mut() {
            match items.next() {
                Some(Item::Node(node)) => visit(Step::Node(*node)),
                Some(Item::Region(region)) => {
                    visit(Step::Open(*region));
                    stack.push(self.items(Some(*region)).iter());
                }
                None => {
                    stack.pop();
                    if !stack.is_empty() {
                        visit(Step::Close);
                    }
                }
            }
        }
    }
}
