//! The graph that a handle stands for, as a value.

use std::borrow::Cow;

use delayed_graph::{Edge, EdgeKind, Graph, Node, NodeId, NodeKind};

use super::header::Header;
use super::plan::{Dependence, Plan};
use super::reference::NodePtr;

/// The graph below a node, in program order.
pub(super) fn draw(root: NodePtr, header: &Header) -> Graph {
    let mut dependences = Vec::new();
    let plan = Plan::shown(root, &mut dependences);
    drawn(&plan, dependences, header)
}

/// The same if there are no more nodes than `most`, and at least one to run.
#[cfg(feature = "profile")]
pub(super) fn draw_up_to(root: NodePtr, header: &Header, most: usize) -> Option<Graph> {
    let mut dependences = Vec::new();
    let plan = Plan::shown_up_to(root, &mut dependences, most)?;
    Some(drawn(&plan, dependences, header))
}

fn drawn(plan: &Plan, dependences: Vec<Dependence>, header: &Header) -> Graph {
    let headers: Vec<&Header> = plan.headers().collect();
    let mut order: Vec<u32> = (0..headers.len() as u32).collect();
    order.sort_by_key(|index| headers[*index as usize].order);
    let mut nodes: Vec<Node> = order
        .iter()
        .map(|index| node(headers[*index as usize]))
        .collect();
    if nodes.is_empty() {
        // The value is there already: a picture of it alone.
        let kind = NodeKind::Input;
        nodes.push(Node {
            kind,
            ..node(header)
        });
    }
    Graph {
        name: header.name(),
        nodes: nodes.into(),
        edges: edges(dependences, &order).into(),
        regions: Cow::Borrowed(&[]),
        chains: Cow::Borrowed(&[]),
        variables: Cow::Borrowed(&[]),
    }
}

fn node(header: &Header) -> Node {
    Node {
        kind: header.kind(),
        label: Cow::Borrowed(header.info().name),
        binding: header.given().unwrap_or_default(),
        place: header.source(),
        region: None,
        iteration: Cow::Borrowed(&[]),
        fallible: header.info().fallible,
    }
}

/// Dependences with the numbers of nodes; `order` has the indices of steps in
/// program order.
fn edges(dependences: Vec<Dependence>, order: &[u32]) -> Vec<Edge> {
    let mut ids = vec![NodeId(0); order.len()];
    for (id, index) in (0..).zip(order) {
        ids[*index as usize] = NodeId(id);
    }
    let mut edges: Vec<Edge> = dependences
        .into_iter()
        .map(|Dependence { from, to, kind }| Edge {
            from: ids[from as usize],
            to: ids[to as usize],
            kind,
            label: Cow::Borrowed(""),
        })
        .collect();
    // A value that crosses says all that mere order would say again.
    edges.sort_by_key(|edge| (edge.to, edge.from, edge.kind));
    edges.dedup_by(|later, first| {
        (later.to, later.from) == (first.to, first.from) && later.kind == EdgeKind::Order
    });
    edges
}
