//! How many values one worker holds at once, at most.
//!
//! A value lives from where it is bound to where it ends (see
//! `passes/ownership.rs`), is moved or handed over for the last time, or else
//! to the end of its body. A worker is in one iteration of each loop around it.

use std::collections::BTreeMap;

use crate::pipeline::analyse::order::Order;
use crate::pipeline::form::names::Mode;
use crate::pipeline::ir::{Graph, NodeId, ROOT, RegionId, ValueId};

/// The most values that are alive at once where one worker runs the pipeline.
/// What the surroundings own does not count.
#[must_use]
pub fn most(graph: &Graph, order: &Order) -> usize {
    let ends = ends(graph, order);
    let mut ending: BTreeMap<NodeId, usize> = BTreeMap::new();
    for node in ends.values() {
        *ending.entry(*node).or_default() += 1;
    }
    body(graph, ROOT, 0, &ending)
}

fn body(
    graph: &Graph,
    region: RegionId,
    outside: usize,
    ending: &BTreeMap<NodeId, usize>,
) -> usize {
    let region = &graph.regions[region.0];
    let mut alive = outside + region.items.len() + usize::from(region.collected.is_some());
    let mut most = alive;
    for id in &region.nodes {
        for inner in graph.bodies(*id) {
            most = most.max(body(graph, *inner, alive, ending));
        }
        alive += graph.bound(*id).len();
        most = most.max(alive);
        alive -= ending.get(id).copied().unwrap_or(0);
    }
    most
}

/// The node of its own body with which each value ends that ends early.
fn ends(graph: &Graph, order: &Order) -> BTreeMap<ValueId, NodeId> {
    let mut ends: BTreeMap<ValueId, NodeId> = BTreeMap::new();
    for (index, node) in graph.nodes.iter().enumerate() {
        let id = NodeId(index);
        for used in &node.uses {
            let Some(home) = graph.values[used.value.0].home else {
                continue;
            };
            let Some(here) = ancestor(graph, id, home) else {
                continue;
            };
            let is_handed_over = order.ordered.contains_key(&id) && here == id;
            if used.mode == Mode::Move || is_handed_over && used.mode == Mode::Borrow {
                ends.insert(used.value, here);
            } else {
                ends.remove(&used.value);
            }
        }
        for value in &node.releases {
            ends.insert(*value, id);
        }
    }
    ends
}

/// The node of `home` that `node` is, or is inside of.
fn ancestor(graph: &Graph, node: NodeId, home: RegionId) -> Option<NodeId> {
    let mut node = node;
    while graph.nodes[node.0].region != home {
        node = graph.regions[graph.nodes[node.0].region.0].node?;
    }
    Some(node)
}
