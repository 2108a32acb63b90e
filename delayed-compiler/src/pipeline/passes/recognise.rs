//! Tells reductions from other ordered changes.
//!
//! `acc += e`, and the other operators of its kind, on a variable from outside
//! of the loop folds `e` into it. Every other ordered node is an effect.
//!
//! *Legality.* Only the kind changes, which pictures and later passes look at;
//! both kinds run in iteration order.

use syn::Expr;

use crate::pipeline::analyse::order::Order;
use crate::pipeline::form::is_change_op;
use crate::pipeline::ir::{Graph, NodeKind};

/// Marks the ordered nodes of `graph`; gives whether there were any.
pub fn run(graph: &mut Graph, order: &Order) -> bool {
    let mut changed = false;
    for id in order.ordered.keys() {
        let node = &mut graph.nodes[id.0];
        if node.kind != NodeKind::Glue {
            continue;
        }
        let folds = matches!(&node.expr, Expr::Binary(binary) if is_change_op(&binary.op));
        node.kind = if folds {
            NodeKind::Reduction
        } else {
            NodeKind::Effect
        };
        changed = true;
    }
    changed
}
