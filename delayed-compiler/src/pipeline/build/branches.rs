//! `if`, `match` and `let … else` with tasks or jumps inside: their bodies are
//! bodies of the pipeline's, and the one that is taken runs.
//!
//! A branch without either is glue: plain Rust, as it stands.

use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{Block, Expr, Pat, Stmt};

use super::flatten::{self, Steps};
use super::{Bound, Builder};
use crate::pipeline::form::calls;
use crate::pipeline::ir::{NodeId, NodeKind, ROOT, Region, RegionId, Role};
use crate::pipeline::parse;
use crate::pipeline::text::text;

impl Builder<'_> {
    /// Whether the bodies of `expr` are bodies of the pipeline's.
    pub(super) fn has_bodies(&self, expr: &Expr) -> bool {
        let mut bodies = Bodies {
            steps: self,
            loops: 0,
            found: false,
        };
        match expr {
            Expr::If(inner) => {
                bodies.visit_block(&inner.then_branch);
                if let Some((_, other)) = &inner.else_branch {
                    bodies.body(other);
                }
            }
            Expr::Match(inner) => inner.arms.iter().for_each(|arm| bodies.body(&arm.body)),
            _ => {}
        }
        bodies.found
    }

    /// Makes a node of an `if` or `match`, and regions of its bodies.
    pub(super) fn branch(&mut self, mut expr: Expr, bind: Option<Bound>) {
        let span = flatten::start(&expr);
        let bodies = take_bodies(&mut expr);
        let patterns = patterns(&expr, bodies.len());
        let id = self.push(expr, NodeKind::Branch(Vec::new()), span);
        let mut arms = Vec::new();
        for (body, patterns) in bodies.into_iter().zip(patterns) {
            arms.push(self.arm(id, &patterns, body, bind.is_some()));
        }
        self.leaves_if_arms_do(id, &arms);
        self.graph.nodes[id.0].kind = NodeKind::Branch(arms);
        if let Some(bind) = bind {
            self.bind(id, bind);
        }
    }

    /// `let pat = init else { … };`
    pub(super) fn let_else(&mut self, pat: Pat, mut init: Expr, otherwise: Vec<Stmt>) {
        let span = flatten::start(&init);
        flatten::inside(&mut init, self);
        if flatten::is_step(&init, self) {
            let name = self.step(init, "value");
            init = syn::parse_quote!(#name);
        }
        let id = self.push(init, NodeKind::LetElse(ROOT), span);
        let arm = self.arm(id, &[], otherwise, false);
        self.leaves_if_arms_do(id, &[arm]);
        self.graph.nodes[id.0].kind = NodeKind::LetElse(arm);
        self.bind(id, Bound::Pattern(pat));
    }

    fn arm(&mut self, node: NodeId, patterns: &[Pat], stmts: Vec<Stmt>, valued: bool) -> RegionId {
        let whole = self.graph.nodes[node.0].span;
        let span = stmts.first().map_or(whole, Spanned::span);
        let mut region = Region::new(Role::Arm, Some(self.region), Some(node), span);
        let texts: Vec<_> = patterns.iter().map(text).collect();
        region.label = texts.join(", ");
        let body = parse::body(stmts, valued, self.diagnostics);
        self.fill(region, |this, region| {
            for pat in patterns {
                let items = this.scopes.bind(pat, region, &mut this.graph);
                this.graph.regions[region.0].items.extend(items);
            }
            this.body(body, &NodeKind::Value);
        })
    }

    fn leaves_if_arms_do(&mut self, id: NodeId, arms: &[RegionId]) {
        let leaves = arms.iter().any(|arm| {
            let mut inside = self.graph.nodes_inside(*arm);
            inside.any(|node| self.graph.nodes[node.0].exit)
        });
        self.graph.nodes[id.0].exit |= leaves;
    }
}

/// Looks for tasks and jumps in the bodies of a branch.
struct Bodies<'a> {
    steps: &'a Builder<'a>,
    /// How many loops there stand around.
    loops: usize,
    found: bool,
}

impl Bodies<'_> {
    /// A body: its braces do not make it a plain block.
    fn body(&mut self, body: &Expr) {
        match body {
            Expr::Block(block) if block.label.is_none() => self.visit_block(&block.block),
            body => self.visit_expr(body),
        }
    }
}

impl<'ast> Visit<'ast> for Bodies<'_> {
    fn visit_expr(&mut self, expr: &'ast Expr) {
        match expr {
            Expr::Break(_) | Expr::Continue(_) => self.found |= self.loops == 0,
            Expr::Call(call) => {
                let task = calls::task(call, |name| self.steps.is_local(name));
                self.found |= task.is_some();
                visit::visit_expr_call(self, call);
            }
            Expr::If(inner) => {
                self.visit_expr(&inner.cond);
                self.visit_block(&inner.then_branch);
                if let Some((_, other)) = &inner.else_branch {
                    self.body(other);
                }
            }
            Expr::Match(inner) => {
                self.visit_expr(&inner.expr);
                inner.arms.iter().for_each(|arm| self.body(&arm.body));
            }
            Expr::ForLoop(_) | Expr::While(_) | Expr::Loop(_) => {
                self.loops += 1;
                visit::visit_expr(self, expr);
                self.loops -= 1;
            }
            // Plain Rust, where a call is a call.
            Expr::Block(_) | Expr::Unsafe(_) | Expr::Closure(_) | Expr::Async(_) => {}
            expr => visit::visit_expr(self, expr),
        }
    }

    fn visit_local(&mut self, local: &'ast syn::Local) {
        if let Some(init) = &local.init {
            // Only a loop of ours has a value.
            self.found |= matches!(*init.expr, Expr::ForLoop(_));
            self.visit_expr(&init.expr);
            if let Some((_, otherwise)) = &init.diverge {
                self.body(otherwise);
            }
        }
    }

    fn visit_item(&mut self, _: &'ast syn::Item) {}
}

/// Takes the bodies out of an `if` or `match`, in the order written.
fn take_bodies(expr: &mut Expr) -> Vec<Vec<Stmt>> {
    match expr {
        Expr::If(inner) => {
            let mut bodies = vec![std::mem::take(&mut inner.then_branch.stmts)];
            if let Some((_, other)) = &mut inner.else_branch {
                bodies.push(take_body(other));
            }
            bodies
        }
        Expr::Match(inner) => {
            let bodies = inner.arms.iter_mut().map(|arm| take_body(&mut arm.body));
            bodies.collect()
        }
        _ => Vec::new(),
    }
}

fn take_body(body: &mut Expr) -> Vec<Stmt> {
    match std::mem::replace(body, syn::parse_quote!({})) {
        Expr::Block(block) if block.label.is_none() && block.attrs.is_empty() => block.block.stmts,
        // `else if …`, or an arm without braces.
        body => vec![Stmt::Expr(body, None)],
    }
}

/// The patterns that each of the bodies can see.
fn patterns(expr: &Expr, bodies: usize) -> Vec<Vec<Pat>> {
    match expr {
        Expr::Match(inner) => {
            let patterns = inner.arms.iter().map(|arm| vec![arm.pat.clone()]);
            patterns.collect()
        }
        Expr::If(inner) => {
            let mut lets = Lets(Vec::new());
            lets.visit_expr(&inner.cond);
            let mut patterns = vec![Vec::new(); bodies];
            patterns[0] = lets.0;
            patterns
        }
        _ => vec![Vec::new(); bodies],
    }
}

/// The patterns of `if let … && let …`.
struct Lets(Vec<Pat>);

impl<'ast> Visit<'ast> for Lets {
    fn visit_expr_let(&mut self, inner: &'ast syn::ExprLet) {
        self.0.push((*inner.pat).clone());
        visit::visit_expr_let(self, inner);
    }
    fn visit_expr_closure(&mut self, _: &'ast syn::ExprClosure) {}
    fn visit_block(&mut self, _: &'ast Block) {}
}
