//! Loops that do nothing but collect.
//!
//! Where all that an iteration hands over is the one value that the loop collects
//! of it, or that it pushes onto a `Vec`, nobody need touch that value again: the
//! runtime lets iterations write their values where they will stay. Types are
//! unknown here, so of what is pushed onto the code asks whether it is a `Vec` of
//! such values.
//!
//! *Legality.* Iteration `i` gives the element `i`: it hands over at its end and
//! only there, and nothing leaves it before but a failure. What is there after a
//! failure is what came before it.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote_spanned;
use syn::Expr;

use super::Emitter;
use crate::pipeline::form::variable;
use crate::pipeline::ir::{Node, NodeKind, ValueId};
use crate::pipeline::plan::{Action, HandOver, LoopPlan};

/// What a loop does that only collects.
pub(super) enum Collects<'a> {
    /// Its value is this vector.
    Value(&'a Ident),
    /// It pushes onto this variable.
    Pushes(&'a Ident),
}

impl Emitter<'_> {
    /// What the loop collects into, if that is all it does.
    pub(super) fn collects(&self, plan: &LoopPlan) -> Option<Collects<'_>> {
        let (
            [
                HandOver {
                    values, actions, ..
                },
            ],
            Some(0),
        ) = (&plan.hand_overs[..], plan.body.last)
        else {
            return None;
        };
        let ([value], [Action::Run(node)]) = (&values[..], &actions[..]) else {
            return None;
        };
        let node = &self.graph.nodes[node.0];
        let leaves = NodeKind::Jump(plan.region);
        let is_whole = node.region == plan.region
            && node.attrs.is_empty()
            && self.graph.nodes.iter().all(|node| node.kind != leaves);
        match node.kind {
            _ if !is_whole => None,
            NodeKind::Collect(all) => {
                let collects = Collects::Value(&self.graph.values[all.0].name);
                (names(&node.expr, node) == Some(*value)).then_some(collects)
            }
            NodeKind::Effect => self.pushes(node, *value).map(Collects::Pushes),
            _ => None,
        }
    }

    /// The variable that `node` does nothing with but to push `value` onto it.
    fn pushes<'n>(&self, node: &'n Node, value: ValueId) -> Option<&'n Ident> {
        let Expr::MethodCall(call) = &node.expr else {
            return None;
        };
        let all = variable(&call.receiver)?;
        let target = &self.graph.values[names(&call.receiver, node)?.0];
        let is_push = node.bind.is_none()
            && call.method == "push"
            && call.turbofish.is_none()
            && call.args.len() == 1
            && names(&call.args[0], node) == Some(value);
        // What may be a reference cannot be borrowed by another name.
        (is_push && target.mutable && target.home.is_some()).then_some(all)
    }

    /// Runs the loop, which collects. What it hands over is at `at`.
    pub(super) fn collect(
        &self,
        plan: &LoopPlan,
        collects: &Collects<'_>,
        arguments: &TokenStream,
        weigh: &TokenStream,
        at: Span,
    ) -> TokenStream {
        let rt = self.rt(at);
        match collects {
            Collects::Value(all) => {
                quote_spanned!(at=> #rt::collect(#arguments &mut #all, #weigh))
            }
            Collects::Pushes(all) => {
                let back = self.back(plan, 0, Some(all));
                let way = quote_spanned! {at=>
                    |__like| {
                        #[allow(unused_imports)]
                        use #rt::{PushesInOrder as _, PushesInPlace as _};
                        (&&#rt::Pushing(__like)).__way()
                    }
                };
                quote_spanned!(at=> #rt::push(#arguments &mut #all, #back, #way, #weigh))
            }
        }
    }
}

/// The variable that `expr` is.
fn names(expr: &Expr, node: &Node) -> Option<ValueId> {
    variable(expr).and_then(|name| node.names.get(&name.to_string()).copied())
}
