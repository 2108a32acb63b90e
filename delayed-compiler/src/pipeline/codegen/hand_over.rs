//! What an iteration hands to the loop around it, and what is done with it.

use std::collections::BTreeSet;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote_spanned};

use super::Emitter;
use super::expr::name;
use super::loops::slot_name;
use crate::pipeline::analyse::assigned::assigned;
use crate::pipeline::form::names;
use crate::pipeline::form::variable;
use crate::pipeline::ir::{NodeKind, ValueId};
use crate::pipeline::plan::{Action, HandOver, LoopPlan};
use crate::pipeline::spans;

impl Emitter<'_> {
    /// Moves values where an ordered node stands that takes them.
    pub(super) fn keep(&self, values: &[ValueId]) -> TokenStream {
        let moves = values.iter().map(|value| {
            let name = self.needed(*value);
            let here = spans::at(name.span());
            let kept = kept_name(name, here);
            quote_spanned!(here=> let #kept = #name;)
        });
        moves.collect()
    }

    /// The name of a value where an ordered node needs it first.
    fn needed(&self, value: ValueId) -> &Ident {
        let name = self.needed.get(&value);
        name.unwrap_or(&self.graph.values[value.0].name)
    }

    /// Hand-over `number` of `count`, with its values: `Left(…)`,
    /// `Right(Left(…))` and so on, or the values alone if it is the only one.
    pub(super) fn operation(
        &self,
        number: usize,
        count: usize,
        values: &[ValueId],
        kept: &[ValueId],
        here: Span,
    ) -> TokenStream {
        let rt = self.rt(here);
        let values = values.iter().map(|value| {
            let name = self.needed(*value);
            let is_kept = kept.contains(value);
            let kept = is_kept.then(|| kept_name(name, spans::at(name.span())));
            kept.unwrap_or_else(|| name.clone())
        });
        let values = quote_spanned!(here=> (#(#values,)*));
        wrap(&rt, number, count, values, here)
    }

    /// `(a, mut b,)`
    fn pattern(&self, values: &[ValueId], here: Span) -> TokenStream {
        let names = values.iter().map(|value| {
            let value = &self.graph.values[value.0];
            let name = &value.name;
            if value.mutable {
                quote_spanned!(here=> mut #name)
            } else {
                name.to_token_stream()
            }
        });
        quote_spanned!(here=> (#(#names,)*))
    }

    /// The loop's back: a closure that takes a hand-over in its turn; behind what
    /// it changes, where that is `given`.
    pub(super) fn back(
        &self,
        plan: &LoopPlan,
        outer_count: usize,
        given: Option<&Ident>,
    ) -> TokenStream {
        let here = spans::at(self.graph.regions[plan.region.0].span);
        let rt = self.rt(here);
        let operation = name("__operation", here);
        let given = given.map(|given| quote_spanned!(here=> #given: &mut _,));
        if plan.hand_overs.is_empty() {
            return quote_spanned!(here=> |#operation: ()| ::core::result::Result::Ok(#operation));
        }
        let count = plan.hand_overs.len();
        let arms = plan
            .hand_overs
            .iter()
            .enumerate()
            .map(|(number, hand_over)| {
                let values = self.pattern(&hand_over.values, here);
                let pattern = wrap(&rt, number, count, values, here);
                let taken = self.taken_by(plan, hand_over);
                let actions = self.actions(hand_over, &taken, outer_count);
                let (take, put_back) = self.turn(&taken, here);
                quote_spanned! {here=>
                    #[allow(unused_mut, unused_variables)]
                    #pattern => { #take #actions #put_back }
                }
            });
        self.closure(
            plan.region,
            quote_spanned!(here=> #given #operation),
            quote_spanned! {here=>
                match #operation { #(#arms)* }
                ::core::result::Result::Ok(())
            },
        )
    }

    /// The variables that a turn needs whole.
    fn taken_by(&self, plan: &LoopPlan, hand_over: &HandOver) -> BTreeSet<ValueId> {
        let uses = |value: &&ValueId| {
            hand_over.actions.iter().any(|action| match action {
                Action::Run(node) => {
                    let mut uses = self.graph.nodes[node.0].uses.iter();
                    uses.any(|used| used.value == **value)
                }
                Action::Forward(..) => false,
            })
        };
        plan.taken.iter().filter(uses).copied().collect()
    }

    /// Takes variables out of their slots, and puts them back.
    fn turn(&self, taken: &BTreeSet<ValueId>, here: Span) -> (TokenStream, TokenStream) {
        let rt = self.rt(here);
        let takes = taken.iter().map(|value| {
            let known = &self.graph.values[value.0];
            let name = &known.name;
            let slot = slot_name(name, here);
            // Only the surroundings could see it after a turn that fails.
            let take = if known.home.is_none() {
                quote_spanned!(here=> (&mut &mut #rt::Slot(&mut #slot)).__take())
            } else {
                quote_spanned!(here=> #slot.take())
            };
            quote_spanned! {here=>
                let ::core::option::Option::Some(mut #name) = #take else {
                    return ::core::result::Result::Ok(());
                };
            }
        });
        (takes.collect(), self.put_back(taken, here))
    }

    fn put_back(&self, values: &BTreeSet<ValueId>, here: Span) -> TokenStream {
        let puts = values.iter().map(|value| {
            let name = &self.graph.values[value.0].name;
            let slot = slot_name(name, here);
            quote_spanned!(here=> #slot = ::core::option::Option::Some(#name);)
        });
        puts.collect()
    }

    /// What a turn does. `taken` are the variables that it holds whole, which it
    /// puts back where it fails, unless it has passed them on by then.
    fn actions(
        &self,
        hand_over: &HandOver,
        taken: &BTreeSet<ValueId>,
        outer_count: usize,
    ) -> TokenStream {
        let mut held = taken.clone();
        let actions = hand_over.actions.iter().map(|action| match action {
            Action::Run(id) => {
                let node = &self.graph.nodes[id.0];
                held.retain(|value| {
                    let name = &self.graph.values[value.0].name;
                    !node.moved.contains(value) && !names::field_of(&node.expr, name)
                });
                let leave = |failed: TokenStream, here: Span| {
                    let put_back = self.put_back(&held, here);
                    quote_spanned!(here=> #put_back return ::core::result::Result::Err(#failed))
                };
                let statement = self.statement(*id, &leave);
                // A field that is given back does not tell of the others.
                let given = assigned(&node.expr, &node.names).into_iter();
                let whole = given.filter(|given| given.whole).map(|given| given.value);
                held.extend(whole.filter(|value| taken.contains(value)));
                statement
            }
            Action::Forward(number, values) => {
                let here = spans::at(Span::call_site());
                let operation = self.operation(*number, outer_count, values, &[], here);
                if held.is_empty() {
                    return quote_spanned!(here=> __turn.push(#operation)?;);
                }
                let put_back = self.put_back(&held, here);
                quote_spanned! {here=>
                    if let ::core::result::Result::Err(__stop) = __turn.push(#operation) {
                        #put_back
                        return ::core::result::Result::Err(__stop);
                    }
                }
            }
        });
        actions.collect()
    }

    /// The node as a statement.
    pub(super) fn statement(
        &self,
        id: crate::pipeline::ir::NodeId,
        exit: &dyn Fn(TokenStream, Span) -> TokenStream,
    ) -> TokenStream {
        let node = &self.graph.nodes[id.0];
        let here = spans::at(node.span);
        let expr = self.expr(id, exit);
        if let (Some(first), Some(task), Some(bind)) = (node.same_as, self.task(id), &node.bind) {
            let info = self.info(&task);
            let (pat, first) = (&bind.pat, &self.graph.values[first.0].name);
            let own = name(&format!("__own{}", id.0), here);
            return quote_spanned! {here=>
                let #own = if #info.pure {
                    ::core::option::Option::None
                } else {
                    ::core::option::Option::Some(#expr)
                };
                #[allow(unused_mut)]
                let #pat = #own.as_ref().unwrap_or(&#first);
            };
        }
        if let (true, Some(task)) = (node.unread, self.task(id)) {
            let info = self.info(&task);
            let bind = node.bind.as_ref().map(|bind| &bind.pat);
            let bind = bind.map(|pat| quote_spanned!(here=> let #pat =));
            return quote_spanned! {here=>
                #[allow(unused_mut)]
                if !#info.pure { #bind #expr; }
            };
        }
        match (&node.kind, &node.bind) {
            (NodeKind::Declare, Some(bind)) => {
                let pat = &bind.pat;
                quote_spanned!(here=> let #pat;)
            }
            (NodeKind::Collect(collected), _) => {
                let collected = &self.graph.values[collected.0].name;
                quote_spanned!(here=> #collected.push(#expr);)
            }
            (_, Some(bind)) => {
                let pat = &bind.pat;
                let is_temporary = bind
                    .values
                    .iter()
                    .any(|id| self.graph.values[id.0].temporary);
                let allow = is_temporary.then(|| quote_spanned!(here=> #[allow(unused_mut)]));
                quote_spanned!(here=> #allow let #pat = #expr;)
            }
            // A variable alone has no effect, and needs no warning.
            (_, None) if variable(&node.expr).is_some() => quote_spanned!(here=> let _ = #expr;),
            (_, None) => quote_spanned!(here=> #expr;),
        }
    }
}

/// Where a value is kept until it is handed over.
fn kept_name(variable: &Ident, here: Span) -> Ident {
    name(&format!("__kept_{variable}"), here)
}

fn wrap(rt: &Ident, number: usize, count: usize, values: TokenStream, here: Span) -> TokenStream {
    let innermost = if number + 1 == count {
        values
    } else {
        quote_spanned!(here=> #rt::Either::Left(#values))
    };
    (0..number).fold(
        innermost,
        |inner, _| quote_spanned!(here=> #rt::Either::Right(#inner)),
    )
}
