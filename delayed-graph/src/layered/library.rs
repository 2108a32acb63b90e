//! The graph that `dugong` lays out.

use dugong::graphlib::{Graph, GraphOptions};
use dugong::{EdgeLabel, GraphLabel, NodeLabel};

/// The least distance between items, and around lanes.
const BETWEEN_ITEMS: f64 = 28.0;
const BETWEEN_LANES: f64 = 14.0;

pub(super) type LibraryGraph = Graph<NodeLabel, EdgeLabel, GraphLabel>;

/// A graph without nodes.
pub(super) fn graph() -> LibraryGraph {
    let mut graph = Graph::new(GraphOptions::default());
    graph.set_graph(GraphLabel {
        nodesep: BETWEEN_ITEMS,
        edgesep: BETWEEN_LANES,
        ..GraphLabel::default()
    });
    graph
}

/// The name of a node.
pub(super) fn name(node: usize) -> String {
    // A name of digits only would be moved before others.
    format!("n{node}")
}

pub(super) fn add_node(graph: &mut LibraryGraph, node: usize, width: f64) {
    let label = NodeLabel {
        width,
        ..NodeLabel::default()
    };
    graph.set_node(name(node), label);
}

pub(super) fn add_edge(graph: &mut LibraryGraph, from: usize, to: usize) {
    let label = EdgeLabel {
        weight: 1.0,
        ..EdgeLabel::default()
    };
    graph.set_edge_with_label(name(from), name(to), label);
}
