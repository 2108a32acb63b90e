//! Lets one call do for equal calls of a `pure` task.
//!
//! *Legality.* Two calls of one path with the same arguments, which both only
//! borrow (or copy) and which nothing changes in between, give equal values if
//! the task is `pure`. The second value may then be the first one, lent: so
//! both must only ever be borrowed as a whole, in the body that the calls
//! stand in or inside of it, and by nothing that is handed over to another
//! place. Whether the task is `pure` the generated code asks its constants.

use std::collections::BTreeMap;

use quote::ToTokens;
use syn::{Expr, Pat};

use crate::pipeline::analyse::order::Order;
use crate::pipeline::form::names::{Mode, only_referenced};
use crate::pipeline::ir::{Graph, Node, NodeId, NodeKind, ValueId};

/// Merges equal calls in `graph`; gives whether there were any.
pub fn run(graph: &mut Graph, order: &Order) -> bool {
    if graph.is_conditional() {
        return false;
    }
    let mut first: BTreeMap<String, Vec<NodeId>> = BTreeMap::new();
    let mut merged = Vec::new();
    for id in (0..graph.nodes.len()).map(NodeId) {
        let node = &graph.nodes[id.0];
        if order.ordered.contains_key(&id) || lent_value(graph, order, id).is_none() {
            continue;
        }
        let earlier = first
            .entry(node.expr.to_token_stream().to_string())
            .or_default();
        match earlier
            .iter()
            .find(|earlier| are_equal(graph, **earlier, id))
        {
            Some(earlier) => merged.push((id, *earlier)),
            None => earlier.push(id),
        }
    }
    for (id, earlier) in &merged {
        let value = lent_value(graph, order, *earlier);
        graph.nodes[id.0].same_as = value;
    }
    !merged.is_empty()
}

/// The one value that a call binds, if it is only ever lent.
fn lent_value(graph: &Graph, order: &Order, id: NodeId) -> Option<ValueId> {
    let node = &graph.nodes[id.0];
    let bind = node.bind.as_ref()?;
    let [value] = bind.values[..] else {
        return None;
    };
    let is_name =
        matches!(&bind.pat, Pat::Ident(name) if name.subpat.is_none() && name.by_ref.is_none());
    let is_call = matches!(node.expr, Expr::Call(_)) && matches!(node.kind, NodeKind::Task(_));
    let name = &graph.values[value.0].name;
    let frames = order.frames(graph);
    let only_lent = graph.nodes.iter().enumerate().all(|(reader, other)| {
        let reads = other.uses.iter().any(|used| used.value == value);
        !reads
            || only_referenced(&other.expr, name)
                && !order.ordered.contains_key(&NodeId(reader))
                && frames.of(other.region) == frames.of(node.region)
    });
    let is_there = node.attrs.is_empty() && !node.unread;
    (is_name && is_call && is_there && only_lent).then_some(value)
}

/// Whether two calls with the same text give the same value.
fn are_equal(graph: &Graph, first: NodeId, second: NodeId) -> bool {
    let (earlier, later) = (&graph.nodes[first.0], &graph.nodes[second.0]);
    earlier.region == later.region
        && earlier.uses == later.uses
        && earlier.uses.iter().all(|used| {
            let is_copied = graph.values[used.value.0].copied;
            used.mode == Mode::Borrow || used.mode == Mode::Move && is_copied
        })
        && graph.nodes[first.0..second.0]
            .iter()
            .all(|between| !changes(between, earlier))
}

/// Whether `node` changes what `call` looks at.
fn changes(node: &Node, call: &Node) -> bool {
    let mut changed = node.uses.iter().filter(|used| used.mode == Mode::Change);
    changed.any(|changed| call.uses.iter().any(|used| used.value == changed.value))
}
