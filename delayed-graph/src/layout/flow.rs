//! Which values flow inside each region: from where, and to what.

use std::collections::{BTreeMap, BTreeSet};

use crate::outline::Item;
use crate::{Edge, EdgeKind, Graph, NodeId, RegionId};

/// The most steps that all edges together take through regions.
const MOST_STEPS: usize = 200_000;

/// A value on its way to its readers: who made it, and how it is handed on.
pub(super) type Value = (NodeId, EdgeKind);

/// What stands in a region as its layout sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Content {
    /// The port where a value comes in.
    Enter(Value),
    /// A node, or a region with all that is in it.
    Inside(Item),
    /// The port where a value goes out.
    Leave(Value),
}

/// The way of one value inside one region.
pub(super) struct Flow {
    pub(super) from: Content,
    pub(super) to: BTreeSet<Content>,
}

/// All values that flow in a region.
pub(super) type Level = BTreeMap<Value, Flow>;

/// The flows of those edges that `keep` takes, at the top and in each region;
/// `None` if there are too many.
pub(super) fn levels(graph: &Graph, keep: impl Fn(&Edge) -> bool) -> Option<(Level, Vec<Level>)> {
    let mut levels = Levels {
        top: Level::new(),
        inner: graph.regions.iter().map(|_| Level::new()).collect(),
        steps: 0,
    };
    let mut depth: Vec<usize> = Vec::with_capacity(graph.regions.len());
    for region in graph.regions.iter() {
        depth.push(
            region
                .parent
                .map_or(1, |parent| depth[parent.0 as usize] + 1),
        );
    }
    for edge in graph.edges.iter().filter(|edge| keep(edge)) {
        levels.add(graph, &depth, (edge.from, edge.kind), edge.to)?;
    }
    Some((levels.top, levels.inner))
}

struct Levels {
    top: Level,
    inner: Vec<Level>,
    steps: usize,
}

impl Levels {
    /// Adds the way of a value to one reader: out of regions up to the one
    /// that holds both ends, then into regions down to the reader.
    fn add(&mut self, graph: &Graph, depth: &[usize], value: Value, reader: NodeId) -> Option<()> {
        let depth = |region: Option<RegionId>| region.map_or(0, |id| depth[id.0 as usize]);
        let (mut here, mut goal) = (graph[value.0].region, graph[reader].region);
        let mut from = Content::Inside(Item::Node(value.0));
        let mut to = Content::Inside(Item::Node(reader));
        let mut into = Vec::new();
        while here != goal {
            // Step out of the deeper one; of equal ones, both in turn.
            if let Some(region) = goal
                && depth(goal) >= depth(here)
            {
                into.push((region, to));
                to = Content::Inside(Item::Region(region));
                goal = graph[region].parent;
            } else if let Some(region) = here {
                self.flow(here, value, from, Content::Leave(value))?;
                from = Content::Inside(Item::Region(region));
                here = graph[region].parent;
            }
        }
        self.flow(here, value, from, to)?;
        for (region, to) in into.into_iter().rev() {
            self.flow(Some(region), value, Content::Enter(value), to)?;
        }
        Some(())
    }

    fn flow(
        &mut self,
        region: Option<RegionId>,
        value: Value,
        from: Content,
        to: Content,
    ) -> Option<()> {
        self.steps += 1;
        let level = region.map_or(&mut self.top, |id| &mut self.inner[id.0 as usize]);
        let flow = level.entry(value).or_insert_with(|| Flow {
            from,
            to: BTreeSet::new(),
        });
        flow.to.insert(to);
        (self.steps <= MOST_STEPS).then_some(())
    }
}
