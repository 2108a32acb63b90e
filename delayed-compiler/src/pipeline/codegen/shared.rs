//! Asserts that what iterations share can be shared, at the user's own token:
//! the error would else be at the loop, which says less.
//!
//! An assertion stands in front of the statement that names the variable, so
//! that what rustc says of a name it does not know is the same in both places,
//! and is shown once.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::TokenStream;
use quote::quote_spanned;

use super::Emitter;
use crate::pipeline::ir::{Graph, NodeId, ROOT};
use crate::pipeline::names::{self, Mention, Mode};
use crate::pipeline::order::Order;
use crate::pipeline::spans;

/// For each node the variables that it is the first of its frame to name, and
/// that are not the frame's.
pub(super) fn first_mentions(graph: &Graph, order: &Order) -> BTreeMap<NodeId, Vec<Mention>> {
    let frames = order.frames(graph);
    let mut known = BTreeSet::new();
    let mut first: BTreeMap<NodeId, Vec<Mention>> = BTreeMap::new();
    for id in (0..graph.nodes.len()).map(NodeId) {
        let node = &graph.nodes[id.0];
        let frame = frames.of(node.region);
        if frame == ROOT || order.ordered.contains_key(&id) {
            continue;
        }
        for mention in names::mentions(&node.expr) {
            let Some(value) = mention.find(&node.names) else {
                continue;
            };
            let is_variable = !matches!(mention.mode, Mode::Unknown | Mode::Call | Mode::Change);
            // Of what is used by its fields a part may be gone already.
            let by_field = mention.field.is_none() && names::field_of(&node.expr, &mention.name);
            let is_shared = is_variable && !by_field && !frames.is_own(value, frame);
            if is_shared && known.insert((frame, value)) {
                first.entry(id).or_default().push(mention);
            }
        }
    }
    first
}

impl Emitter<'_> {
    /// The assertions in front of a node.
    pub(super) fn shared(&self, id: NodeId) -> TokenStream {
        let Some(mentions) = self.shared.get(&id).filter(|_| !self.may_be_absent(id)) else {
            return TokenStream::new();
        };
        let assertions = mentions.iter().map(|mention| {
            let (name, field) = (&mention.name, &mention.field);
            let here = spans::at(name.span());
            let rt = self.rt(here);
            let place = match field {
                Some(field) => quote_spanned!(here=> #name.#field),
                None => quote_spanned!(here=> #name),
            };
            quote_spanned!(here=> #rt::shared(&#place);)
        });
        let here = spans::at(self.graph.nodes[id.0].span);
        quote_spanned!(here=> if false { #(#assertions)* })
    }
}
