//! Branches and jumps.

use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;
use syn::Expr;

use super::Emitter;
use super::body::Frame;
use crate::pipeline::ir::{NodeId, NodeKind};
use crate::pipeline::plan::{BodyPlan, Pending, Step};
use crate::pipeline::spans;

impl Emitter<'_> {
    /// `break` or `continue`: out of the front of an iteration, or as written.
    pub(super) fn jump(&self, id: NodeId, pending: &Pending, frame: Frame<'_>) -> TokenStream {
        let node = &self.graph.nodes[id.0];
        let here = spans::at(node.span);
        let rt = self.rt(here);
        let pushes = pending.iter().map(|number| self.push(*number, frame, here));
        let NodeKind::Jump(target) = node.kind else {
            return TokenStream::new();
        };
        let mut serial = std::iter::successors(frame.serial, |serial| serial.outside);
        let is_serial = serial.any(|serial| serial.region == target);
        let jump = match (is_serial, &node.expr) {
            (true, jump) => quote_spanned!(here=> #jump;),
            (false, Expr::Break(_)) => {
                quote_spanned!(here=> return ::core::result::Result::Err(#rt::Stop::Break);)
            }
            (false, _) => {
                let nothing = quote_spanned!(here=> ::core::option::Option::None);
                quote_spanned!(here=> return ::core::result::Result::Ok(#nothing);)
            }
        };
        quote_spanned!(here=> { #(#pushes)* #jump })
    }

    /// The user's `if`, `match` or `let … else` with its bodies filled in.
    pub(super) fn branch(
        &self,
        id: NodeId,
        arms: &[BodyPlan],
        pending: &Pending,
        frame: Frame<'_>,
    ) -> TokenStream {
        let node = &self.graph.nodes[id.0];
        let here = spans::at(node.span);
        let leave = self.leave(frame, pending);
        let mut expr = self.expr(id, &leave);
        let regions = self.graph.bodies(id).iter();
        let mut bodies = regions.zip(arms).map(|(region, arm)| {
            let here = spans::at(self.graph.regions[region.0].span);
            (here, self.arm(arm, frame, here))
        });
        let mut next = || bodies.next().unwrap_or((here, TokenStream::new()));
        let braced = |(here, body)| quote_spanned!(here=> { #body });
        if let (NodeKind::LetElse(_), Some(bind)) = (&node.kind, &node.bind) {
            let (pat, otherwise) = (&bind.pat, braced(next()));
            return quote_spanned!(here=> let #pat = #expr else #otherwise;);
        }
        match &mut expr {
            Expr::If(inner) => {
                inner.then_branch.stmts = vec![syn::Stmt::Expr(Expr::Verbatim(next().1), None)];
                if let Some((_, other)) = &mut inner.else_branch {
                    **other = Expr::Verbatim(braced(next()));
                }
            }
            Expr::Match(inner) => {
                for arm in &mut inner.arms {
                    *arm.body = Expr::Verbatim(braced(next()));
                }
            }
            _ => {}
        }
        match &node.bind {
            Some(bind) => {
                let pat = &bind.pat;
                quote_spanned!(here=> #[allow(unused_mut)] let #pat = #expr;)
            }
            None => quote_spanned!(here=> #expr),
        }
    }

    fn arm(&self, plan: &BodyPlan, frame: Frame<'_>, here: Span) -> TokenStream {
        let steps = plan.steps.iter().map(|step| self.step(step, frame));
        let has_value = plan
            .steps
            .iter()
            .any(|step| matches!(step, Step::Value(..)));
        let value = has_value.then(|| quote_spanned!(here=> __arm));
        quote_spanned!(here=> #(#steps)* #value)
    }
}
