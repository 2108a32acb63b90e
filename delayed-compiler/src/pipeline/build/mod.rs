//! The parsed pipeline to its graph: each task, piece of glue and loop becomes
//! a node, and each name the value it stands for.
//!
//! | file | idea |
//! |---|---|
//! | `mod.rs` | bodies and statements |
//! | `loops.rs` | `for`, and the values that a loop collects |
//! | `branches.rs` | `if`, `match` and `let … else` with tasks or jumps inside |
//! | `flatten.rs` | the steps inside of an expression |
//! | `hidden.rs` | tasks in closures and macros, which cannot run there |
//! | `resolve.rs` | names to values |

mod branches;
pub mod flatten;
mod hidden;
mod loops;
pub mod resolve;

use std::collections::BTreeSet;

use proc_macro2::{Ident, Span};
use quote::format_ident;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{Attribute, Expr, Pat};

use super::ir::{Binding, Graph, Node, NodeId, NodeKind, ROOT, Region, RegionId, Role, ValueId};
use super::spans;
use crate::diagnostics::{Diagnostics, rules};
use crate::pipeline::form::calls;
use crate::pipeline::form::methods;
use crate::pipeline::form::names::mentions;
use crate::pipeline::form::variable;
use crate::pipeline::parse::syntax::{Body, Pipeline, StmtKind, Value};
use crate::pipeline::text::text;
use flatten::Steps;
use resolve::Scopes;

/// Builds the graph of `pipeline`, which stands in `scopes`. Faults that show only where names are known
/// are added to the diagnostics.
pub fn build(pipeline: Pipeline, scopes: Scopes, diagnostics: &mut Diagnostics) -> Graph {
    let mut builder = Builder {
        graph: Graph::default(),
        scopes,
        region: ROOT,
        temporaries: 0,
        attrs: Vec::new(),
        makers: BTreeSet::new(),
        diagnostics,
    };
    let root = Region::new(Role::Root, None, None, Span::call_site());
    builder.graph.regions.push(root);
    builder.body(pipeline.body, &NodeKind::Output);
    builder.graph
}

struct Builder<'a> {
    graph: Graph,
    scopes: Scopes,
    /// The region that is being filled.
    region: RegionId,
    temporaries: usize,
    /// The attributes of the statement that is being built.
    attrs: Vec<Attribute>,
    /// Closures whose values borrow from nothing.
    makers: BTreeSet<ValueId>,
    diagnostics: &'a mut Diagnostics,
}

/// What a node's value is bound to.
enum Bound {
    /// A pattern of the user's.
    Pattern(Pat),
    /// A name of the compiler's.
    Temporary(Ident),
}

impl Builder<'_> {
    /// The statements of a body. Its value, if it has one, goes to a node of
    /// the kind `value`.
    fn body(&mut self, body: Body, value: &NodeKind) {
        let outside = std::mem::take(&mut self.attrs);
        for stmt in body.stmts {
            self.attrs = stmt.attrs;
            match stmt.kind {
                StmtKind::Let(pat, Some(value)) => self.value(value, Some(*pat)),
                StmtKind::Let(pat, None) => self.declare(*pat),
                StmtKind::LetElse(pat, init, otherwise) => self.let_else(*pat, *init, otherwise),
                StmtKind::Run(value) => self.value(value, None),
            }
        }
        self.attrs = Vec::new();
        if let Some(tail) = body.tail {
            self.tail(tail, value);
        }
        self.attrs = outside;
    }

    fn tail(&mut self, tail: Value, value: &NodeKind) {
        let expr = match tail {
            Value::Expr(expr) => *expr,
            Value::For(inner) => {
                let name = self.temporary_name("values", inner.token.span);
                self.for_loop(*inner, Some(Bound::Temporary(name.clone())));
                syn::parse_quote!(#name)
            }
        };
        match value {
            NodeKind::Collect(_) => {
                let expr = self.made_by_the_iteration(expr);
                self.last(expr, value);
            }
            _ => self.last(expr, value),
        }
    }

    /// The last node of a body: a task in it is a step of its own.
    fn last(&mut self, mut expr: Expr, kind: &NodeKind) {
        if is_jump(&expr) {
            return self.jump(expr);
        }
        let span = flatten::start(&expr);
        flatten::inside(&mut expr, self);
        if flatten::is_step(&expr, self) {
            let name = self.step(expr, "value");
            expr = syn::parse_quote!(#name);
        }
        self.push(expr, kind.clone(), span);
    }

    /// A loop's value is moved out of the iteration, so it can be made there,
    /// unless it looks at what other iterations change.
    fn made_by_the_iteration(&mut self, mut expr: Expr) -> Expr {
        if variable(&expr).is_some() || is_jump(&expr) || self.names_outer_state(&expr) {
            return expr;
        }
        flatten::inside(&mut expr, self);
        let name = self.step(expr, "item");
        syn::parse_quote!(#name)
    }

    /// Whether `expr` names a variable from outside of the loop that the loop
    /// may change.
    fn names_outer_state(&mut self, expr: &Expr) -> bool {
        let names = self.scopes.names(expr, &mut self.graph);
        let around = self.graph.outside_of_branches(self.region);
        names.values().any(|value| {
            let value = &self.graph.values[value.0];
            let home = value.home;
            let is_inside = home.is_some_and(|home| self.graph.is_inside(home, around));
            value.mutable && !is_inside && !value.temporary
        })
    }

    /// In a loop, makes the parts of a statement that own their value or take a
    /// part of another, and look at nothing that other iterations change, steps
    /// of their own. So a change of an outer variable is left with as little as
    /// can be, and what is taken is taken where the statement stands.
    fn hoist(&mut self, expr: &mut Expr) {
        let may_change = matches!(
            expr,
            Expr::MethodCall(_) | Expr::Assign(_) | Expr::Binary(_)
        );
        if self.graph.loop_around(self.region).is_none() || !may_change {
            return;
        }
        for (operand, is_lent) in flatten::value_operands(expr) {
            let owns = methods::owns(operand) || self.is_made(operand);
            let is_part = !is_lent && self.is_part(operand);
            if (owns || is_part)
                && !mentions(operand).is_empty()
                && !self.names_outer_state(operand)
            {
                let name = self.step(std::mem::replace(operand, Expr::PLACEHOLDER), "value");
                *operand = syn::parse_quote!(#name);
            }
        }
    }

    /// Whether `expr` takes or copies a part of a variable of the pipeline's.
    fn is_part(&self, expr: &Expr) -> bool {
        let whole = flatten::whole(expr);
        whole.is_some_and(|name| self.scopes.local(name).is_some())
    }

    /// Whether `expr` calls a closure of the pipeline's whose value borrows from
    /// nothing.
    fn is_made(&self, expr: &Expr) -> bool {
        let Expr::Call(call) = expr else { return false };
        let name = variable(&call.func);
        let value = name.and_then(|name| self.scopes.local(name));
        value.is_some_and(|value| self.makers.contains(&value))
    }

    fn value(&mut self, value: Value, bind: Option<Pat>) {
        let bind = bind.map(Bound::Pattern);
        match value {
            Value::Expr(expr) => self.statement(*expr, bind),
            Value::For(inner) => self.for_loop(*inner, bind),
        }
    }

    /// `let x;`
    fn declare(&mut self, pat: Pat) {
        let id = self.push(syn::parse_quote!(()), NodeKind::Declare, pat.span());
        self.bind(id, Bound::Pattern(pat));
    }

    /// Makes a node of `expr`, and nodes of the steps inside of it.
    fn statement(&mut self, mut expr: Expr, bind: Option<Bound>) {
        if is_jump(&expr) {
            return self.jump(expr);
        }
        flatten::inside(&mut expr, self);
        if self.has_bodies(&expr) {
            return self.branch(expr, bind);
        }
        if bind.is_none() {
            self.hoist(&mut expr);
        }
        let task = flatten::task_of(&expr, self).map(calls::label);
        let kind = task.map_or(NodeKind::Glue, NodeKind::Task);
        let span = flatten::start(&expr);
        let id = self.push(expr, kind, span);
        if matches!(bind, None | Some(Bound::Pattern(Pat::Wild(_)))) {
            let node = &self.graph.nodes[id.0];
            let uses = self.graph.uses(&node.expr, &node.names, true);
            self.graph.nodes[id.0].uses = uses;
        }
        if let Some(bind) = bind {
            self.bind(id, bind);
        }
    }

    /// `break` or `continue`.
    fn jump(&mut self, expr: Expr) {
        let label = match &expr {
            Expr::Break(jump) => jump.label.as_ref(),
            Expr::Continue(jump) => jump.label.as_ref(),
            _ => None,
        };
        let mut loops = self.graph.outwards(self.region).filter(|region| {
            let region = &self.graph.regions[region.0];
            let name = region.target.as_ref().map(|target| &target.name);
            region.role == Role::Loop && (label.is_none() || label == name)
        });
        let Some(target) = loops.next() else {
            let name = text(&expr);
            self.diagnostics.report(rules::JUMP, &expr, name);
            return;
        };
        drop(loops);
        if let Expr::Break(syn::ExprBreak {
            expr: Some(value), ..
        }) = &expr
        {
            self.diagnostics.report(rules::BREAK_VALUE, value, "");
        }
        let span = flatten::start(&expr);
        let id = self.push(expr, NodeKind::Jump(target), span);
        self.graph.nodes[id.0].exit = true;
    }

    fn bind(&mut self, id: NodeId, bound: Bound) {
        let (pat, values) = match bound {
            Bound::Pattern(pat) => {
                let values = self.scopes.bind(&pat, self.region, &mut self.graph);
                (pat, values)
            }
            Bound::Temporary(name) => {
                let pat = flatten::temporary_pattern(&name);
                let value = self.scopes.temporary(name, self.region, &mut self.graph);
                (pat, vec![value])
            }
        };
        let node = &self.graph.nodes[id.0];
        let makes = matches!(&node.expr, Expr::Closure(closure) if methods::gives_owned(closure));
        self.makers.extend(values.iter().filter(|_| makes));
        if methods::lends(&node.expr) {
            self.graph.lend(&pat, &values);
        }
        let node = &mut self.graph.nodes[id.0];
        node.bind = Some(Binding { pat, values });
    }

    /// Adds a node whose expression needs no more flattening.
    fn push(&mut self, mut expr: Expr, kind: NodeKind, span: Span) -> NodeId {
        for hidden in hidden::take_hidden(&mut expr, &|name| self.is_local(name)) {
            let detail = format!(
                "the task `{}` in {}",
                calls::label(&hidden.path),
                hidden.inside
            );
            self.diagnostics
                .report(rules::HIDDEN_TASK, &hidden.path, detail);
        }
        let names = self.scopes.names(&expr, &mut self.graph);
        let uses = self.graph.uses(&expr, &names, false);
        let exit = has_exit(&expr);
        let moved = self.graph.moved(&expr, &names);
        let flatten::Spent { wholes, parts } = flatten::spent(&expr);
        let known = |list: Vec<Ident>| -> Vec<_> {
            let values = list.iter().filter_map(|name| names.get(&name.to_string()));
            values.copied().collect()
        };
        let (spent, parted) = (known(wholes), known(parts));
        let tasks = flatten::tasks_in(&expr, self);
        let id = NodeId(self.graph.nodes.len());
        let region = self.region;
        self.graph.nodes.push(Node {
            kind,
            region,
            bind: None,
            expr,
            names,
            uses,
            moved,
            spent,
            parted,
            tasks,
            exit,
            unread: false,
            same_as: None,
            releases: Vec::new(),
            attrs: self.attrs.clone(),
            span,
        });
        self.graph.regions[region.0].nodes.push(id);
        id
    }

    /// Opens a region, fills it, and comes back.
    fn fill(&mut self, region: Region, fill: impl FnOnce(&mut Self, RegionId)) -> RegionId {
        let id = RegionId(self.graph.regions.len());
        self.graph.regions.push(region);
        let outside = self.scopes.open();
        let parent = std::mem::replace(&mut self.region, id);
        fill(self, id);
        self.region = parent;
        self.scopes.close(outside);
        id
    }

    fn temporary_name(&mut self, hint: &str, span: Span) -> Ident {
        self.temporaries += 1;
        let hint = hint.trim_start_matches("r#");
        format_ident!("__{}{}", hint, self.temporaries, span = spans::at(span))
    }
}

impl Steps for Builder<'_> {
    fn is_local(&self, name: &Ident) -> bool {
        self.scopes.is_local(name)
    }

    fn is_branch(&self, expr: &Expr) -> bool {
        self.has_bodies(expr)
    }

    fn step(&mut self, expr: Expr, hint: &str) -> Ident {
        let task = flatten::task_of(&expr, self).map(calls::label);
        let hint = task
            .as_ref()
            .map_or_else(|| hint.to_owned(), |task| task.replace("::", "_"));
        let span = flatten::start(&expr);
        let name = self.temporary_name(&hint, span);
        let bound = Bound::Temporary(name.clone());
        if self.has_bodies(&expr) {
            self.branch(expr, Some(bound));
        } else {
            let kind = task.map_or(NodeKind::Glue, NodeKind::Task);
            let id = self.push(expr, kind, span);
            self.bind(id, bound);
        }
        name
    }
}

fn is_jump(expr: &Expr) -> bool {
    matches!(expr, Expr::Break(_) | Expr::Continue(_))
}

/// Whether a `?` in `expr` leaves the pipeline, and not a closure in it.
#[must_use]
pub fn has_exit(expr: &Expr) -> bool {
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
