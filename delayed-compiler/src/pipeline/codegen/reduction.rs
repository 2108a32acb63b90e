//! Loops that are nothing but a reduction.
//!
//! Where all that an iteration hands over is the `e` of one `acc += e`, those of
//! neighbouring iterations may be merged before they are added to `acc`, if the
//! type promises that the grouping does not matter. Types are unknown here, so
//! the code asks for the promise: it names the types of `acc` and `e`, and the
//! trait that fits says how the loop is run.
//!
//! *Legality.* `(acc + a) + b` is `acc + (a + b)`: that is the promise, which the
//! code asks of the one type of both sides. The order of the parts is kept. And
//! nothing else of the loop's happens between the two additions, as the loop
//! hands over nothing else.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote_spanned;
use syn::{BinOp, Expr, ExprBinary, UnOp};

use super::Emitter;
use super::expr::name;
use crate::pipeline::form::variable;
use crate::pipeline::ir::{NodeId, NodeKind};
use crate::pipeline::plan::{Action, HandOver, LoopPlan};
use crate::pipeline::spans;

impl Emitter<'_> {
    /// For each hand-over of a loop, the reduction that is all of it. `outer` is
    /// the same of the loop further out.
    pub(super) fn reductions(
        &self,
        plan: &LoopPlan,
        outer: &[Option<NodeId>],
    ) -> Vec<Option<NodeId>> {
        let reduction = |hand_over: &HandOver| match &hand_over.actions[..] {
            [Action::Run(node)] => self.is_reduction(*node, hand_over).then_some(*node),
            [Action::Forward(number, values)] if *values == hand_over.values => {
                *outer.get(*number)?
            }
            _ => None,
        };
        plan.hand_overs.iter().map(reduction).collect()
    }

    /// Whether `node` folds the value of `hand_over`, as it is.
    fn is_reduction(&self, node: NodeId, hand_over: &HandOver) -> bool {
        let node = &self.graph.nodes[node.0];
        let Expr::Binary(fold) = &node.expr else {
            return false;
        };
        let value = variable(&fold.right).and_then(|name| node.names.get(&name.to_string()));
        node.kind == NodeKind::Reduction
            && is_place(&fold.left)
            && operator(&fold.op).is_some()
            && value.is_some_and(|value| hand_over.values == [*value])
    }

    /// Notes the types of the accumulators that `plan` itself folds into, for
    /// its own reduction and those of the loops inside.
    pub(super) fn accumulators(
        &self,
        plan: &LoopPlan,
        reductions: &[Option<NodeId>],
    ) -> TokenStream {
        let frames = self.order.frames(self.graph);
        let all = plan.hand_overs.iter().zip(reductions);
        let notes = all.map(|(hand_over, reduction)| {
            let node = reduction.filter(|node| hand_over.actions == [Action::Run(*node)])?;
            let is_inside = frames.of(self.graph.nodes[node.0].region) != plan.region;
            let fold = self
                .fold(node)
                .filter(|_| is_inside || reductions.len() == 1)?;
            let (like, left) = (like(node, fold), &fold.left);
            let here = like.span();
            let rt = self.rt(here);
            Some(quote_spanned! {here=>
                let #like = {
                    static OVERFLOW: #rt::Overflow = #rt::Overflow::unknown();
                    #rt::accumulator(&#left, &OVERFLOW)
                };
            })
        });
        notes.flatten().collect()
    }

    /// How the parts of the loop's only reduction come together.
    pub(super) fn way(
        &self,
        plan: &LoopPlan,
        reductions: &[Option<NodeId>],
    ) -> Option<TokenStream> {
        let ([Some(node)], [hand_over]) = (reductions, &plan.hand_overs[..]) else {
            return None;
        };
        let node = *node;
        let fold = self.fold(node)?;
        let like = like(node, fold);
        let here = like.span();
        let rt = self.rt(here);
        let operator = name(operator(&fold.op)?, here);
        let hands_on = hand_over.actions != [Action::Run(node)];
        let handing_on = hands_on.then(|| quote_spanned!(here=> .handing_on()));
        Some(quote_spanned! {here=>
            |__part| {
                #[allow(unused_imports)]
                use #rt::{HandingOn as _, KeepsOrder as _, Regroups as _, Sums as _};
                (&&&#rt::Reduction(#rt::#operator, #like, __part)).__way()#handing_on
            }
        })
    }

    fn fold(&self, node: NodeId) -> Option<&ExprBinary> {
        match &self.graph.nodes[node.0].expr {
            Expr::Binary(fold) => Some(fold),
            _ => None,
        }
    }
}

/// What holds the type of the accumulator of `node`.
fn like(node: NodeId, fold: &ExprBinary) -> Ident {
    let here = spans::at(op_span(&fold.op));
    name(&format!("__like{}", node.0), here)
}

fn op_span(op: &BinOp) -> Span {
    syn::spanned::Spanned::span(op)
}

/// A variable, a field of one, or what one refers to: looking at it before the
/// loop does nothing.
fn is_place(expr: &Expr) -> bool {
    match expr {
        Expr::Field(field) => is_place(&field.base),
        Expr::Unary(unary) => matches!(unary.op, UnOp::Deref(_)) && is_place(&unary.expr),
        Expr::Paren(paren) => is_place(&paren.expr),
        expr => variable(expr).is_some(),
    }
}

/// The runtime's name for an op-assign that may be regrouped.
fn operator(op: &BinOp) -> Option<&'static str> {
    Some(match op {
        BinOp::AddAssign(_) => "Plus",
        BinOp::MulAssign(_) => "Times",
        BinOp::BitAndAssign(_) => "And",
        BinOp::BitOrAssign(_) => "Or",
        BinOp::BitXorAssign(_) => "Xor",
        _ => return None,
    })
}
