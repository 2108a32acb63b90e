//! A graph in which each chain of fused steps is one node, for what is drawn of it.

use crate::build::{in_order, without_twins};
use crate::{Edge, Graph, Node, NodeId};

/// A graph with one node for each chain, and what its nodes stand for.
pub(crate) struct Chained {
    pub(crate) graph: Graph,
    /// The steps of each node: those of a chain, or one.
    pub(crate) parts: Vec<Vec<NodeId>>,
    /// The node that stands for each step.
    #[cfg_attr(
        not(feature = "svg"),
        expect(dead_code, reason = "only a picture asks which step is where")
    )]
    pub(crate) groups: Vec<NodeId>,
}

impl Chained {
    /// A graph that breaks a rule of [`Graph::check`] stays as it is.
    pub(crate) fn of(graph: &Graph) -> Self {
        let ids = (0..graph.nodes.len() as u32).map(NodeId);
        if graph.chains.is_empty() || graph.check().is_err() {
            return Self {
                graph: graph.clone(),
                parts: ids.clone().map(|id| vec![id]).collect(),
                groups: ids.collect(),
            };
        }
        let mut first: Vec<NodeId> = ids.collect();
        for chain in graph.chains.iter() {
            for node in chain.nodes.iter() {
                first[node.0 as usize] = chain.nodes[0];
            }
        }
        let mut parts: Vec<Vec<NodeId>> = Vec::new();
        let mut groups: Vec<NodeId> = Vec::with_capacity(first.len());
        for (id, first) in (0..).map(NodeId).zip(first) {
            if first == id {
                groups.push(NodeId(parts.len() as u32));
                parts.push(Vec::new());
            } else {
                groups.push(groups[first.0 as usize]);
            }
            parts[groups[id.0 as usize].0 as usize].push(id);
        }
        let nodes = parts.iter().map(|parts| whole(graph, parts));
        let contracted = Graph {
            name: graph.name.clone(),
            nodes: nodes.collect::<Vec<_>>().into(),
            edges: edges(graph, &groups).into(),
            regions: graph.regions.clone(),
            chains: Vec::new().into(),
            variables: Vec::new().into(),
        };
        Self {
            graph: contracted,
            parts,
            groups,
        }
    }
}

/// The node that stands for some steps: the last of them, whose value goes on.
fn whole(graph: &Graph, parts: &[NodeId]) -> Node {
    let node = graph[parts[parts.len() - 1]].clone();
    Node {
        fallible: parts.iter().any(|part| graph[*part].fallible),
        ..node
    }
}

/// The edges that do not stay within a chain. What crosses twice is one edge.
fn edges(graph: &Graph, groups: &[NodeId]) -> Vec<Edge> {
    let group = |node: NodeId| groups[node.0 as usize];
    let edges = graph.edges.iter().map(|edge| Edge {
        from: group(edge.from),
        to: group(edge.to),
        ..edge.clone()
    });
    let edges = in_order(edges.filter(|edge| edge.from != edge.to).collect());
    without_twins(edges, Edge::eq)
}

impl Graph {
    /// What a picture writes on a node of the graph that `parts` are steps of: a
    /// line for each.
    pub(crate) fn shown_parts(&self, parts: &[NodeId], limit: usize) -> Vec<String> {
        parts.iter().map(|part| self[*part].shown(limit)).collect()
    }
}
