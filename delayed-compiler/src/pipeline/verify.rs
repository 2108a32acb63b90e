//! What holds of a graph between any two phases; a violation is a bug of ours.

use std::collections::BTreeMap;

use crate::pipeline::analyse::depend::{self, Whole};
use crate::pipeline::ir::{Fork, Graph, NodeId, NodeKind, ROOT, RegionId, ValueId};

/// Finds the first violation.
///
/// # Errors
///
/// What is wrong, with the ids of what it is wrong with.
pub fn verify(graph: &Graph) -> Result<(), String> {
    if graph.regions.is_empty() {
        return Err("there is no root region".to_owned());
    }
    for (index, region) in graph.regions.iter().enumerate() {
        let id = RegionId(index);
        match region.parent {
            None if id != ROOT => return Err(format!("{id:?} has no parent")),
            Some(parent) if parent >= id => return Err(format!("{id:?} comes before its parent")),
            _ => {}
        }
        if !region.nodes.is_sorted() {
            return Err(format!("the nodes of {id:?} are out of order"));
        }
        if let Some(stray) = region
            .nodes
            .iter()
            .find(|node| graph.nodes[node.0].region != id)
        {
            return Err(format!("{stray:?} does not know that it is in {id:?}"));
        }
    }
    for (index, node) in graph.nodes.iter().enumerate() {
        let id = NodeId(index);
        if !graph.regions[node.region.0].nodes.contains(&id) {
            return Err(format!("{id:?} is in no region"));
        }
        if let NodeKind::Loop(region) = node.kind
            && graph.regions[region.0].node != Some(id)
        {
            return Err(format!("{region:?} is not the body of {id:?}"));
        }
        for used in &node.uses {
            visible(graph, id, used.value)?;
        }
    }
    let whole = Whole::of(graph);
    graph
        .forks
        .iter()
        .try_for_each(|fork| apart(graph, fork, &whole))?;
    ends(graph)
}

/// Whether the branches of a fork are neighbours in the pipeline's own body and
/// need nothing of each other.
fn apart(graph: &Graph, fork: &Fork, whole: &Whole) -> Result<(), String> {
    let mut branch_of: BTreeMap<NodeId, usize> = BTreeMap::new();
    for (number, branch) in fork.branches.iter().enumerate() {
        branch_of.extend(branch.iter().map(|node| (*node, number)));
    }
    let nodes: Vec<_> = branch_of.keys().copied().collect();
    let root = &graph.regions[ROOT.0].nodes;
    let begin = root.iter().position(|node| Some(node) == nodes.first());
    let neighbours = begin.and_then(|begin| root.get(begin..begin + nodes.len()));
    if neighbours != Some(&nodes) {
        return Err(format!("{fork:?} is not one piece of the pipeline's body"));
    }
    for (node, needs) in nodes.iter().zip(depend::among(graph, &nodes, whole)) {
        let mut across = needs
            .iter()
            .filter(|need| branch_of[&need.on] != branch_of[node]);
        if let Some(need) = across.next() {
            return Err(format!("{node:?} needs another branch: {need:?}"));
        }
    }
    Ok(())
}

/// Whether nobody reads a value behind the place where it ends.
fn ends(graph: &Graph) -> Result<(), String> {
    let last = graph.last_uses();
    for (index, node) in graph.nodes.iter().enumerate() {
        for value in &node.releases {
            if graph.values[value.0].home != Some(node.region) {
                return Err(format!("{value:?} ends in another body than its own"));
            }
            if let Some(reader) = last.get(value).filter(|reader| reader.0 > index) {
                return Err(format!("{reader:?} reads {value:?}, which has ended"));
            }
        }
    }
    Ok(())
}

/// Whether `node` comes after what binds `value`, in its scope.
fn visible(graph: &Graph, node: NodeId, value: ValueId) -> Result<(), String> {
    let Some(known) = graph.values.get(value.0) else {
        return Err(format!("{node:?} uses {value:?}, which does not exist"));
    };
    let Some(home) = known.home else {
        return Ok(());
    };
    if !graph.is_inside(graph.nodes[node.0].region, home) {
        return Err(format!("{node:?} uses {value:?} outside of its scope"));
    }
    let binder = graph.nodes.iter().position(|other| {
        other
            .bind
            .as_ref()
            .is_some_and(|bind| bind.values.contains(&value))
    });
    match binder {
        Some(binder) if binder >= node.0 => Err(format!("{node:?} uses {value:?} too early")),
        _ => Ok(()),
    }
}
