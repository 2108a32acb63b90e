//! The graph that a handle stands for, as a value.

use std::borrow::Cow;

use delayed_graph::{Edge, EdgeKind, Graph, Node, NodeId, NodeKind};

use super::input::Link;
use super::node::Step;
use super::plan::{Dependence, Plan};

/// The graph below `root`, in program order.
pub(super) fn draw(root: Link) -> Graph {
    let name = root.step.head().name();
    let whole = root.step.clone();
    let plan = Plan::new(vec![root]);
    let mut nodes: Vec<Node> = plan.steps.iter().rev().map(|step| node(&**step)).collect();
    if nodes.is_empty() {
        // The value is there already: a picture of it alone.
        let kind = NodeKind::Input;
        nodes.push(Node {
            kind,
            ..node(&*whole)
        });
    }
    let last = plan.steps.len();
    Graph {
        name,
        nodes: nodes.into(),
        edges: edges(plan.edges, last).into(),
        regions: Cow::Borrowed(&[]),
    }
}

fn node(step: &dyn Step) -> Node {
    let head = step.head();
    Node {
        kind: head.label.kind,
        label: Cow::Borrowed(head.label.name),
        binding: head.given().unwrap_or_default(),
        place: head.place(),
        region: None,
        fallible: head.label.fallible,
    }
}

/// The plan counts from the newest node, the graph from the oldest.
fn edges(plan: Vec<Dependence>, count: usize) -> Vec<Edge> {
    let id = |index: usize| NodeId(u32::try_from(count - 1 - index).unwrap_or(u32::MAX));
    let mut edges: Vec<Edge> = plan
        .into_iter()
        .map(|Dependence { from, to, kind }| Edge {
            from: id(from),
            to: id(to),
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
