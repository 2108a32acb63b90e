//! Loops: those whose iterations overlap, and those as the user wrote them.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote_spanned};

use super::Emitter;
use super::body::{Frame, SerialLoop};
use super::expr::name;
use crate::pipeline::analyse::order::Schedule;
use crate::pipeline::build::flatten::start;
use crate::pipeline::ir::{NodeId, NodeKind, RegionId};
use crate::pipeline::plan::{HandOver, LoopPlan, Pending};
use crate::pipeline::spans;

impl Emitter<'_> {
    pub(super) fn for_loop(
        &self,
        plan: &LoopPlan,
        pending: &Pending,
        frame: Frame<'_>,
    ) -> TokenStream {
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
}

/// Where a variable is kept between the turns that take it.
pub(super) fn slot_name(variable: &Ident, here: Span) -> Ident {
    name(&format!("__slot_{variable}"), here)
}

pub(super) fn index_name(region: RegionId, here: Span) -> Ident {
    name(&format!("__index{}", region.0), here)
}
