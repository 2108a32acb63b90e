//! What of a picture is on the critical path.

use std::collections::{BTreeMap, BTreeSet};

use crate::{Graph, NodeId};

/// The tasks of the critical path, and the edges by which one leads to the next.
/// A path of one task is none.
#[derive(Default)]
pub(super) struct Critical {
    pub(super) tasks: BTreeSet<NodeId>,
    pub(super) edges: BTreeSet<(NodeId, NodeId)>,
}

impl Critical {
    pub(super) fn of(graph: &Graph) -> Self {
        let path = graph.critical_path();
        let mut critical = Self::default();
        if path.len() < 2 {
            return critical;
        }
        let mut readers: BTreeMap<NodeId, Vec<NodeId>> = BTreeMap::new();
        for edge in graph.edges.iter() {
            readers.entry(edge.from).or_default().push(edge.to);
        }
        for pair in path.windows(2) {
            critical.edges.extend(between(&readers, pair[0], pair[1]));
        }
        critical.tasks.extend(path);
        critical
    }

    /// The same where each node is part of a group: `groups` has that of each.
    pub(super) fn of_groups(&self, groups: &[NodeId]) -> Self {
        let group = |node: NodeId| groups[node.0 as usize];
        let edges = self.edges.iter();
        let edges = edges.map(|&(from, to)| (group(from), group(to)));
        Self {
            tasks: self.tasks.iter().copied().map(group).collect(),
            edges: edges.filter(|(from, to)| from != to).collect(),
        }
    }

    /// Whether there is no such path.
    pub(super) fn is_empty(&self) -> bool {
        self.tasks.is_empty()
    }
}

/// The edges of one way from `from` to `to`: from a task, through what is no task,
/// to the next one.
fn between(
    readers: &BTreeMap<NodeId, Vec<NodeId>>,
    from: NodeId,
    to: NodeId,
) -> impl Iterator<Item = (NodeId, NodeId)> {
    // Edges never point backwards, so nothing behind `to` is of interest.
    let mut before: BTreeMap<NodeId, NodeId> = BTreeMap::new();
    let mut open = BTreeSet::from([from]);
    while let Some(node) = open.pop_first() {
        for reader in readers.get(&node).into_iter().flatten() {
            if *reader <= to && !before.contains_key(reader) {
                before.insert(*reader, node);
                open.insert(*reader);
            }
        }
    }
    let step = move |node: NodeId| before.get(&node).map(|before| (*before, node));
    std::iter::successors(step(to), move |(node, _)| {
        step(*node).filter(|_| *node != from)
    })
}
