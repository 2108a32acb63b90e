//! Branches side by side.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote_spanned;

use super::Emitter;
use super::body::Frame;
use super::expr::name;
use crate::pipeline::ir::{NodeId, ValueId};
use crate::pipeline::plan::{Branch, Step};
use crate::pipeline::spans;

impl Emitter<'_> {
    /// Runs the branches, reports the failure that the program would have met
    /// first, and binds what the branches give.
    pub(super) fn fork(&self, branches: &[Branch], frame: Frame<'_>) -> TokenStream {
        let first = branches.iter().filter_map(|branch| nodes(branch).next());
        let here = first
            .min()
            .map_or(Span::call_site(), |id| self.graph.nodes[id.0].span);
        let here = spans::at(here);
        let rt = self.rt(here);
        let names: Vec<_> = (0..branches.len())
            .map(|index| name(&format!("__branch{index}"), here))
            .collect();
        let bodies: Vec<_> = branches
            .iter()
            .map(|branch| self.ended(branch, frame, here))
            .collect();
        let (run, pattern) = (join(&bodies, here), tuples(&names, here));
        let failures = names.iter().enumerate().map(|(index, branch)| {
            quote_spanned! {here=>
                ::core::option::Option::Some(#index) => return ::core::result::Result::Err(#branch.failure()),
            }
        });
        let bindings = branches.iter().zip(&names).map(|(branch, name)| {
            let values = self.given(&branch.gives, here);
            quote_spanned!(here=> let (#(#values,)*) = #name.value();)
        });
        quote_spanned! {here=>
            let #pattern = {
                static FORK: #rt::Pace = #rt::Pace::unknown();
                __scope.fork(&FORK, |__fork| #run)
            };
            match #rt::first_failure(&[#(#names.failed_at()),*]) {
                #(#failures)*
                _ => {}
            }
            #(#bindings)*
        }
    }

    /// A branch as a closure that notes how it ended.
    fn ended(&self, branch: &Branch, frame: Frame<'_>, here: Span) -> TokenStream {
        let rt = self.rt(here);
        let steps = branch.steps.iter().map(|step| {
            let code = self.step(step, frame);
            let Step::Node(id, _) = step else {
                return code;
            };
            let number = number(*id);
            // What is bound here once more outside is `mut` there.
            let is_mutable = |value: &ValueId| self.graph.values[value.0].mutable;
            let allow = self.graph.bound(*id).iter().any(is_mutable);
            let allow = allow.then(|| quote_spanned!(here=> #[allow(unused_mut)]));
            quote_spanned!(here=> __at.set(#number); #allow #code)
        });
        let gives = branch
            .gives
            .iter()
            .map(|value| &self.graph.values[value.0].name);
        quote_spanned! {here=>
            #rt::Ended::run(|__at| {
                #(#steps)*
                ::core::result::Result::Ok((#(#gives,)*))
            })
        }
    }

    fn given(&self, values: &[ValueId], here: Span) -> Vec<TokenStream> {
        let values = values.iter().map(|value| &self.graph.values[value.0]);
        let names = values.map(|value| {
            let name = &value.name;
            if value.mutable {
                quote_spanned!(here=> mut #name)
            } else {
                quote_spanned!(here=> #name)
            }
        });
        names.collect()
    }
}

fn nodes(branch: &Branch) -> impl Iterator<Item = NodeId> + '_ {
    branch.steps.iter().filter_map(|step| match step {
        Step::Node(id, _) => Some(*id),
        _ => None,
    })
}

fn number(id: NodeId) -> u32 {
    u32::try_from(id.0).unwrap_or(u32::MAX)
}

/// `join(join(a, b), join(c, d))`: the nesting grows with the logarithm.
fn join(bodies: &[TokenStream], here: Span) -> TokenStream {
    match bodies {
        [] => TokenStream::new(),
        [only] => only.clone(),
        bodies => {
            let (left, right) = bodies.split_at(bodies.len().div_ceil(2));
            let [left, right] = [left, right].map(|half| {
                let code = join(half, here);
                let fork = if half.len() > 1 {
                    quote_spanned!(here=> __fork)
                } else {
                    quote_spanned!(here=> _)
                };
                quote_spanned!(here=> |#fork| #code)
            });
            quote_spanned!(here=> __fork.join(#left, #right))
        }
    }
}

/// `((a, b), (c, d))`
fn tuples(names: &[Ident], here: Span) -> TokenStream {
    match names {
        [] => TokenStream::new(),
        [only] => quote_spanned!(here=> #only),
        names => {
            let (left, right) = names.split_at(names.len().div_ceil(2));
            let [left, right] = [left, right].map(|half| tuples(half, here));
            quote_spanned!(here=> (#left, #right))
        }
    }
}
