//! The edges between the steps of all iterations.

use super::flow::{Elements, Need};
use super::instances::Instances;
use crate::build::{in_order, without_twins};
use crate::{Edge, EdgeKind, Graph, NodeId};

/// The edges, by their end, their start and what they carry.
pub(super) fn edges(graph: &Graph, instances: &Instances) -> Vec<Edge> {
    let mut variables: Vec<_> = graph.variables.iter().map(Elements::of).collect();
    let explained = explained(graph);
    let mut edges = Vec::new();
    let mut before = Before::of(instances.all.len());
    for (id, instance) in (0..).map(NodeId).zip(&instances.all) {
        let first = graph.edges.partition_point(|edge| edge.to < instance.node);
        let to_it = (first..graph.edges.len())
            .take_while(|at| graph.edges[*at].to == instance.node)
            .filter(|at| !explained[*at]);
        for edge in to_it.map(|at| &graph.edges[at]) {
            let seen = instances.seen_from(graph, edge.from, &instance.place);
            for from in seen.filter(|from| *from < id) {
                edges.push(Edge {
                    from,
                    to: id,
                    ..edge.clone()
                });
                before.add(id, from);
            }
        }
        let mut others = Vec::new();
        for (at, variable) in variables.iter_mut().enumerate() {
            for need in variable.step(id, instance) {
                if need.is_exact {
                    before.add(id, need.from);
                    edges.push(need.edge(id));
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
        before.reach_back(id, oldest);
        for need in others {
            if !before.is_reached(need.from) {
                before.add(id, need.from);
                before.reach(need.from, oldest);
                edges.push(need.edge(id));
            }
        }
    }
    without_twins(in_order(edges), |one, other| one.label == other.label)
}

/// The edges of the graph that say what variables carry in one iteration alone.
fn explained(graph: &Graph) -> Vec<bool> {
    // The variables that each step uses, and whether it writes them.
    let mut uses: Vec<Vec<(&str, bool)>> = vec![Vec::new(); graph.nodes.len()];
    for variable in graph.variables.iter() {
        for access in variable.accesses.iter() {
            uses[access.node.0 as usize].push((&variable.name, access.kind.writes()));
        }
    }
    let edges = graph.edges.iter().map(|edge| {
        let uses = |step: NodeId| uses[step.0 as usize].iter();
        let is_it = |used: &(&str, bool)| used.0 == edge.label;
        uses(edge.from).any(|used| is_it(used) && used.1) && uses(edge.to).any(is_it)
    });
    edges.collect()
}

impl Need {
    fn edge(self, to: NodeId) -> Edge {
        Edge {
            from: self.from,
            to,
            kind: self.kind,
            label: self.label.into(),
        }
    }
}

/// The steps that each one comes after, by edges.
struct Before {
    direct: Vec<Vec<NodeId>>,
    /// The last step of which it was asked whether it comes after each one, and it does.
    reached: Vec<Option<NodeId>>,
    /// The step of which that is asked now.
    asked: NodeId,
}

impl Before {
    fn of(steps: usize) -> Self {
        Self {
            direct: vec![Vec::new(); steps],
            reached: vec![None; steps],
            asked: NodeId(0),
        }
    }

    fn add(&mut self, to: NodeId, from: NodeId) {
        self.direct[to.0 as usize].push(from);
    }

    /// What `id` comes after at once.
    fn direct(&self, id: NodeId) -> &[NodeId] {
        &self.direct[id.0 as usize]
    }

    /// Asks what `id` comes after, as far back as `oldest`.
    fn reach_back(&mut self, id: NodeId, oldest: NodeId) {
        self.asked = id;
        for at in 0..self.direct(id).len() {
            self.reach(self.direct(id)[at], oldest);
        }
    }

    /// Adds `start` and all that it comes after.
    fn reach(&mut self, start: NodeId, oldest: NodeId) {
        let mut left = vec![start];
        while let Some(id) = left.pop() {
            if id >= oldest && !self.is_reached(id) {
                self.reached[id.0 as usize] = Some(self.asked);
                left.extend(self.direct(id));
            }
        }
    }

    /// Whether the step that was asked of last comes after `id`.
    fn is_reached(&self, id: NodeId) -> bool {
        self.reached[id.0 as usize] == Some(self.asked)
    }
}
