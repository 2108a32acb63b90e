//! `for`, and the values that a loop collects.

use syn::{Expr, ExprRange, Lit, Pat};

use super::flatten::{self, Steps};
use super::{Bound, Builder};
use crate::pipeline::form::methods;
use crate::pipeline::form::names::Mode;
use crate::pipeline::ir::{NodeKind, Region, RegionId, Role, Use, Value, ValueId};
use crate::pipeline::parse::syntax::For;
use crate::pipeline::text::text;

impl Builder<'_> {
    pub(super) fn for_loop(&mut self, mut inner: For, bind: Option<Bound>) {
        let span = inner.token.span;
        let (pat, source) = (text(&inner.pat), text(&inner.source));
        let extent = constant_extent(&inner.source);
        flatten::inside(&mut inner.source, self);
        if flatten::is_step(&inner.source, self) {
            let name = self.step(inner.source, "source");
            inner.source = syn::parse_quote!(#name);
        }
        let copied = is_integer_range(&inner.source);
        let lent = lent_part(&inner.pat, &inner.source).cloned();
        let collected = inner.body.tail.is_some().then(|| self.collected(span));
        let kind = NodeKind::Loop(RegionId(self.graph.regions.len()));
        let id = self.push(inner.source, kind, span);
        let mut region = Region::new(Role::Loop, Some(self.region), Some(id), span);
        region.label = format!("for {pat} in {source}");
        region.extent = extent;
        region.target = inner.label;
        region.collected = collected;
        let region = self.fill(region, |this, region| {
            let items = this.scopes.bind(&inner.pat, region, &mut this.graph);
            for item in &items {
                let item = &mut this.graph.values[item.0];
                // What the body changes is not what a copy would be.
                item.copied = copied && !item.mutable;
            }
            if let Some(lent) = lent {
                this.graph.lend(&lent, &items);
            }
            this.graph.regions[region.0].pat = Some(inner.pat);
            this.graph.regions[region.0].items = items;
            let value = collected.map_or(NodeKind::Value, NodeKind::Collect);
            this.body(inner.body, &value);
        });
        if let Some(collected) = collected {
            self.collect(region, collected);
        }
        if let Some(bind) = bind {
            self.bind(id, bind);
        }
    }

    /// The `Vec` that a loop's values go to.
    fn collected(&mut self, span: proc_macro2::Span) -> ValueId {
        let name = self.temporary_name("collected", span);
        let home = Some(self.region);
        self.graph.value(Value {
            name,
            field: None,
            home,
            mutable: true,
            temporary: true,
            copied: false,
            lends: false,
        })
    }

    /// The loop's last node appends to the results.
    fn collect(&mut self, region: RegionId, collected: ValueId) {
        let last = self.graph.regions[region.0].nodes.last().copied();
        let Some(last) = last else { return };
        let last = &mut self.graph.nodes[last.0];
        if last.kind == NodeKind::Collect(collected) {
            last.uses.push(Use {
                value: collected,
                mode: Mode::Change,
            });
        }
    }
}

/// The part of an item that surely borrows from what `source` is made of.
fn lent_part<'a>(pat: &'a Pat, source: &Expr) -> Option<&'a Pat> {
    if !methods::lends_items(source) {
        return None;
    }
    match pat {
        Pat::Tuple(pair) if methods::counts(source) => pair.elems.last(),
        pat => Some(pat),
    }
}

fn range_of(source: &Expr) -> Option<&ExprRange> {
    match source {
        Expr::Range(range) => Some(range),
        Expr::Paren(paren) => range_of(&paren.expr),
        _ => None,
    }
}

fn integer(bound: Option<&Expr>) -> Option<u64> {
    match bound {
        Some(Expr::Lit(lit)) => match &lit.lit {
            Lit::Int(int) => int.base10_parse().ok(),
            _ => None,
        },
        _ => None,
    }
}

/// `0..10` has ten items.
fn constant_extent(source: &Expr) -> Option<u64> {
    let range = range_of(source)?;
    let start = integer(range.start.as_deref())?;
    let end = integer(range.end.as_deref())?;
    let closed = u64::from(matches!(range.limits, syn::RangeLimits::Closed(_)));
    Some((end + closed).saturating_sub(start))
}

/// Whether the items of `source` are integers for certain.
fn is_integer_range(source: &Expr) -> bool {
    range_of(source).is_some_and(|range| {
        integer(range.start.as_deref()).is_some() || integer(range.end.as_deref()).is_some()
    })
}
