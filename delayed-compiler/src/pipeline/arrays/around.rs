//! Whether the loops around a nest have nothing to do meanwhile.
//!
//! A loop around cells is run as it is written. That costs nothing where no task
//! of it could overlap with other iterations: it is one of the nest's, or it has
//! to wait for the iteration before anyway, as it looks at what the loop changes.

use std::collections::BTreeSet;

use crate::pipeline::form::names::Mode;
use crate::pipeline::ir::{Graph, NodeId, ROOT, RegionId, Role, ValueId};

/// Whether no branch is around the nest `outer`, and loops around it have no task
/// besides that could overlap.
pub(super) fn is_all_the_work(graph: &Graph, outer: RegionId) -> bool {
    let around = graph.outwards(outer).skip(1);
    let mut around = around.take_while(|region| *region != ROOT);
    around.all(|region| {
        let is_loop = graph.regions[region.0].role == Role::Loop;
        is_loop && overlapping(graph, region).all(|id| is_in(graph, id, outer))
    })
}

/// The tasks inside of the loop `region` that need nothing of the iteration before.
fn overlapping(graph: &Graph, region: RegionId) -> impl Iterator<Item = NodeId> + '_ {
    let changed = changed(graph, region);
    // What is made of what the loop changes.
    let mut made: BTreeSet<ValueId> = BTreeSet::new();
    graph.nodes_inside(region).filter(move |id| {
        let node = &graph.nodes[id.0];
        let mut values = node.uses.iter().map(|used| used.value);
        let waits = values.any(|value| changed.contains(&value) || made.contains(&value));
        if waits {
            made.extend(graph.bound(*id));
        }
        !waits && !node.tasks.is_empty()
    })
}

/// The variables from outside of `region` that it changes.
fn changed(graph: &Graph, region: RegionId) -> BTreeSet<ValueId> {
    let nodes = graph.nodes_inside(region);
    let uses = nodes.flat_map(|id| &graph.nodes[id.0].uses);
    let changed = uses.filter(|used| used.mode == Mode::Change);
    let values = changed.map(|used| used.value);
    values
        .filter(|value| !is_of(graph, *value, region))
        .collect()
}

/// Whether `value` belongs to an iteration of `region`.
fn is_of(graph: &Graph, value: ValueId, region: RegionId) -> bool {
    let home = graph.values[value.0].home;
    home.is_some_and(|home| graph.is_inside(home, region))
}

fn is_in(graph: &Graph, id: NodeId, region: RegionId) -> bool {
    graph.is_inside(graph.nodes[id.0].region, region)
}
