//! Steps, and how they leave what they stand in.

use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;

use super::Emitter;
use super::loops::index_name;
use crate::pipeline::form::value::Form;
use crate::pipeline::ir::{NodeId, NodeKind, RegionId, ValueId};
use crate::pipeline::plan::{BodyPlan, HandOver, Pending, Step};
use crate::pipeline::spans;

/// Where a statement stands, as far as leaving it is concerned.
#[derive(Clone, Copy)]
pub(super) struct Frame<'a> {
    /// What this frame's iterations hand over.
    pub(super) hand_overs: &'a [HandOver],
    /// For each of these, the reduction that is all of it.
    pub(super) reductions: &'a [Option<NodeId>],
    /// The serial loops around, the innermost first.
    pub(super) serial: Option<&'a SerialLoop<'a>>,
}

impl Frame<'_> {
    /// What hands nothing over: the pipeline's own body, or a cell.
    pub(super) fn alone() -> Self {
        Self {
            hand_overs: &[],
            reductions: &[],
            serial: None,
        }
    }
}

pub(super) struct SerialLoop<'a> {
    pub(super) region: RegionId,
    pub(super) outside: Option<&'a SerialLoop<'a>>,
}

impl Emitter<'_> {
    /// The body of the pipeline itself.
    pub(super) fn root(&self, plan: &BodyPlan) -> TokenStream {
        let here = spans::at(Span::call_site());
        let frame = Frame::alone();
        let Some((last, steps)) = plan.steps.split_last() else {
            return quote_spanned!(here=> ::core::result::Result::Ok(()));
        };
        let steps = steps.iter().map(|step| self.step(step, frame));
        let last = match last {
            Step::Node(id, pending) if self.graph.nodes[id.0].kind == NodeKind::Output => {
                let leave = self.leave(frame, pending);
                let expr = self.expr(*id, &leave);
                let here = spans::at(self.graph.nodes[id.0].span);
                quote_spanned!(here=> ::core::result::Result::Ok(#expr))
            }
            step => {
                let step = self.step(step, frame);
                quote_spanned!(here=> #step ::core::result::Result::Ok(()))
            }
        };
        quote_spanned!(here=> #(#steps)* #last)
    }

    pub(super) fn step(&self, step: &Step, frame: Frame<'_>) -> TokenStream {
        let attrs = match step {
            Step::Node(id, _) | Step::Branch(id, ..) | Step::Jump(id, _) => {
                self.graph.nodes[id.0].attrs.as_slice()
            }
            Step::Loop(plan, _) => self.graph.nodes[plan.node.0].attrs.as_slice(),
            Step::Fork(_) | Step::Release(_) | Step::Value(..) | Step::Keep(_) | Step::Push(_) => {
                &[]
            }
        };
        let shared = match step {
            Step::Node(id, _) | Step::Branch(id, ..) | Step::Value(id, _) => self.shared(*id),
            Step::Loop(plan, _) => self.shared(plan.node),
            _ => TokenStream::new(),
        };
        let code = self.unconditional(step, frame);
        quote_spanned!(spans::at(Span::call_site())=> #shared #(#attrs)* #code)
    }

    fn unconditional(&self, step: &Step, frame: Frame<'_>) -> TokenStream {
        match step {
            Step::Node(id, pending) => {
                let leave = self.leave(frame, pending);
                self.statement(*id, &leave)
            }
            Step::Fork(branches) => self.fork(branches, frame),
            Step::Release(values) => self.release(values),
            Step::Loop(plan, pending) => self.for_loop(plan, pending, frame),
            Step::Branch(id, arms, pending) => self.branch(*id, arms, pending, frame),
            Step::Value(id, pending) => {
                let leave = self.leave(frame, pending);
                let here = spans::at(self.graph.nodes[id.0].span);
                let value = self.expr(*id, &leave);
                quote_spanned!(here=> let __arm = #value;)
            }
            Step::Jump(id, pending) => self.jump(*id, pending, frame),
            Step::Keep(values) => self.keep(values),
            Step::Push(number) => {
                let here = spans::at(Span::call_site());
                let (allow, push) = (
                    self.may_be_unreachable(here),
                    self.push(*number, frame, here),
                );
                quote_spanned!(here=> #allow #push)
            }
        }
    }

    /// The code that leaves the frame with a failure.
    pub(super) fn leave<'f>(
        &'f self,
        frame: Frame<'f>,
        pending: &'f Pending,
    ) -> impl Fn(TokenStream, Span) -> TokenStream + 'f {
        move |failed, here| {
            let rt = self.rt(here);
            let pushes = pending.iter().map(|number| self.push(*number, frame, here));
            let mut failure = failed;
            let mut serial = frame.serial;
            while let Some(SerialLoop { region, outside }) = serial {
                let site = self.loop_site(*region, here);
                let index = index_name(*region, here);
                failure = quote_spanned!(here=> #rt::within(#failure, #site, #index.now()));
                serial = *outside;
            }
            quote_spanned! {here=>
                #(#pushes)*
                return ::core::result::Result::Err(#failure);
            }
        }
    }

    /// Values end here.
    fn release(&self, values: &[ValueId]) -> TokenStream {
        let ends = values.iter().map(|value| {
            let name = &self.graph.values[value.0].name;
            let here = spans::at(name.span());
            let rt = self.rt(here);
            let allow = self.may_be_unreachable(here);
            quote_spanned!(here=> #allow #rt::release(#name);)
        });
        ends.collect()
    }

    /// What is ours may stand behind what always leaves.
    pub(super) fn may_be_unreachable(&self, here: Span) -> Option<TokenStream> {
        let mut nodes = self.graph.nodes.iter();
        let leaves = nodes.any(|node| Form::of(&node.expr) == Form::Never);
        leaves.then(|| quote_spanned!(here=> #[allow(unreachable_code)]))
    }

    pub(super) fn push(&self, number: usize, frame: Frame<'_>, here: Span) -> TokenStream {
        let hand_over = &frame.hand_overs[number];
        let (values, kept) = (&hand_over.values, &hand_over.kept);
        let operation = self.operation(number, frame.hand_overs.len(), values, kept, here);
        quote_spanned!(here=> __turn.push(#operation)?;)
    }

    /// A closure of a loop. By its place it is the user's: in a closure from a
    /// macro rustc names no variable.
    pub(super) fn closure(
        &self,
        region: RegionId,
        arguments: TokenStream,
        body: TokenStream,
    ) -> TokenStream {
        let user = self.graph.regions[region.0].span;
        quote_spanned!(user=> |#arguments| { #body })
    }

    /// Whether an attribute such as `cfg` on the node's statement, or on one
    /// around it, may leave it out, and what it names with it.
    pub(super) fn may_be_absent(&self, id: NodeId) -> bool {
        let node = &self.graph.nodes[id.0];
        let around = self.graph.regions[node.region.0].node;
        !node.attrs.is_empty() || around.is_some_and(|around| self.may_be_absent(around))
    }
}
