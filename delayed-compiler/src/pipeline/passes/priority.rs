//! How urgent each chain is: the length of the longest way from it to the end.
//!
//! *Legality.* Only a number is set. Which of several branches is begun first
//! changes no answer.
//!
//! *Source.* List scheduling by the critical path: T. C. Hu, "Parallel
//! sequencing and assembly line problems", Operations Research 9, 1961.

use std::collections::BTreeMap;

use crate::pipeline::analyse::depend::{self, Whole};
use crate::pipeline::analyse::order::Order;
use crate::pipeline::ir::{Graph, NodeId, ROOT};

/// Sets the priorities of the chains of `graph`; gives whether they differ.
pub fn run(graph: &mut Graph, _: &Order) -> bool {
    if graph.chains.is_empty() {
        return false;
    }
    let longest = longest_ways(graph);
    for chain in &mut graph.chains {
        let first = chain.nodes.first();
        chain.priority = first.map_or(0, |first| longest[first]);
    }
    let first = graph.chains[0].priority;
    graph.chains.iter().any(|chain| chain.priority != first)
}

/// For each step of the pipeline's own body the number of tasks on the longest
/// way from it to the end, its own included. A loop or a branch counts as the
/// tasks that stand in it.
fn longest_ways(graph: &Graph) -> BTreeMap<NodeId, usize> {
    let nodes = &graph.regions[ROOT.0].nodes;
    let needs = depend::among(graph, nodes, &Whole::of(graph));
    let mut longest: BTreeMap<NodeId, usize> = BTreeMap::new();
    for (id, needs) in nodes.iter().zip(&needs).rev() {
        let way = longest.entry(*id).or_default();
        *way += weight(graph, *id);
        let way = *way;
        for need in needs {
            let before = longest.entry(need.on).or_default();
            *before = way.max(*before);
        }
    }
    longest
}

fn weight(graph: &Graph, id: NodeId) -> usize {
    let inside = graph
        .bodies(id)
        .iter()
        .flat_map(|body| graph.nodes_inside(*body));
    let inside: usize = inside.map(|id| graph.nodes[id.0].tasks.len()).sum();
    graph.nodes[id.0].tasks.len() + inside
}
