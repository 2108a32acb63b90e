//! What an expression in a pipeline cannot contain.

use syn::visit::{self, Visit};
use syn::{Attribute, Expr, ExprBlock, ExprClosure, Item};

use crate::diagnostics::{Diagnostics, rules};

/// Reports what is refused anywhere in `expr`.
pub fn expression(expr: &Expr, diagnostics: &mut Diagnostics) {
    let place = match expr {
        // A statement of its own, where users expect a pipeline's loop.
        Expr::While(_) | Expr::Loop(_) => Place::Pipeline,
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
    fn plain(&mut self, visit: impl FnOnce(&mut Self)) {
        let outside = std::mem::replace(&mut self.place, Place::Plain);
        visit(self);
        self.place = outside;
    }

    fn plain_loop(&mut self, visit: impl FnOnce(&mut Self)) {
        self.loops += 1;
        self.plain(visit);
        self.loops -= 1;
    }

    fn unbounded(&mut self, token: impl quote::ToTokens, name: &str) {
        if self.place != Place::Plain {
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
                if self.place != Place::Plain {
                    self.diagnostics
                        .report(rules::LOOP_INSIDE_EXPRESSION, inner.for_token, "");
                }
                self.plain_loop(|this| visit::visit_expr_for_loop(this, inner));
            }
            Expr::Return(inner) => self.diagnostics.report(rules::RETURN, inner, ""),
            Expr::Await(inner) => self.diagnostics.report(rules::AWAIT, inner.await_token, ""),
            Expr::Break(inner) if self.loops == 0 => {
                self.diagnostics
                    .report(rules::JUMP, inner.break_token, "break");
            }
            Expr::Continue(inner) if self.loops == 0 => {
                self.diagnostics
                    .report(rules::JUMP, inner.continue_token, "continue");
            }
            Expr::Macro(inner) if inner.mac.path.is_ident("pipeline") => {
                self.diagnostics.report(rules::NESTED, &inner.mac.path, "");
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
