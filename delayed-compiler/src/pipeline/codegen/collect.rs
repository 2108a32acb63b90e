//! Loops that do nothing but collect.
//!
//! Where all that an iteration hands over is the one value that the loop collects
//! of it, nobody need touch that value again: the runtime lets iterations write
//! their values where they will stay.
//!
//! *Legality.* Iteration `i` gives element `i`: it hands over at its end and only
//! there, and nothing leaves it before but a failure, after which nobody sees
//! what was collected.

use proc_macro2::Ident;

use super::Emitter;
use crate::pipeline::form::variable;
use crate::pipeline::ir::NodeKind;
use crate::pipeline::plan::{Action, HandOver, LoopPlan};

impl Emitter<'_> {
    /// The vector that a loop collects into, if that is all it does.
    pub(super) fn collects(&self, plan: &LoopPlan) -> Option<&Ident> {
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
        let NodeKind::Collect(collected) = node.kind else {
            return None;
        };
        let given = variable(&node.expr).and_then(|name| node.names.get(&name.to_string()));
        let leaves = NodeKind::Jump(plan.region);
        let is_whole = node.region == plan.region
            && given == Some(value)
            && self.graph.nodes.iter().all(|node| node.kind != leaves);
        is_whole.then(|| &self.graph.values[collected.0].name)
    }
}
