//! What of a picture is on the critical path.

use std::collections::{BTreeMap, BTreeSet};

use crate::{Graph, NodeId};

/// The tasks of the critical path, and the values by which one leads to the next.
/// A path of one task is none.
pub(super) struct Critical {
    tasks: BTreeSet<NodeId>,
    leads: BTreeSet<NodeId>,
}

impl Critical {
    pub(super) fn of(graph: &Graph) -> Self {
        let path = graph.critical_path();
        let mut critical = Self {
            tasks: BTreeSet::new(),
            leads: BTreeSet::new(),
        };
        if path.len() < 2 {
            return critical;
        }
        let mut readers: BTreeMap<NodeId, Vec<NodeId>> = BTreeMap::new();
        for edge in graph.edges.iter() {
            readers.entry(edge.from).or_default().push(edge.to);
        }
        for pair in path.windows(2) {
            critical.leads.extend(between(&readers, pair[0], pair[1]));
        }
        critical.tasks.extend(path);
        critical
    }

    /// Whether there is no such path.
    pub(super) fn is_empty(&self) -> bool {
        self.tasks.is_empty()
    }

    /// Whether the node is one of the tasks.
    pub(super) fn has(&self, node: NodeId) -> bool {
        self.tasks.contains(&node)
    }

    /// Whether the path goes on by what the node gives.
    pub(super) fn leads_on(&self, node: NodeId) -> bool {
        self.leads.contains(&node)
    }
}

/// The nodes of one way from `from` to `to`, without `to`: a task and what is no
/// task behind it.
fn between(
    readers: &BTreeMap<NodeId, Vec<NodeId>>,
    from: NodeId,
    to: NodeId,
) -> impl Iterator<Item = NodeId> {
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
    std::iter::successors(before.get(&to).copied(), move |node| {
        before.get(node).copied().filter(|_| *node != from)
    })
}
