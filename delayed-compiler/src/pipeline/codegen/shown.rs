//! What errors say of a loop and of its items.

use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;

use super::Emitter;
use crate::pipeline::form::names;
use crate::pipeline::ir::{Node, NodeKind, RegionId};

impl Emitter<'_> {
    /// A guard that can say what the item is, where the body only borrows it or
    /// it can be copied.
    pub(super) fn shown(&self, region: RegionId, here: Span) -> Option<TokenStream> {
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
        let only_lent = |node: &Node| {
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
