//! Nests of array cells.
//!
//! The cell is one closure, in which a name that is an array's stands for what
//! the runtime makes of it: elements that cells share, or the variable itself.
//! So the user's expressions stand there once, and mean the same either way.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote_spanned};

use super::Emitter;
use super::body::Frame;
use super::expr::name;
use crate::pipeline::arrays::Nest;
use crate::pipeline::arrays::affine::{Affine, Term};
use crate::pipeline::arrays::beside::Beside;
use crate::pipeline::arrays::flat::Flat;
use crate::pipeline::build::flatten::start;
use crate::pipeline::ir::NodeId;
use crate::pipeline::plan::{LoopPlan, Pending, Step};
use crate::pipeline::spans;

impl Emitter<'_> {
    /// Runs the cells of `nest`, whose outermost loop is `plan`.
    pub(super) fn cells(
        &self,
        nest: &Nest,
        plan: &LoopPlan,
        pending: &Pending,
        frame: Frame<'_>,
        here: Span,
    ) -> TokenStream {
        let rt = self.rt(here);
        let leave = self.leave(frame, pending);
        let source = self.expr(plan.node, &leave);
        let skew = match nest.skew {
            Some(skew) => {
                let skew = skew as usize;
                quote_spanned!(here=> ::core::option::Option::Some(#skew))
            }
            None => quote_spanned!(here=> ::core::option::Option::None),
        };
        let lent = self.lent_arrays(nest, here);
        let flats = nest.flats.iter().map(|flat| self.flat(nest, flat, here));
        // What is no number is said at the range.
        let at_source = spans::at(start(&self.graph.nodes[plan.node.0].expr));
        let pulled = name("__source", at_source);
        let run = match self.inner(nest, plan) {
            Some(inner) => self.rows(nest, plan, inner, here),
            None => self.line(nest, plan, here),
        };
        let failed = leave(quote_spanned!(here=> #rt::passed(__stop)), here);
        quote_spanned! {here=>
            #[allow(unused_imports)]
            use #rt::{Lend as _, RunsCells as _, RunsLoops as _};
            let #pulled = #source;
            let __result = (&mut &mut #rt::Nest(#lent, #skew, &[#(#flats),*])).#run;
            if let ::core::result::Result::Err(__stop) = __result { #failed }
        }
    }

    /// The loop inside, where the nest has two.
    fn inner<'p>(&self, nest: &Nest, plan: &'p LoopPlan) -> Option<&'p LoopPlan> {
        let mut steps = plan.body.steps.iter();
        steps.find_map(|step| match step {
            Step::Loop(inner, _) if nest.regions.get(1) == Some(&inner.region) => Some(inner),
            _ => None,
        })
    }

    /// `__line(…)`: the cells of one loop.
    fn line(&self, nest: &Nest, plan: &LoopPlan, here: Span) -> TokenStream {
        let at_source = spans::at(start(&self.graph.nodes[plan.node.0].expr));
        let pulled = name("__source", at_source);
        let site = self.loop_site(plan.region, here);
        let cell = self.cell(&self.views(nest, here), plan, here);
        quote_spanned!(here=> __line(__scope, #site, #pulled, #cell))
    }

    /// `__rows(…)`: the cells of a loop in a loop, and what stands beside that.
    fn rows(&self, nest: &Nest, plan: &LoopPlan, inner: &LoopPlan, here: Span) -> TokenStream {
        let (rt, has_edges) = (self.rt(here), nest.beside.has_edges());
        let at_source = spans::at(start(&self.graph.nodes[plan.node.0].expr));
        let pulled = name("__source", at_source);
        let sites = [plan.region, inner.region].map(|region| self.loop_site(region, here));
        let views = self.views(nest, here);
        let outer = &self.graph.regions[plan.region.0].pat;
        let columns = self.expr(inner.node, &|failed, _| failed);
        let [lets, front, back] = self.beside(nest, plan);
        let front = has_edges.then(|| {
            quote_spanned!(here=> if let ::core::option::Option::Some(__scope) = __scope { #front })
        });
        let local = self.locals(&nest.beside.lets, here);
        // Each of the closures may be the only one that names a variable.
        let known = quote_spanned! {here=>
            #views, #[allow(unused_variables)] #local, #[allow(unused_variables)] #outer
        };
        let columns = self.closure(
            inner.region,
            quote_spanned! {here=>
                #views, #[allow(unused_variables)] #outer,
                __scope: ::core::option::Option<&#rt::Scope<'_>>
            },
            quote_spanned!(here=> #lets #front ::core::result::Result::Ok((#columns, #local))),
        );
        let cell = self.cell(&known, inner, here);
        let end = self.closure(
            plan.region,
            quote_spanned!(here=> #known, __scope: &#rt::Scope<'_>),
            quote_spanned!(here=> #back ::core::result::Result::Ok(())),
        );
        quote_spanned! {here=>
            __rows::<#has_edges, _, _, _>(__scope, [#(#sites),*], #pulled, #columns, #cell, #end)
        }
    }

    /// The `let`s of indices in the outer body, and what stands in front of the inner
    /// loop and behind it.
    fn beside(&self, nest: &Nest, plan: &LoopPlan) -> [TokenStream; 3] {
        let Beside { lets, front, back } = &nest.beside;
        let ids_of = |step: &Step| match step {
            Step::Node(id, _) | Step::Branch(id, ..) => Some(*id),
            Step::Loop(inner, _) => Some(inner.node),
            _ => None,
        };
        [lets, front, back].map(|ids| {
            let steps = plan.body.steps.iter();
            let steps = steps.filter(|step| ids_of(step).is_some_and(|id| ids.contains(&id)));
            steps.map(|step| self.step(step, Frame::alone())).collect()
        })
    }

    /// `(up, (row, ()))`: what the `let`s in front of the inner loop bind.
    fn locals(&self, lets: &[NodeId], here: Span) -> TokenStream {
        let values = lets.iter().filter_map(|id| {
            let bind = self.graph.nodes[id.0].bind.as_ref()?;
            bind.values.first()
        });
        values.rfold(quote_spanned!(here=> ()), |rest, value| {
            let name = &self.graph.values[value.0].name;
            quote_spanned!(here=> (#name, #rest))
        })
    }

    /// The body of the innermost loop, which knows `known`.
    fn cell(&self, known: &TokenStream, plan: &LoopPlan, here: Span) -> TokenStream {
        let rt = self.rt(here);
        let item = &self.graph.regions[plan.region.0].pat;
        let steps = plan
            .body
            .steps
            .iter()
            .map(|step| self.step(step, Frame::alone()));
        self.closure(
            plan.region,
            quote_spanned!(here=> #known, #item, __scope: &#rt::Scope<'_>),
            quote_spanned!(here=> #(#steps)* ::core::result::Result::Ok(())),
        )
    }

    /// What has to hold of an array, see `arrays/flat.rs`.
    fn flat(&self, nest: &Nest, flat: &Flat, here: Span) -> TokenStream {
        let rt = self.rt(here);
        let factor = |sum: &Affine, at: usize| {
            let region = nest.regions.get(at);
            let items = region.map(|region| &self.graph.regions[region.0].items[..]);
            match items {
                Some([item]) => sum.factor(*item),
                _ => 0,
            }
        };
        let sum = |sum: &Affine| {
            let (outer, inner, number) = (factor(sum, 0), factor(sum, 1), sum.constant);
            let fixed = nest.fixed.iter().enumerate().filter_map(|(at, term)| {
                let factor = sum.terms.get(term)?;
                Some(quote_spanned!(here=> (#at, #factor)))
            });
            quote_spanned! {here=>
                #rt::Sum { outer: #outer, inner: #inner, number: #number, fixed: &[#(#fixed),*] }
            }
        };
        let width = sum(&flat.width);
        let [rows, low, high] = [&flat.rows, &flat.low, &flat.high].map(|sums| {
            let sums = sums.iter().map(sum);
            quote_spanned!(here=> &[#(#sums),*])
        });
        quote_spanned! {here=>
            #rt::Flat { width: #width, rows: #rows, low: #low, high: #high }
        }
    }

    /// `(a.__lend::<1>(), (b.__lend::<2>(), (fixed(&K), ())))`
    fn lent_arrays(&self, nest: &Nest, here: Span) -> TokenStream {
        let rt = self.rt(here);
        let last = quote_spanned!(here=> ());
        let last = nest.fixed.iter().rfold(last, |rest, term| {
            let term = match term {
                Term::Value(value) => self.graph.values[value.0].name.to_token_stream(),
                Term::Constant(constant) => constant.0.to_token_stream(),
                // What is multiplied has been split.
                Term::Product(_) => return rest,
            };
            quote_spanned!(here=> (#rt::fixed(&#term), #rest))
        });
        nest.arrays.iter().rfold(last, |rest, (array, rank)| {
            let name = &self.graph.values[array.0].name;
            quote_spanned!(here=> (#name.__lend::<#rank>(), #rest))
        })
    }

    /// `(mut a, (mut b, ()))`
    fn views(&self, nest: &Nest, here: Span) -> TokenStream {
        let last = quote_spanned!(here=> ());
        let views = nest.arrays.keys().rfold(last, |rest, array| {
            let name = &self.graph.values[array.0].name;
            quote_spanned!(here=> (mut #name, #rest))
        });
        quote_spanned!(here=> #[allow(unused_mut, unused_variables)] #views)
    }
}
