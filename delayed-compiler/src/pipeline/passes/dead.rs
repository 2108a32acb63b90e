//! Marks tasks whose value nobody reads.
//!
//! *Legality.* A `pure` task does nothing but give its value. If no node reads
//! what it binds, and it can neither leave the body nor change a variable,
//! leaving it out changes nothing. What its arguments do has not been promised:
//! they must be names, literals, fields and borrows, which do nothing. Whether the task is `pure` the macro cannot
//! see, so the generated code asks its constants, which costs nothing at run
//! time.

use syn::Expr;

use crate::pipeline::analyse::order::Order;
use crate::pipeline::form::names::Mode;
use crate::pipeline::ir::{Graph, NodeId, NodeKind, ValueId};

/// Marks the dead tasks of `graph`; gives whether there were any.
pub fn run(graph: &mut Graph, order: &Order) -> bool {
    if graph.is_conditional() {
        return false;
    }
    let dead: Vec<_> = (0..graph.nodes.len())
        .map(NodeId)
        .filter(|id| !order.ordered.contains_key(id) && is_dead(graph, *id))
        .collect();
    for id in &dead {
        graph.nodes[id.0].unread = true;
    }
    !dead.is_empty()
}

fn is_dead(graph: &Graph, id: NodeId) -> bool {
    let node = &graph.nodes[id.0];
    let only_reads = node.uses.iter().all(|used| used.mode != Mode::Change);
    let is_read = |value: &ValueId| {
        let mut uses = graph.nodes.iter().flat_map(|node| &node.uses);
        uses.any(|used| used.value == *value)
    };
    let binds = node.bind.iter().flat_map(|bind| &bind.values);
    matches!(node.kind, NodeKind::Task(_))
        && !node.exit
        && only_reads
        && node.tasks.len() == 1
        && arguments_do_nothing(&node.expr)
        && !binds.into_iter().any(is_read)
}

fn arguments_do_nothing(call: &Expr) -> bool {
    match call {
        Expr::Call(call) => call.args.iter().all(does_nothing),
        Expr::Paren(inner) => arguments_do_nothing(&inner.expr),
        _ => false,
    }
}

/// Whether evaluating `expr` can neither change anything nor panic.
fn does_nothing(expr: &Expr) -> bool {
    match expr {
        Expr::Lit(_) | Expr::Path(_) | Expr::Closure(_) => true,
        Expr::Paren(inner) => does_nothing(&inner.expr),
        Expr::Field(inner) => does_nothing(&inner.base),
        Expr::Reference(inner) => does_nothing(&inner.expr),
        Expr::Unary(inner) => matches!(*inner.expr, Expr::Lit(_)),
        Expr::Tuple(tuple) => tuple.elems.iter().all(does_nothing),
        _ => false,
    }
}
