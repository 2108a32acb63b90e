//! Graphs built call by call, while a program runs.

use std::borrow::Cow;

use crate::{Chain, Edge, EdgeKind, Graph, Node, NodeId, Region, RegionId};

/// Gathers nodes, edges and regions into a [`Graph`].
///
/// Nodes and regions are added in program order; edges in any order.
///
/// ```
/// use delayed_graph::{EdgeKind, GraphBuilder, Node, NodeKind, Place};
///
/// let place = Place { file: "src/main.rs".into(), line: 1, column: 1 };
/// let task = |label: &'static str| Node {
///     kind: NodeKind::Task,
///     label: label.into(),
///     binding: "".into(),
///     place: place.clone(),
///     region: None,
///     iteration: (&[]).into(),
///     fallible: false,
/// };
/// let mut graph = GraphBuilder::new("sum");
/// let read = graph.add_node(task("read"));
/// let add = graph.add_node(task("add"));
/// graph.add_edge(read, add, EdgeKind::Borrowed, "");
/// assert_eq!(graph.finish().to_string(), "graph sum\n    task read\n    task add <- &read");
/// ```
#[derive(Clone, Debug, Default)]
pub struct GraphBuilder {
    name: Cow<'static, str>,
    nodes: Vec<Node>,
    edges: Vec<Edge>,
    regions: Vec<Region>,
    chains: Vec<Chain>,
}

impl GraphBuilder {
    /// A graph of that name with nothing in it.
    #[must_use]
    pub fn new(name: impl Into<Cow<'static, str>>) -> Self {
        Self {
            name: name.into(),
            ..Self::default()
        }
    }

    /// Adds a node after all others.
    ///
    /// # Panics
    /// With 4,294,967,296 nodes: an id has 32 bits.
    pub fn add_node(&mut self, node: Node) -> NodeId {
        let id = u32::try_from(self.nodes.len()).expect("a graph has fewer than 2^32 nodes");
        self.nodes.push(node);
        NodeId(id)
    }

    /// Adds a region after all others; its parent is there already.
    ///
    /// # Panics
    /// With 4,294,967,296 regions: an id has 32 bits.
    pub fn add_region(&mut self, region: Region) -> RegionId {
        let id = u32::try_from(self.regions.len()).expect("a graph has fewer than 2^32 regions");
        self.regions.push(region);
        RegionId(id)
    }

    /// Adds a dependence: `to` waits for `from`, and `label` is the variable
    /// that carries the value, or empty.
    pub fn add_edge(
        &mut self,
        from: NodeId,
        to: NodeId,
        kind: EdgeKind,
        label: impl Into<Cow<'static, str>>,
    ) {
        let label = label.into();
        self.edges.push(Edge {
            from,
            to,
            kind,
            label,
        });
    }

    /// Says that these steps run in a row, as one.
    pub fn add_chain(&mut self, nodes: Vec<NodeId>) {
        let nodes = nodes.into();
        self.chains.push(Chain { nodes });
    }

    /// The graph, with its edges in order.
    ///
    /// Whether it keeps the rules of a graph is asked with [`Graph::check`].
    #[must_use]
    pub fn finish(self) -> Graph {
        Graph {
            name: self.name,
            nodes: Cow::Owned(self.nodes),
            edges: Cow::Owned(in_order(self.edges)),
            regions: Cow::Owned(self.regions),
            chains: Cow::Owned(self.chains),
            variables: Cow::Borrowed(&[]),
        }
    }
}

/// The edges by their ends. The arguments of one call stay in the order written.
pub(crate) fn in_order(mut edges: Vec<Edge>) -> Vec<Edge> {
    edges.sort_by_key(|edge| (edge.to, edge.from));
    edges
}

/// The first of all edges in order that are twins of each other.
pub(crate) fn without_twins(edges: Vec<Edge>, are_twins: fn(&Edge, &Edge) -> bool) -> Vec<Edge> {
    let mut first: Vec<Edge> = Vec::with_capacity(edges.len());
    for edge in edges {
        let beside = |other: &&Edge| (other.to, other.from) == (edge.to, edge.from);
        let mut beside = first.iter().rev().take_while(beside);
        if !beside.any(|other| are_twins(other, &edge)) {
            first.push(edge);
        }
    }
    first
}
