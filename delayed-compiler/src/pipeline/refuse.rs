//! What an expression in a pipeline cannot contain.

use syn::visit::{self, Visit};
use syn::{Attribute, Expr, ExprBlock, ExprClosure, Item};

use crate::diagnostics::{Diagnostics, rules};

/// Reports what is refused anywhere in `expr`.
pub fn expression(expr: &Expr, diagnostics: &mut Diagnostics) {
    let place = match expr {
        // A statement of its own, where users expect a pipeline's loop.
        Expr::While(_) | Expr::Loop(_) => Place::Pipeline,
        // A statement of its own: `build` says whether a loop is around it.
        Expr::Break(_) | Expr::Continue(_) => Place::Branch,
        _ => Place::Expression,
    };
    Refusals {
        diagnostics,
        place,
        loops: 0,
    }
    .visit_expr(expr);
}

/// Reports attributes, which nothing carries over yet.
pub fn attributes(attrs: &[Attribute], diagnostics: &mut Diagnostics) {
    for attr in attrs {
        diagnostics.report(rules::ATTRIBUTE, attr, "");
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Where the pipeline's own statements stand.
    Pipeline,
    /// Inside of an expression of the user's.
    Expression,
    /// Inside of a branch, which may turn out to be a body of the pipeline's.
    Branch,
    /// Inside of a plain block: Rust as it is.
    Plain,
}

struct Refusals<'a> {
    diagnostics: &'a mut Diagnostics,
    place: Place,
    /// How many loops of plain Rust stand around this.
    loops: usize,
}

impl Refusals<'_> {
    fn inside(&mut self, place: Place, visit: impl FnOnce(&mut Self)) {
        let outside = std::mem::replace(&mut self.place, place);
        visit(self);
        self.place = outside;
    }

    fn plain(&mut self, visit: impl FnOnce(&mut Self)) {
        self.inside(Place::Plain, visit);
    }

    /// A body of an `if` or `match`: what is wrong with its statements is said
    /// when it is found to be a body of the pipeline's.
    fn branch(&mut self, visit: impl FnOnce(&mut Self)) {
        let is_plain = self.place == Place::Plain;
        self.inside(
            if is_plain {
                Place::Plain
            } else {
                Place::Branch
            },
            visit,
        );
    }

    fn jump(&mut self, token: impl quote::ToTokens, name: &str) {
        if self.loops == 0 && self.place != Place::Branch {
            self.diagnostics.report(rules::JUMP, token, name);
        }
    }

    fn plain_loop(&mut self, visit: impl FnOnce(&mut Self)) {
        self.loops += 1;
        self.plain(visit);
        self.loops -= 1;
    }

    fn unbounded(&mut self, token: impl quote::ToTokens, name: &str) {
        if !matches!(self.place, Place::Plain | Place::Branch) {
            self.diagnostics.report(rules::UNBOUNDED_LOOP, token, name);
        }
    }
}

impl<'ast> Visit<'ast> for Refusals<'_> {
    fn visit_expr(&mut self, expr: &'ast Expr) {
        match expr {
            Expr::While(inner) => {
                self.unbounded(inner.while_token, "while");
                self.plain_loop(|this| visit::visit_expr_while(this, inner));
            }
            Expr::Loop(inner) => {
                self.unbounded(inner.loop_token, "loop");
                self.plain_loop(|this| visit::visit_expr_loop(this, inner));
            }
            Expr::ForLoop(inner) => {
                if !matches!(self.place, Place::Plain | Place::Branch) {
                    self.diagnostics
                        .report(rules::LOOP_INSIDE_EXPRESSION, inner.for_token, "");
                }
                self.plain_loop(|this| visit::visit_expr_for_loop(this, inner));
            }
            Expr::Return(inner) => self.diagnostics.report(rules::RETURN, inner, ""),
            Expr::Await(inner) => self.diagnostics.report(rules::AWAIT, inner.await_token, ""),
            Expr::Break(inner) => self.jump(inner.break_token, "break"),
            Expr::Continue(inner) => self.jump(inner.continue_token, "continue"),
            Expr::If(inner) => {
                self.visit_expr(&inner.cond);
                self.branch(|this| {
                    this.visit_block(&inner.then_branch);
                    if let Some((_, other)) = &inner.else_branch {
                        match &**other {
                            Expr::Block(block) => this.visit_block(&block.block),
                            other => this.visit_expr(other),
                        }
                    }
                });
            }
            Expr::Match(inner) => {
                self.visit_expr(&inner.expr);
                self.branch(|this| {
                    for arm in &inner.arms {
                        this.visit_pat(&arm.pat);
                        match &*arm.body {
                            Expr::Block(block) => this.visit_block(&block.block),
                            body => this.visit_expr(body),
                        }
                    }
                });
            }
            expr => visit::visit_expr(self, expr),
        }
    }

    fn visit_expr_block(&mut self, block: &'ast ExprBlock) {
        if let Some(label) = &block.label {
            self.diagnostics.report(rules::LABEL, label, "");
        }
        self.plain(|this| visit::visit_expr_block(this, block));
    }

    fn visit_expr_unsafe(&mut self, block: &'ast syn::ExprUnsafe) {
        self.plain(|this| visit::visit_expr_unsafe(this, block));
    }

    // What returns or breaks there does so there.
    fn visit_expr_closure(&mut self, _: &'ast ExprClosure) {}
    fn visit_expr_async(&mut self, _: &'ast syn::ExprAsync) {}
    fn visit_item(&mut self, _: &'ast Item) {}
}
