//! Asserts that what iterations and pipelines share can be shared, at the user's own token:
//! the error would else be at the loop, which says less.
//!
//! An assertion stands in front of the statement that names the variable, so
//! that what rustc says of a name it does not know is the same in both places,
//! and is shown once.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{Ident, TokenStream};
use quote::quote_spanned;
use syn::visit::{self, Visit};
use syn::{Expr, ExprCall, ExprMethodCall, ExprReference};

use super::Emitter;
use crate::pipeline::analyse::order::Order;
use crate::pipeline::form::methods;
use crate::pipeline::form::names::{self, Mention, Mode};
use crate::pipeline::form::variable;
use crate::pipeline::ir::{Graph, Node, NodeId, ROOT, ValueId};
use crate::pipeline::spans;

/// For each node the variables that it is the first of its frame to name, and
/// that are not the frame's. A pipeline that `moves` what it captures shares
/// nothing by that.
pub(super) fn first_mentions(
    graph: &Graph,
    order: &Order,
    moves: bool,
) -> BTreeMap<NodeId, Vec<Mention>> {
    let frames = order.frames(graph);
    let mut known = BTreeSet::new();
    let mut first: BTreeMap<NodeId, Vec<Mention>> = BTreeMap::new();
    for id in (0..graph.nodes.len()).map(NodeId) {
        let node = &graph.nodes[id.0];
        let nest = order.arrays.around(graph, node.region);
        let frame = nest.map_or_else(|| frames.of(node.region), |nest| nest.regions[0]);
        if (frame == ROOT && moves) || order.ordered.contains_key(&id) {
            continue;
        }
        for mention in names::mentions(&node.expr) {
            let Some(value) = mention.find(&node.names) else {
                continue;
            };
            if nest.is_some_and(|nest| nest.arrays.contains_key(&value)) {
                continue;
            }
            let is_captured = graph.values[value.0].home.is_none();
            let is_lent = match (frame, mention.mode) {
                (_, Mode::Unknown | Mode::Call | Mode::Change) => false,
                // What the pipeline takes somewhere is nobody else's.
                (ROOT, _) => is_captured && !is_taken(graph, value) && looks_at(node, &mention),
                // It may be the name of a generic function, as in `map(f)`, whose
                // type nobody knows apart from there.
                (_, Mode::Move) if is_captured => is_argument(node, &mention),
                _ => true,
            };
            // Of what is used by its fields a part may be gone already.
            let by_field = mention.field.is_none() && names::field_of(&node.expr, &mention.name);
            let is_outer = frame == ROOT || !frames.is_own(value, frame);
            if is_lent && is_outer && !by_field && known.insert((frame, value)) {
                first.entry(id).or_default().push(mention);
            }
        }
    }
    first
}

fn is_taken(graph: &Graph, value: ValueId) -> bool {
    let mut nodes = graph.nodes.iter();
    nodes.any(|node| node.moved.contains(&value))
}

/// Whether `node` surely only looks at what it mentions.
fn looks_at(node: &Node, mention: &Mention) -> bool {
    let looks = matches!(mention.mode, Mode::Borrow | Mode::Receiver);
    looks && Places::of(node, mention).looked_at
}

/// Whether what is mentioned is an argument of a call that is no method's.
fn is_argument(node: &Node, mention: &Mention) -> bool {
    Places::of(node, mention).argument
}

/// Where a variable stands in an expression.
struct Places<'a> {
    name: &'a Ident,
    /// Behind a `&`, or in front of a method that only looks.
    looked_at: bool,
    /// Among the arguments of a call.
    argument: bool,
}

impl<'a> Places<'a> {
    fn of(node: &Node, mention: &'a Mention) -> Self {
        let mut places = Self {
            name: &mention.name,
            looked_at: false,
            argument: false,
        };
        places.visit_expr(&node.expr);
        places
    }

    fn is(&self, expr: &Expr) -> bool {
        variable(expr) == Some(self.name)
    }
}

impl<'ast> Visit<'ast> for Places<'_> {
    fn visit_expr_call(&mut self, call: &'ast ExprCall) {
        self.argument |= call.args.iter().any(|argument| self.is(argument));
        visit::visit_expr_call(self, call);
    }

    fn visit_expr_method_call(&mut self, call: &'ast ExprMethodCall) {
        self.looked_at |= self.is(&call.receiver) && methods::looks(call);
        visit::visit_expr_method_call(self, call);
    }

    fn visit_expr_reference(&mut self, reference: &'ast ExprReference) {
        self.looked_at |= self.is(&reference.expr);
        visit::visit_expr_reference(self, reference);
    }
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
