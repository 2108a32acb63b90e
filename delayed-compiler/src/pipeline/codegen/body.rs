//! Steps, loops and forks.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::Expr;

use super::Emitter;
use super::expr::name;
use crate::pipeline::analyse::order::Schedule;
use crate::pipeline::build::flatten::start;
use crate::pipeline::form::names;
use crate::pipeline::form::value::Form;
use crate::pipeline::ir::{NodeId, NodeKind, RegionId, ValueId};
use crate::pipeline::plan::{BodyPlan, HandOver, LoopPlan, Pending, Step};
use crate::pipeline::spans;

/// Where a statement stands, as far as leaving it is concerned.
#[derive(Clone, Copy)]
pub(super) struct Frame<'a> {
    /// What this frame's iterations hand over.
    hand_overs: &'a [HandOver],
    /// For each of these, the reduction that is all of it.
    reductions: &'a [Option<NodeId>],
    /// The serial loops around, the innermost first.
    serial: Option<&'a SerialLoop<'a>>,
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
    region: RegionId,
    outside: Option<&'a SerialLoop<'a>>,
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

    /// `break` or `continue`: out of the front of an iteration, or as written.
    fn jump(&self, id: NodeId, pending: &Pending, frame: Frame<'_>) -> TokenStream {
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
    fn branch(
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
    fn may_be_unreachable(&self, here: Span) -> Option<TokenStream> {
        let mut nodes = self.graph.nodes.iter();
        let leaves = nodes.any(|node| Form::of(&node.expr) == Form::Never);
        leaves.then(|| quote_spanned!(here=> #[allow(unreachable_code)]))
    }

    fn push(&self, number: usize, frame: Frame<'_>, here: Span) -> TokenStream {
        let hand_over = &frame.hand_overs[number];
        let (values, kept) = (&hand_over.values, &hand_over.kept);
        let operation = self.operation(number, frame.hand_overs.len(), values, kept, here);
        quote_spanned!(here=> __turn.push(#operation)?;)
    }

    fn for_loop(&self, plan: &LoopPlan, pending: &Pending, frame: Frame<'_>) -> TokenStream {
        let node = &self.graph.nodes[plan.node.0];
        let region = &self.graph.regions[plan.region.0];
        let here = spans::at(region.span);
        let nest = self.order.arrays.nests.get(&plan.region);
        let run = match plan.schedule {
            _ if let Some(nest) = nest => self.cells(nest, plan, pending, frame, here),
            Schedule::Parallel => self.parallel(plan, pending, frame, here),
            Schedule::Serial(_) => self.serial(plan, pending, frame, here),
        };
        let value = match region.collected {
            Some(collected) => {
                let collected = &self.graph.values[collected.0].name;
                quote_spanned! {here=>
                    { let mut #collected = ::std::vec::Vec::new(); #run #collected }
                }
            }
            None => quote_spanned!(here=> { #run }),
        };
        match &node.bind {
            Some(bind) => {
                let pat = &bind.pat;
                quote_spanned!(here=> #[allow(unused_mut)] let #pat = #value;)
            }
            None => quote_spanned!(here=> #value),
        }
    }

    /// A loop whose iterations overlap: a front, and a back.
    fn parallel(
        &self,
        plan: &LoopPlan,
        pending: &Pending,
        frame: Frame<'_>,
        here: Span,
    ) -> TokenStream {
        let rt = self.rt(here);
        let leave = self.leave(frame, pending);
        let source = self.expr(plan.node, &leave);
        let site = self.loop_site(plan.region, here);
        let reductions = self.reductions(plan, frame.reductions);
        let failed = leave(quote_spanned!(here=> #rt::passed(__stop)), here);
        let (take, (save, put_back)) = self.taken(plan, here);
        let accumulators = self.accumulators(plan, &reductions);
        // What is no source is underlined, or what cannot be handed over, and not
        // the loop.
        let at_source = spans::at(start(&self.graph.nodes[plan.node.0].expr));
        let pulled = name("__source", at_source);
        let pull = quote_spanned!(at_source=> (&mut &mut &mut { #pulled }).__source());
        let mut handed = plan.hand_overs.iter().flat_map(|each| &each.values);
        let at_handed = handed.find_map(|value| self.needed.get(value));
        let at_handed = at_handed.map_or(at_source, |name| spans::at(name.span()));
        let rt_at_handed = self.rt(at_handed);
        let front = self.front(plan, &reductions, here);
        let weigh = quote_spanned!(here=> |__item| (&#rt::Weighing::of(__item)).__weigh());
        let run = if let Some(collects) = self.collects(plan) {
            let arguments = quote_spanned!(here=> (__scope, #site), #pulled, #front,);
            self.collect(plan, &collects, &arguments, &weigh, at_handed)
        } else {
            let back = self.back(plan, frame.hand_overs.len(), None);
            let arguments = quote_spanned!(here=> __scope, #site, #pulled, #front, #back,);
            match self.way(plan, &reductions) {
                Some(way) => {
                    quote_spanned!(at_handed=> #rt_at_handed::reduce(#arguments #way, #weigh))
                }
                None => quote_spanned!(at_handed=> #rt_at_handed::for_each(#arguments #weigh)),
            }
        };
        quote_spanned! {here=>
            #accumulators
            let #pulled = #rt::Source(::core::option::Option::Some(#source));
            let #pulled = #pull;
            #take
            let __result = #run;
            if let ::core::result::Result::Err(__stop) = __result { #save #failed }
            #put_back
        }
    }

    /// What makes the values of an iteration, and may run beside other iterations.
    fn front(&self, plan: &LoopPlan, reductions: &[Option<NodeId>], here: Span) -> TokenStream {
        let rt = self.rt(here);
        let inner = Frame {
            hand_overs: &plan.hand_overs,
            reductions,
            serial: None,
        };
        // Alternatives stand freely behind a `for`, but not behind a `let`.
        let pat = match &self.graph.regions[plan.region.0].pat {
            Some(syn::Pat::Or(pat)) => quote_spanned!(here=> (#pat)),
            pat => pat.to_token_stream(),
        };
        let may_be_unreachable = self.may_be_unreachable(here);
        let shown = self.shown(plan.region, here);
        let unshown = shown
            .as_ref()
            .map(|_| quote_spanned!(here=> #may_be_unreachable __shown.done();));
        let steps = plan.body.steps.iter().map(|step| self.step(step, inner));
        let last = plan.body.last.map(|number| {
            let HandOver { values, kept, .. } = &plan.hand_overs[number];
            self.operation(number, plan.hand_overs.len(), values, kept, here)
        });
        let (turn, last) = match last {
            // It always gives a value, and nothing before.
            Some(last) if self.collects(plan).is_some() => (None, last),
            last => {
                let last = match last {
                    Some(last) => quote_spanned!(here=> ::core::option::Option::Some(#last)),
                    None => quote_spanned!(here=> ::core::option::Option::None),
                };
                let turn = quote_spanned!(here=> , __turn: &mut #rt::Turn<'_, _>);
                (Some(turn), last)
            }
        };
        self.closure(
            plan.region,
            quote_spanned!(here=> __item, __scope: &#rt::Scope<'_> #turn),
            quote_spanned! {here=>
                let #pat = __item;
                #shown
                #(#steps)*
                #unshown
                #may_be_unreachable
                ::core::result::Result::Ok(#last)
            },
        )
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

    /// Moves the variables that turns take into slots, and back.
    /// A loop that failed gives back what its last good turn left.
    fn taken(&self, plan: &LoopPlan, here: Span) -> (TokenStream, (TokenStream, TokenStream)) {
        let rt = self.rt(here);
        let values = plan.taken.iter().map(|value| &self.graph.values[value.0]);
        let pairs = values.map(|value| {
            let name = &value.name;
            let slot = slot_name(name, here);
            let take = quote_spanned! {here=>
                let mut #slot = ::core::option::Option::Some(#name);
            };
            // The surroundings may not look again.
            let put_back = quote_spanned! {here=>
                #[allow(unused_assignments)]
                { #name = #rt::put_back(#slot); }
            };
            // Nobody but the surroundings can see it after a failure.
            let is_captured = value.home.is_none();
            let save = is_captured.then(|| {
                quote_spanned! {here=>
                    #[allow(unused_assignments)]
                    if let ::core::option::Option::Some(__value) = #slot { #name = __value; }
                }
            });
            let save = save.unwrap_or_default();
            (take, (save, put_back))
        });
        pairs.unzip()
    }

    /// A loop as the user wrote it.
    fn serial(
        &self,
        plan: &LoopPlan,
        pending: &Pending,
        frame: Frame<'_>,
        here: Span,
    ) -> TokenStream {
        let leave = self.leave(frame, pending);
        let source = self.expr(plan.node, &leave);
        let serial = SerialLoop {
            region: plan.region,
            outside: frame.serial,
        };
        let inner = Frame {
            hand_overs: frame.hand_overs,
            reductions: frame.reductions,
            serial: Some(&serial),
        };
        let pat = &self.graph.regions[plan.region.0].pat;
        let rt = self.rt(here);
        let site = self.loop_site(plan.region, here);
        let index = index_name(plan.region, here);
        let label = &self.graph.regions[plan.region.0].target;
        let shown = self.shown(plan.region, here);
        let (mark, restore) = self.mark(plan.region, here);
        let steps = plan.body.steps.iter().map(|step| self.step(step, inner));
        quote_spanned! {here=>
            let #index = #rt::SerialLoop::new(#site);
            #mark
            #label for #pat in #source {
                #index.next();
                #restore
                #shown
                #(#steps)*
            }
            #index.done();
            #restore
        }
    }

    /// Where tasks are called in a serial loop: what an iteration has held is
    /// gone when the next one begins.
    fn mark(&self, region: RegionId, here: Span) -> (Option<TokenStream>, Option<TokenStream>) {
        let mut nodes = self.graph.nodes.iter();
        let holds = nodes.any(|node| {
            matches!(node.kind, NodeKind::Task(_)) && self.graph.is_inside(node.region, region)
        });
        let (rt, mark) = (self.rt(here), name(&format!("__mark{}", region.0), here));
        let make = quote_spanned!(here=> let #mark = #rt::Mark::new(__scope););
        let restore = quote_spanned!(here=> #mark.restore(););
        (holds.then_some(make), holds.then_some(restore))
    }

    /// A guard that can say what the item is, where the body only borrows it or
    /// it can be copied.
    fn shown(&self, region: RegionId, here: Span) -> Option<TokenStream> {
        let region_data = &self.graph.regions[region.0];
        let [item] = region_data.items[..] else {
            return None;
        };
        let value = &self.graph.values[item.0];
        let users = self
            .graph
            .nodes
            .iter()
            .filter(|node| node.uses.iter().any(|used| used.value == item));
        let only_lent = |node: &crate::pipeline::ir::Node| {
            self.graph.is_inside(node.region, region)
                && names::only_referenced(&node.expr, &value.name)
                && matches!(
                    node.kind,
                    NodeKind::Task(_) | NodeKind::Glue | NodeKind::Loop(_)
                )
        };
        let rt = self.rt(here);
        let item = &value.name;
        let is_lent = users.clone().count() > 0 && users.clone().all(only_lent);
        if value.copied || is_lent {
            return Some(quote_spanned! {here=>
                #[allow(clippy::used_underscore_binding)]
                let __shown = #rt::Shown::new(|| (&&&#rt::Item(&#item)).__show());
            });
        }
        // The body may take it: only a copy can be shown then.
        Some(quote_spanned! {here=>
            #[allow(clippy::used_underscore_binding)]
            let __kept = (&&&#rt::Item(&#item)).__keep();
            let __shown = #rt::Shown::new(|| (&&&#rt::Item(&__kept)).__show());
        })
    }

    /// A reference to what errors say of a loop.
    pub(super) fn loop_site(&self, region: RegionId, here: Span) -> TokenStream {
        let rt = self.rt(here);
        let region = &self.graph.regions[region.0];
        let label = &region.label;
        let place = self.place(region.span, here);
        quote_spanned! {here=>
            { static SITE: #rt::LoopSite = #rt::LoopSite::new(#label, #place); &SITE }
        }
    }
}

/// Where a variable is kept between the turns that take it.
pub(super) fn slot_name(variable: &proc_macro2::Ident, here: Span) -> proc_macro2::Ident {
    name(&format!("__slot_{variable}"), here)
}

fn index_name(region: RegionId, here: Span) -> proc_macro2::Ident {
    name(&format!("__index{}", region.0), here)
}
