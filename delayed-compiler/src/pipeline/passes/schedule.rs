//! Chooses which chains run side by side.
//!
//! What is split (loops) the analysis in `analyse/order.rs` tells, and what runs inline
//! is all the rest. Here the stretches of the pipeline's own body are cut into
//! *forks*: steps that follow each other in the program and fall into at least
//! two branches with a task each. A step that needs two branches, or that could
//! run beside the rest of its branch, begins a new fork.
//!
//! *Legality.* Branches of a fork share no dependence, so any order gives the
//! same values. A fork's steps are neighbours in the program, and all of them
//! have ended when the next step runs; so of the steps that fail in a fork the
//! first one in program order is the one that the program would have met first.
//!
//! A fork inside of a loop would cost more than it gains, as the loop's
//! iterations keep all workers busy.

use std::collections::{BTreeMap, BTreeSet};

use crate::pipeline::analyse::depend::{self, Whole};
use crate::pipeline::analyse::order::Order;
use crate::pipeline::ir::{ChainId, Fork, Graph, NodeId, NodeKind};

/// Finds the forks of `graph`; gives whether there are any.
pub fn run(graph: &mut Graph, _: &Order) -> bool {
    let mut chain_of: BTreeMap<NodeId, ChainId> = BTreeMap::new();
    for (index, chain) in graph.chains.iter().enumerate() {
        chain_of.extend(chain.nodes.iter().map(|node| (*node, ChainId(index))));
    }
    let nodes: Vec<_> = chain_of.keys().copied().collect();
    let needs = depend::among(graph, &nodes, &Whole::of(graph));
    let mut forks = Vec::new();
    let mut fork = Growing::default();
    for (index, (&id, needs)) in nodes.iter().zip(&needs).enumerate() {
        let chain = chain_of[&id];
        let stretch = |id| graph.chains[chain_of[id].0].stretch;
        let follows = index > 0 && stretch(&nodes[index - 1]) == stretch(&id);
        let is_apart = needs
            .iter()
            .all(|need| chain_of[&need.on] == chain || !fork.has(need.on));
        if !(follows && is_apart) {
            forks.extend(std::mem::take(&mut fork).finish(graph));
        }
        fork.nodes.insert(id);
        fork.branches.entry(chain).or_default().push(id);
    }
    forks.extend(fork.finish(graph));
    graph.forks = forks;
    !graph.forks.is_empty()
}

/// A fork that is being filled.
#[derive(Default)]
struct Growing {
    nodes: BTreeSet<NodeId>,
    branches: BTreeMap<ChainId, Vec<NodeId>>,
}

impl Growing {
    fn has(&self, node: NodeId) -> bool {
        self.nodes.contains(&node)
    }

    /// The fork, if it has two branches that are worth it.
    fn finish(self, graph: &Graph) -> Option<Fork> {
        let has_task = |nodes: &Vec<NodeId>| {
            let mut nodes = nodes.iter();
            nodes.any(|id| matches!(graph.nodes[id.0].kind, NodeKind::Task(_)))
        };
        let branches = self.branches.into_iter();
        let (tasks, glue): (Vec<_>, Vec<_>) = branches.partition(|(_, nodes)| has_task(nodes));
        if tasks.len() < 2 {
            return None;
        }
        let mut tasks = tasks;
        let urgency = |chain: ChainId| graph.chains[chain.0].priority;
        tasks.sort_by_key(|(chain, _)| std::cmp::Reverse(urgency(*chain)));
        let mut branches: Vec<_> = tasks.into_iter().map(|(_, nodes)| nodes).collect();
        // Plain Rust is not worth a branch; it goes with the one that the
        // caller runs.
        branches[0].extend(glue.into_iter().flat_map(|(_, nodes)| nodes));
        branches[0].sort_unstable();
        Some(Fork { branches })
    }
}
