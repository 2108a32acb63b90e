//! Branches of a plan: the user's condition or patterns, with plans as bodies.

use delayed_compiler::pipeline::ir::{Node, NodeId, NodeKind};
use delayed_compiler::pipeline::plan::{BodyPlan, Pending};
use syn::Expr;

use crate::machine::{Intent, Machine, Out, fault};
use crate::run::{Frame, Runner};
use crate::value::Value;

impl<'g> Runner<'g> {
    /// The user's `if`, `match` or `let … else`, with the arm's plan as its body.
    pub(crate) fn branch(
        &mut self,
        id: NodeId,
        arms: &'g [BodyPlan],
        pending: &Pending,
        frame: &Frame<'g>,
    ) -> Out<()> {
        let node = self.node(id);
        let outside = self.machine.env.clone();
        let chosen = self.of_node(node, |machine| choose(machine, node));
        let chosen = self.leave(chosen, pending, frame)?;
        if let NodeKind::LetElse(_) = node.kind {
            return match chosen {
                Some(_) => match self.steps(&arms[0].steps, frame) {
                    Ok(_) => fault("a `let … else` goes on without a value"),
                    Err(flow) => Err(flow),
                },
                None => {
                    self.adopt(&outside, self.graph.bound(id));
                    Ok(())
                }
            };
        }
        let mut value = Value::Unit;
        if let (NodeKind::Branch(regions), Some(arm)) = (&node.kind, chosen) {
            self.adopt(&outside, &self.graph.regions[regions[arm].0].items);
            let result = self.steps(&arms[arm].steps, frame);
            self.machine.close(outside.clone());
            value = result?;
        }
        self.machine.close(outside);
        self.bind_result(node, value)
    }
}

/// Which arm is taken, with its variables bound. For `let … else`, the only arm
/// is the one that leaves.
fn choose(machine: &mut Machine<'_>, node: &Node) -> Out<Option<usize>> {
    match (&node.expr, &node.kind, &node.bind) {
        (init, NodeKind::LetElse(_), Some(bind)) => {
            let place = machine.place(init, Intent::Take)?;
            if !machine.fits(&bind.pat, &place)? {
                return Ok(Some(0));
            }
            machine.unpack(&bind.pat, &place)?;
            Ok(None)
        }
        (Expr::If(inner), ..) => {
            if machine.condition(&inner.cond)? {
                return Ok(Some(0));
            }
            Ok(inner.else_branch.as_ref().map(|_| 1))
        }
        (Expr::Match(inner), ..) => {
            let place = machine.place(&inner.expr, Intent::Look)?;
            match machine.arm(&place, &inner.arms)? {
                Some(arm) => Ok(Some(arm)),
                None => fault("no arm of a `match` fits"),
            }
        }
        _ => fault("a branch that is none"),
    }
}
