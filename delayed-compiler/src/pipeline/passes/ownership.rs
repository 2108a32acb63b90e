//! Who reads a value last, and where it ends.
//!
//! A value that is moved ends where it goes: the program says so. One that
//! tasks only borrow would live to the end of its body; here it ends with its
//! last reader, if more work follows. So a chunk does not lie in memory while
//! what was made of it is worked on. Nothing is ever copied.
//!
//! *Legality.* The value is a task's own, bound by a plain name, and all that
//! uses it are calls of tasks in the same body that take it as `&value`. What a
//! task gives owns all it has, so nothing that is left refers to the value.
//! Only when it is dropped changes.

use std::collections::{BTreeMap, BTreeSet};

use syn::{Expr, Pat};

use crate::pipeline::analyse::order::Order;
use crate::pipeline::form::names::{Mode, mentions};
use crate::pipeline::form::variable;
use crate::pipeline::ir::{Graph, NodeId, NodeKind, RegionId, Use, ValueId};

/// Finds where values of `graph` end early; gives whether there are any.
pub fn run(graph: &mut Graph, order: &Order) -> bool {
    if graph.is_conditional() {
        return false;
    }
    let readers = readers(graph);
    let shared: BTreeSet<_> = graph.nodes.iter().filter_map(|node| node.same_as).collect();
    let mut releases = Vec::new();
    for region in (0..graph.regions.len()).map(RegionId) {
        let nodes = &graph.regions[region.0].nodes;
        let Some(last_work) = nodes.iter().rev().find(|id| works(graph, **id)) else {
            continue;
        };
        for id in nodes {
            for value in owned(graph, order, *id) {
                let readers = readers.get(&value).map_or(&[][..], Vec::as_slice);
                let only_lent = readers
                    .iter()
                    .all(|reader| lends(graph, order, *reader, value));
                let last = readers.last().filter(|last| *last < last_work);
                let Some(last) = last.filter(|_| only_lent && !shared.contains(&value)) else {
                    continue;
                };
                if !hides(graph, *last, value) {
                    releases.push((*last, value));
                }
            }
        }
    }
    let changed = !releases.is_empty();
    for (node, value) in releases {
        graph.nodes[node.0].releases.push(value);
    }
    changed
}

/// The nodes that use each value, in program order.
fn readers(graph: &Graph) -> BTreeMap<ValueId, Vec<NodeId>> {
    let mut readers: BTreeMap<ValueId, Vec<NodeId>> = BTreeMap::new();
    for (index, node) in graph.nodes.iter().enumerate() {
        for used in &node.uses {
            readers.entry(used.value).or_default().push(NodeId(index));
        }
    }
    readers
}

/// Whether tasks run in `id` or in a body of it.
fn works(graph: &Graph, id: NodeId) -> bool {
    let in_bodies = || graph.bodies(id).iter().any(|body| graph.has_task(*body));
    !graph.nodes[id.0].tasks.is_empty() || in_bodies()
}

/// What `id` binds, if it is a task's own value.
fn owned(graph: &Graph, order: &Order, id: NodeId) -> Vec<ValueId> {
    let node = &graph.nodes[id.0];
    let may_be_left_out = node.unread || node.same_as.is_some();
    let Some(bind) = &node.bind else {
        return Vec::new();
    };
    let is_owned = matches!(node.kind, NodeKind::Task(_)) && names_only(&bind.pat);
    if !is_owned || may_be_left_out || order.ordered.contains_key(&id) {
        return Vec::new();
    }
    bind.values.clone()
}

fn names_only(pat: &Pat) -> bool {
    match pat {
        Pat::Ident(name) => name.by_ref.is_none() && name.subpat.is_none(),
        Pat::Type(typed) => names_only(&typed.pat),
        Pat::Tuple(tuple) => tuple.elems.iter().all(names_only),
        Pat::Wild(_) => true,
        _ => false,
    }
}

/// Whether all that `reader` does with `value` is to lend it to its task.
fn lends(graph: &Graph, order: &Order, reader: NodeId, value: ValueId) -> bool {
    let node = &graph.nodes[reader.0];
    let borrow = Use {
        value,
        mode: Mode::Borrow,
    };
    let in_its_body = graph.values[value.0].home == Some(node.region);
    let is_task = matches!(node.kind, NodeKind::Task(_)) && node.tasks.len() == 1;
    let may_be_left_out = node.unread || node.same_as.is_some();
    in_its_body
        && is_task
        && !may_be_left_out
        && !order.ordered.contains_key(&reader)
        && node.uses.contains(&borrow)
        && lent_arguments(&node.expr, &graph.values[value.0].name.to_string())
}

/// Whether `name` is in `expr`, a call, only as `&name` for an argument.
fn lent_arguments(expr: &Expr, name: &str) -> bool {
    match expr {
        Expr::Try(inner) => lent_arguments(&inner.expr, name),
        Expr::Paren(inner) => lent_arguments(&inner.expr, name),
        Expr::Call(call) => {
            let lent = call.args.iter().filter(|argument| match argument {
                Expr::Reference(reference) => {
                    let named = variable(&reference.expr);
                    reference.mutability.is_none() && named.is_some_and(|named| named == name)
                }
                _ => false,
            });
            let mentions = mentions(expr);
            let mentioned = mentions.iter().filter(|mention| mention.name == name);
            lent.count() == mentioned.count()
        }
        _ => false,
    }
}

/// Whether what `node` binds has the name of `value`.
fn hides(graph: &Graph, node: NodeId, value: ValueId) -> bool {
    let name = &graph.values[value.0].name;
    let mut bound = graph.bound(node).iter();
    bound.any(|other| graph.values[other.0].name == *name)
}
