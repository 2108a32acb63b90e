//! The parsed pipeline to its graph: each task, piece of glue and loop becomes
//! a node, and each name the value it stands for.

use proc_macro2::Ident;
use quote::format_ident;
use syn::visit::{self, Visit};
use syn::{Expr, ExprCall, ExprRange, Lit, Pat};

use super::calls;
use super::flatten::{self, Steps};
use super::ir::{
    Binding, Graph, Node, NodeId, NodeKind, ROOT, Region, RegionId, Value as Slot, ValueId,
};
use super::names::{Mode, mentions, variable};
use super::resolve::Scopes;
use super::spans;
use super::syntax::{Body, For, Pipeline, Stmt, Value};
use crate::diagnostics::{Diagnostics, rules};

/// Builds the graph of `pipeline`.
pub fn build(pipeline: Pipeline) -> Result<Graph, Diagnostics> {
    let mut builder = Builder {
        graph: Graph::default(),
        scopes: Scopes::default(),
        region: ROOT,
        temporaries: 0,
        diagnostics: Diagnostics::default(),
    };
    builder.graph.regions.push(Region {
        parent: None,
        node: None,
        pat: None,
        items: Vec::new(),
        nodes: Vec::new(),
        collected: None,
        label: String::new(),
        extent: None,
        span: proc_macro2::Span::call_site(),
    });
    builder.body(pipeline.body);
    builder.diagnostics.gate().map(|()| builder.graph)
}

struct Builder {
    graph: Graph,
    scopes: Scopes,
    /// The region that is being filled.
    region: RegionId,
    temporaries: usize,
    diagnostics: Diagnostics,
}

impl Builder {
    fn body(&mut self, body: Body) {
        for stmt in body.stmts {
            match stmt {
                Stmt::Let(pat, Some(value)) => {
                    self.value(value, Some(*pat));
                }
                Stmt::Let(pat, None) => self.declare(*pat),
                Stmt::Run(value) => {
                    self.value(value, None);
                }
            }
        }
        let Some(tail) = body.tail else { return };
        let expr = match tail {
            Value::Expr(expr) => *expr,
            Value::For(value) => {
                let span = value.token.span;
                let name = self.temporary_name("values", span);
                self.for_loop(*value, Some(flatten::temporary_pattern(&name)));
                let name = Ident::new(&name.to_string(), spans::at(span));
                syn::parse_quote!(#name)
            }
        };
        match self.graph.regions[self.region.0].collected {
            None => self.node(expr, None, Some(NodeKind::Output)),
            Some(collected) => {
                let expr = self.made_by_the_iteration(expr);
                self.node(expr, None, Some(NodeKind::Collect(collected)))
            }
        };
    }

    /// A loop's value is moved out of the iteration, so it can be made there,
    /// unless it looks at what other iterations change.
    fn made_by_the_iteration(&mut self, mut expr: Expr) -> Expr {
        if variable(&expr).is_some() || self.names_outer_state(&expr) {
            return expr;
        }
        flatten::inside(&mut expr, self);
        let hint = flatten::task_of(&expr, self).map(calls::label);
        let hint = hint.map_or_else(|| "item".to_owned(), |label| label.replace("::", "_"));
        let name = self.step(expr, &hint);
        syn::parse_quote!(#name)
    }

    /// Whether `expr` names a variable from outside of the loop that the loop
    /// may change.
    fn names_outer_state(&mut self, expr: &Expr) -> bool {
        let names = self.scopes.names(expr, &mut self.graph);
        names.values().any(|value| {
            let value = &self.graph.values[value.0];
            value.mutable && value.home != Some(self.region) && !value.temporary
        })
    }

    /// In a loop, makes the parts of a statement that own their value, and look
    /// at nothing that other iterations change, steps of their own. So a change
    /// of an outer variable is left with as little as can be.
    fn hoist(&mut self, expr: &mut Expr) {
        if self.region == ROOT
            || !matches!(
                expr,
                Expr::MethodCall(_) | Expr::Assign(_) | Expr::Binary(_)
            )
        {
            return;
        }
        for operand in flatten::value_operands(expr) {
            let own_value = flatten::owns_its_value(operand);
            if own_value && !self.names_outer_state(operand) && !mentions(operand).is_empty() {
                let name = self.step(std::mem::replace(operand, Expr::PLACEHOLDER), "value");
                *operand = syn::parse_quote!(#name);
            }
        }
    }

    fn value(&mut self, value: Value, bind: Option<Pat>) {
        match value {
            Value::Expr(expr) => {
                self.node(*expr, bind, None);
            }
            Value::For(value) => {
                self.for_loop(*value, bind);
            }
        }
    }

    /// `let x;`
    fn declare(&mut self, pat: Pat) {
        let expr = syn::parse_quote!(());
        let span = names_span(&pat);
        let id = self.push(expr, NodeKind::Declare, span);
        let values = self.scopes.bind(&pat, self.region, &mut self.graph);
        self.graph.nodes[id.0].bind = Some(Binding { pat, values });
    }

    /// Makes a node of `expr`, and nodes of the steps inside of it.
    fn node(&mut self, mut expr: Expr, bind: Option<Pat>, kind: Option<NodeKind>) -> NodeId {
        let span = flatten::start(&expr);
        flatten::inside(&mut expr, self);
        if bind.is_none() && kind.is_none() {
            self.hoist(&mut expr);
        }
        let task = flatten::task_of(&expr, self).map(calls::label);
        let kind = match (kind, task) {
            // The output shows its task as a step of its own.
            (Some(kind), Some(_)) => {
                let name = self.step(expr, "value");
                expr = syn::parse_quote!(#name);
                kind
            }
            (Some(kind), None) => kind,
            (None, Some(label)) => NodeKind::Task(label),
            (None, None) => NodeKind::Glue,
        };
        let id = self.push(expr, kind, span);
        if let Some(pat) = bind {
            self.bind(id, pat);
        }
        id
    }

    fn bind(&mut self, id: NodeId, pat: Pat) {
        let values = self.scopes.bind(&pat, self.region, &mut self.graph);
        self.graph.nodes[id.0].bind = Some(Binding { pat, values });
    }

    /// Adds a node whose expression needs no more flattening.
    fn push(&mut self, expr: Expr, kind: NodeKind, span: proc_macro2::Span) -> NodeId {
        let names = self.scopes.names(&expr, &mut self.graph);
        let discarded = !matches!(kind, NodeKind::Output | NodeKind::Collect(_));
        let uses = self.graph.uses(&expr, &names, discarded);
        let exit = has_exit(&expr);
        if let (NodeKind::Task(_), Expr::Call(call)) = (&kind, call_of(&expr)) {
            self.refuse_in_place(call);
        }
        let id = NodeId(self.graph.nodes.len());
        let region = self.region;
        self.graph.nodes.push(Node {
            kind,
            region,
            bind: None,
            expr,
            names,
            uses,
            exit,
            span,
        });
        self.graph.regions[region.0].nodes.push(id);
        id
    }

    fn refuse_in_place(&mut self, call: &ExprCall) {
        for arg in &call.args {
            if let Expr::Reference(reference) = arg
                && reference.mutability.is_some()
            {
                let place = calls::text(&reference.expr);
                self.diagnostics.report(rules::IN_PLACE, arg, place);
            }
        }
    }

    fn for_loop(&mut self, mut inner: For, bind: Option<Pat>) -> NodeId {
        let span = inner.token.span;
        let label = format!(
            "for {} in {}",
            calls::text(&inner.pat),
            calls::text(&inner.source)
        );
        let extent = constant_extent(&inner.source);
        flatten::inside(&mut inner.source, self);
        if flatten::task_of(&inner.source, self).is_some() || matches!(inner.source, Expr::Try(_)) {
            let name = self.step(inner.source, "source");
            inner.source = syn::parse_quote!(#name);
        }
        let copied = is_integer_range(&inner.source);
        let region = RegionId(self.graph.regions.len());
        let id = self.push(inner.source, NodeKind::Loop(region), span);
        self.graph.regions.push(Region {
            parent: Some(self.region),
            node: Some(id),
            pat: None,
            items: Vec::new(),
            nodes: Vec::new(),
            collected: None,
            label,
            extent,
            span,
        });
        if inner.body.tail.is_some() {
            let name = self.temporary_name("collected", span);
            let home = Some(self.region);
            let slot = Slot {
                name,
                home,
                mutable: true,
                temporary: true,
                copied: false,
            };
            self.graph.regions[region.0].collected = Some(self.graph.value(slot));
        }
        let outside = self.scopes.open();
        let parent = std::mem::replace(&mut self.region, region);
        let items = self.scopes.bind(&inner.pat, region, &mut self.graph);
        for item in &items {
            self.graph.values[item.0].copied = copied;
        }
        self.graph.regions[region.0].pat = Some(inner.pat);
        self.graph.regions[region.0].items = items;
        self.body(inner.body);
        self.region = parent;
        self.scopes.close(outside, &self.graph);
        if let Some(collected) = self.graph.regions[region.0].collected {
            self.collect(region, collected);
        }
        if let Some(pat) = bind {
            self.bind(id, pat);
        }
        id
    }

    /// The loop's last node appends to the results.
    fn collect(&mut self, region: RegionId, collected: ValueId) {
        let last = self.graph.regions[region.0].nodes.last().copied();
        let Some(last) = last else { return };
        let uses = &mut self.graph.nodes[last.0].uses;
        uses.push(super::ir::Use {
            value: collected,
            mode: Mode::Change,
        });
    }

    fn temporary_name(&mut self, hint: &str, span: proc_macro2::Span) -> Ident {
        self.temporaries += 1;
        format_ident!("__{}{}", hint, self.temporaries, span = spans::at(span))
    }
}

impl Steps for Builder {
    fn is_local(&self, name: &Ident) -> bool {
        self.scopes.is_local(name, &self.graph)
    }

    fn step(&mut self, expr: Expr, hint: &str) -> Ident {
        let span = flatten::start(&expr);
        let name = self.temporary_name(hint, span);
        let kind = match flatten::task_of(&expr, self).map(calls::label) {
            Some(label) => NodeKind::Task(label),
            None => NodeKind::Glue,
        };
        let id = self.push(expr, kind, span);
        let value = self
            .scopes
            .temporary(name.clone(), self.region, &mut self.graph);
        let pat = flatten::temporary_pattern(&name);
        self.graph.nodes[id.0].bind = Some(Binding {
            pat,
            values: vec![value],
        });
        name
    }

    fn task_in_branch(&mut self, call: &ExprCall, construct: &'static str) {
        self.diagnostics
            .report(rules::CONDITION, &call.func, construct);
    }
}

fn names_span(pat: &Pat) -> proc_macro2::Span {
    use syn::spanned::Spanned;
    pat.span()
}

/// The call in `f(x)` and `f(x)?`.
fn call_of(expr: &Expr) -> &Expr {
    match expr {
        Expr::Try(attempt) => call_of(&attempt.expr),
        Expr::Paren(paren) => call_of(&paren.expr),
        expr => expr,
    }
}

/// Whether a `?` in `expr` leaves the pipeline, and not a closure in it.
fn has_exit(expr: &Expr) -> bool {
    struct Exits(bool);
    impl<'ast> Visit<'ast> for Exits {
        fn visit_expr_try(&mut self, _: &'ast syn::ExprTry) {
            self.0 = true;
        }
        fn visit_macro(&mut self, mac: &'ast syn::Macro) {
            let punct = |tree| matches!(tree, proc_macro2::TokenTree::Punct(punct) if punct.as_char() == '?');
            self.0 |= any_token(&mac.tokens, &punct);
        }
        fn visit_expr_closure(&mut self, _: &'ast syn::ExprClosure) {}
        fn visit_expr_async(&mut self, _: &'ast syn::ExprAsync) {}
        fn visit_item(&mut self, _: &'ast syn::Item) {}
    }
    let mut exits = Exits(false);
    visit::visit_expr(&mut exits, expr);
    exits.0 || matches!(expr, Expr::Try(_))
}

fn any_token(
    tokens: &proc_macro2::TokenStream,
    holds: &impl Fn(proc_macro2::TokenTree) -> bool,
) -> bool {
    tokens.clone().into_iter().any(|tree| match tree {
        proc_macro2::TokenTree::Group(group) => any_token(&group.stream(), holds),
        tree => holds(tree),
    })
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
