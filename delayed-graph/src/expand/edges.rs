//! The edges between the steps of all iterations.

use std::collections::{BTreeMap, BTreeSet};

use super::flow::{Elements, Need};
use super::instances::Instances;
use crate::{Edge, EdgeKind, Graph, NodeId};

/// The edges, by their end, their start and what they carry.
pub(super) fn edges(graph: &Graph, instances: &Instances) -> Vec<Edge> {
    let mut variables: Vec<_> = graph.variables.iter().map(Elements::of).collect();
    let explained = explained(graph);
    let mut edges = BTreeMap::new();
    let mut before = Before::default();
    for (id, instance) in (0..).map(NodeId).zip(&instances.all) {
        let first = graph.edges.partition_point(|edge| edge.to < instance.node);
        let to_it = (first..graph.edges.len())
            .take_while(|at| graph.edges[*at].to == instance.node)
            .filter(|at| !explained.contains(at));
        for edge in to_it.map(|at| &graph.edges[at]) {
            let seen = instances.seen_from(graph, edge.from, &instance.place);
            for from in seen.filter(|from| *from < id) {
                let key = (id, from, edge.label.to_string());
                edges.entry(key).or_insert(edge.kind);
                before.add(id, from);
            }
        }
        let mut others = Vec::new();
        for (at, variable) in variables.iter_mut().enumerate() {
            for need in variable.step(id, instance) {
                if need.is_exact {
                    edges
                        .entry((id, need.from, need.label))
                        .or_insert(need.kind);
                    before.add(id, need.from);
                } else {
                    others.push((at, need));
                }
            }
        }
        // What has written all of a variable may be far away: there is no need to go
        // back to it where a neighbour has used the variable.
        others.retain(|(at, need)| {
            let follows = |step: &NodeId| variables[*at].is_user(*step);
            !(need.is_whole && before.direct(id).iter().any(follows))
        });
        let mut others: Vec<Need> = others.into_iter().map(|(_, need)| need).collect();
        others.sort_by_key(|need| (std::cmp::Reverse(need.from), need.kind == EdgeKind::Order));
        let oldest = others.last().map_or(id, |need| need.from);
        let mut reached = before.reached(id, oldest);
        for Need {
            from, kind, label, ..
        } in others
        {
            if !reached.contains(&from) {
                edges.entry((id, from, label)).or_insert(kind);
                before.add(id, from);
                before.reach(from, oldest, &mut reached);
            }
        }
    }
    let edges = edges.into_iter().map(|((to, from, label), kind)| Edge {
        from,
        to,
        kind,
        label: label.into(),
    });
    edges.collect()
}

/// The edges of the graph that say what variables carry in one iteration alone.
fn explained(graph: &Graph) -> BTreeSet<usize> {
    // Whether a step writes a variable of that name.
    let mut writes: BTreeMap<(NodeId, &str), bool> = BTreeMap::new();
    for variable in graph.variables.iter() {
        for access in variable.accesses.iter() {
            *writes.entry((access.node, &variable.name)).or_default() |= access.kind.writes();
        }
    }
    let edges = graph.edges.iter().enumerate();
    let explained = edges.filter(|(_, edge)| {
        writes.get(&(edge.from, &edge.label)) == Some(&true)
            && writes.contains_key(&(edge.to, &edge.label))
    });
    explained.map(|(at, _)| at).collect()
}

/// The steps that each one comes after, by edges.
#[derive(Default)]
struct Before(BTreeMap<NodeId, Vec<NodeId>>);

impl Before {
    fn add(&mut self, to: NodeId, from: NodeId) {
        self.0.entry(to).or_default().push(from);
    }

    /// What `id` comes after at once.
    fn direct(&self, id: NodeId) -> &[NodeId] {
        self.0.get(&id).map_or(&[], Vec::as_slice)
    }

    /// All that `id` comes after, as far back as `oldest`.
    fn reached(&self, id: NodeId, oldest: NodeId) -> BTreeSet<NodeId> {
        let mut reached = BTreeSet::new();
        for from in self.direct(id) {
            self.reach(*from, oldest, &mut reached);
        }
        reached
    }

    /// Adds `start` and all that it comes after.
    fn reach(&self, start: NodeId, oldest: NodeId, reached: &mut BTreeSet<NodeId>) {
        let mut left = vec![start];
        while let Some(id) = left.pop() {
            if id >= oldest && reached.insert(id) {
                left.extend(self.direct(id));
            }
        }
    }
}
