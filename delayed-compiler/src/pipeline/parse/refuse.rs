//! What an expression in a pipeline cannot contain, and what it means.

use quote::ToTokens;
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, ExprBlock, ExprClosure, Item};

use crate::diagnostics::{Diagnostics, Rule, rules};
use crate::pipeline::parse::list;

/// Reports what is refused in a statement, and puts `unreachable!()` there.
pub(super) fn statement(expr: &mut Expr, diagnostics: &mut Diagnostics) {
    let place = match expr {
        // The pipeline's own: its source and body are looked at by themselves.
        Expr::ForLoop(_) => return,
        // `build` says whether a loop is around it.
        Expr::Break(_) | Expr::Continue(_) => Place::Branch,
        _ => Place::Expression,
    };
    refuse(expr, place, diagnostics);
}

/// Reports what is refused anywhere in `expr`, and puts `unreachable!()` there.
pub(super) fn expression(expr: &mut Expr, diagnostics: &mut Diagnostics) {
    refuse(expr, Place::Expression, diagnostics);
}

fn refuse(expr: &mut Expr, place: Place, diagnostics: &mut Diagnostics) {
    let mut refusals = Refusals {
        diagnostics,
        place,
        loops: 0,
    };
    refusals.visit_expr_mut(expr);
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
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

    /// Whether a loop here is one of plain Rust.
    fn is_plain(&self) -> bool {
        matches!(self.place, Place::Plain | Place::Branch)
    }

    fn refuse(&mut self, rule: &'static Rule, at: impl ToTokens, detail: &str, expr: &mut Expr) {
        self.diagnostics.report(rule, at, detail);
        // What ends in braces needs no `;` behind it, and neither may this.
        *expr = match expr {
            Expr::ForLoop(_) | Expr::While(_) | Expr::Loop(_) | Expr::Block(_) => {
                syn::parse_quote!({ ::core::unreachable!() })
            }
            _ => syn::parse_quote!(::core::unreachable!()),
        };
    }

    fn jump(&mut self, at: impl ToTokens, name: &str, expr: &mut Expr) {
        if self.loops == 0 && self.place != Place::Branch {
            self.refuse(rules::JUMP, at, name, expr);
        }
    }

    fn plain_loop(&mut self, expr: &mut Expr) {
        self.loops += 1;
        self.plain(|this| visit_mut::visit_expr_mut(this, expr));
        self.loops -= 1;
    }

    /// A body of a branch: its braces do not make it a plain block.
    fn body(&mut self, body: &mut Expr) {
        match body {
            Expr::Block(block) if block.label.is_none() => {
                self.visit_block_mut(&mut block.block);
            }
            body => self.visit_expr_mut(body),
        }
    }
}

impl VisitMut for Refusals<'_> {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        if let Expr::Macro(inner) = expr
            && self.place != Place::Plain
            && let Some(list) = list::without_macro(inner)
        {
            *expr = list;
        }
        match expr {
            Expr::While(inner) if !self.is_plain() => {
                let token = inner.while_token;
                self.refuse(rules::UNBOUNDED_LOOP, token, "while", expr);
            }
            Expr::Loop(inner) if !self.is_plain() => {
                let token = inner.loop_token;
                self.refuse(rules::UNBOUNDED_LOOP, token, "loop", expr);
            }
            Expr::ForLoop(inner) if !self.is_plain() => {
                let token = inner.for_token;
                self.refuse(rules::LOOP_INSIDE_EXPRESSION, token, "", expr);
            }
            Expr::While(_) | Expr::Loop(_) | Expr::ForLoop(_) => self.plain_loop(expr),
            Expr::Return(inner) => {
                let at = inner.clone();
                self.refuse(rules::RETURN, at, "", expr);
            }
            Expr::Await(inner) => {
                let token = inner.await_token;
                self.refuse(rules::AWAIT, token, "", expr);
            }
            Expr::Block(inner) if inner.label.is_some() => {
                let label = inner.label.clone();
                self.refuse(rules::LABEL, label, "", expr);
            }
            Expr::Break(inner) => {
                let token = inner.break_token;
                self.jump(token, "break", expr);
            }
            Expr::Continue(inner) => {
                let token = inner.continue_token;
                self.jump(token, "continue", expr);
            }
            Expr::If(inner) => {
                self.visit_expr_mut(&mut inner.cond);
                self.branch(|this| {
                    this.visit_block_mut(&mut inner.then_branch);
                    if let Some((_, other)) = &mut inner.else_branch {
                        this.body(other);
                    }
                });
            }
            Expr::Match(inner) => {
                self.visit_expr_mut(&mut inner.expr);
                self.branch(|this| {
                    for arm in &mut inner.arms {
                        this.visit_pat_mut(&mut arm.pat);
                        this.body(&mut arm.body);
                    }
                });
            }
            expr => visit_mut::visit_expr_mut(self, expr),
        }
    }

    fn visit_expr_block_mut(&mut self, block: &mut ExprBlock) {
        self.plain(|this| visit_mut::visit_expr_block_mut(this, block));
    }

    fn visit_expr_unsafe_mut(&mut self, block: &mut syn::ExprUnsafe) {
        self.plain(|this| visit_mut::visit_expr_unsafe_mut(this, block));
    }

    fn visit_local_mut(&mut self, local: &mut syn::Local) {
        self.visit_pat_mut(&mut local.pat);
        if let Some(init) = &mut local.init {
            self.visit_expr_mut(&mut init.expr);
            if let Some((_, otherwise)) = &mut init.diverge {
                self.body(otherwise);
            }
        }
    }

    // What returns or breaks there does so there.
    fn visit_expr_closure_mut(&mut self, _: &mut ExprClosure) {}
    fn visit_expr_async_mut(&mut self, _: &mut syn::ExprAsync) {}
    fn visit_item_mut(&mut self, _: &mut Item) {}
}
