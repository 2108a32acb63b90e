//! Which variables an expression names, and what it does with them.

mod macros;
mod parts;
mod patterns;

use std::collections::BTreeMap;

use proc_macro2::Ident;
use syn::visit::{self, Visit};
use syn::{Block, Expr, ExprMethodCall, Macro, Pat};

pub use self::parts::{field_of, only_referenced, takes_field};
pub use self::patterns::{bindings, dereferenced};
use super::methods::{self, Through};
use super::{is_change_op, places, variable};

/// What an expression does with a variable, as far as its form tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mode {
    /// `&x`, `x.field`, `x[i]`, a name in a format string.
    Borrow,
    /// `x`: moved, or copied if its type can be.
    Move,
    /// The receiver of a method, which may look, change or take.
    Receiver,
    /// `x(…)`: a function's name, unless the pipeline binds it to a closure.
    Call,
    /// Named in the tokens of a macro we do not know.
    Unknown,
    /// Assigned to, or borrowed by `&mut`.
    Change,
}

/// A variable that an expression names.
#[derive(Clone, Debug)]
pub struct Mention {
    /// The name as written there.
    pub name: Ident,
    /// The field, where only a field of `self` is meant.
    pub field: Option<Ident>,
    /// What is done with it.
    pub mode: Mode,
    /// It is the receiver of a method that changes it.
    pub changes: Option<Through>,
}

impl Mention {
    /// What `names` knows of the mentioned variable, or field of `self`.
    #[must_use]
    pub fn find<T: Copy>(&self, names: &BTreeMap<String, T>) -> Option<T> {
        let field = self.field.as_ref();
        let known = field.and_then(|field| names.get(&format!("{}.{field}", self.name)));
        known.or_else(|| names.get(&self.name.to_string())).copied()
    }
}

/// The variables from outside that `expr` names, in the order written.
#[must_use]
pub fn mentions(expr: &Expr) -> Vec<Mention> {
    let mut names = Names {
        found: Vec::new(),
        bound: Vec::new(),
    };
    names.visit_expr(expr);
    names.found
}

struct Names {
    found: Vec<Mention>,
    /// Names that are bound inside of the expression itself.
    bound: Vec<String>,
}

impl Names {
    fn note(&mut self, name: &Ident, mode: Mode) {
        self.note_field(name, None, mode);
    }

    fn note_field(&mut self, name: &Ident, field: Option<Ident>, mode: Mode) {
        if !self.bound.contains(&name.to_string()) {
            self.found.push(Mention {
                name: name.clone(),
                field,
                mode,
                changes: None,
            });
        }
    }

    /// The receiver of a method.
    fn receiver(&mut self, call: &ExprMethodCall) {
        let before = self.found.len();
        self.place(&call.receiver, Mode::Receiver);
        if let Some(root) = self.found.get_mut(before)
            && root.mode == Mode::Receiver
            && is_place(&call.receiver)
        {
            root.changes = methods::changes(call);
            if methods::looks(call) {
                root.mode = Mode::Borrow;
            }
        }
    }

    /// A statement whose value is thrown away: a method there, or one whose
    /// value is assigned to, is called for its effect.
    fn discarded(&mut self, expr: &Expr) {
        let before = self.found.len();
        self.visit_expr(expr);
        let mut root = match without_exit(expr) {
            Expr::MethodCall(call) => &*call.receiver,
            Expr::Assign(assign) => &*assign.left,
            Expr::Binary(binary) if is_change_op(&binary.op) => &*binary.left,
            _ => return,
        };
        let name = loop {
            match root {
                Expr::Field(field) => root = &field.base,
                Expr::Index(index) => root = &index.expr,
                Expr::Paren(paren) => root = &paren.expr,
                Expr::Unary(unary) => root = &unary.expr,
                Expr::MethodCall(call) => root = &call.receiver,
                root => break variable(root),
            }
        };
        for mention in &mut self.found[before..] {
            if Some(&mention.name) == name && mention.mode == Mode::Receiver {
                mention.changes = Some(Through::Shared);
            }
        }
    }

    fn bind(&mut self, pat: &Pat) {
        self.bound
            .extend(bindings(pat).into_iter().map(|(name, _)| name.to_string()));
    }

    fn scope(&mut self, visit: impl FnOnce(&mut Self)) {
        let outside = self.bound.len();
        visit(self);
        self.bound.truncate(outside);
    }

    /// An expression that stands for a place in memory: `mode` is its root's.
    fn place(&mut self, expr: &Expr, mode: Mode) {
        match expr {
            Expr::Field(field) => match (variable(&field.base), &field.member) {
                (Some(name), syn::Member::Named(field)) if name == "self" => {
                    self.note_field(name, Some(field.clone()), mode);
                }
                _ => self.place(&field.base, mode),
            },
            Expr::Index(index) => {
                self.place(&index.expr, mode);
                self.visit_expr(&index.index);
            }
            Expr::Unary(unary) if matches!(unary.op, syn::UnOp::Deref(_)) => {
                self.place(&unary.expr, mode);
            }
            Expr::Paren(paren) => self.place(&paren.expr, mode),
            expr => match variable(expr) {
                Some(name) => self.note(name, mode),
                None => self.visit_expr(expr),
            },
        }
    }
}

impl<'ast> Visit<'ast> for Names {
    fn visit_expr(&mut self, expr: &'ast Expr) {
        match expr {
            Expr::Reference(reference) => {
                let changes = reference.mutability.is_some();
                self.place(
                    &reference.expr,
                    if changes { Mode::Change } else { Mode::Borrow },
                );
            }
            Expr::MethodCall(call) => {
                self.receiver(call);
                call.args.iter().for_each(|arg| self.visit_expr(arg));
            }
            Expr::Field(_) | Expr::Index(_) => self.place(expr, Mode::Borrow),
            Expr::Unary(unary) if matches!(unary.op, syn::UnOp::Deref(_)) => {
                self.place(expr, Mode::Borrow);
            }
            Expr::Assign(assign) => {
                self.visit_expr(&assign.right);
                for place in places(&assign.left) {
                    self.place(place, Mode::Change);
                }
            }
            Expr::Binary(binary) if is_change_op(&binary.op) => {
                self.visit_expr(&binary.right);
                self.place(&binary.left, Mode::Change);
            }
            Expr::Closure(closure) => self.scope(|this| {
                closure.inputs.iter().for_each(|pat| this.bind(pat));
                this.visit_expr(&closure.body);
            }),
            Expr::ForLoop(inner) => self.scope(|this| {
                this.visit_expr(&inner.expr);
                this.bind(&inner.pat);
                this.visit_block(&inner.body);
            }),
            Expr::If(inner) => {
                // What the condition binds is seen by the first branch only.
                self.scope(|this| {
                    this.visit_expr(&inner.cond);
                    this.visit_block(&inner.then_branch);
                });
                if let Some((_, other)) = &inner.else_branch {
                    self.visit_expr(other);
                }
            }
            Expr::While(inner) => self.scope(|this| {
                this.visit_expr(&inner.cond);
                this.visit_block(&inner.body);
            }),
            Expr::Let(inner) => {
                self.place(&inner.expr, Mode::Move);
                self.bind(&inner.pat);
            }
            Expr::Match(inner) => {
                self.place(&inner.expr, Mode::Move);
                for arm in &inner.arms {
                    self.scope(|this| {
                        this.bind(&arm.pat);
                        this.visit_pat(&arm.pat);
                        this.visit_expr(&arm.body);
                    });
                }
            }
            Expr::Call(call) => {
                let mut function = &*call.func;
                while let Expr::Paren(inner) = function {
                    function = &inner.expr;
                }
                match variable(function) {
                    Some(name) => self.note(name, Mode::Call),
                    None => self.place(&call.func, Mode::Receiver),
                }
                call.args.iter().for_each(|arg| self.visit_expr(arg));
            }
            Expr::Struct(inner) => {
                inner
                    .fields
                    .iter()
                    .for_each(|field| self.visit_expr(&field.expr));
                if let Some(rest) = &inner.rest {
                    self.place(rest, Mode::Move);
                }
            }
            expr => match variable(expr) {
                Some(name) => self.note(name, Mode::Move),
                None => visit::visit_expr(self, expr),
            },
        }
    }

    fn visit_block(&mut self, block: &'ast Block) {
        self.scope(|this| {
            for stmt in &block.stmts {
                match stmt {
                    syn::Stmt::Local(local) => {
                        if let Some(init) = &local.init {
                            this.visit_expr(&init.expr);
                            if let Some((_, diverge)) = &init.diverge {
                                this.visit_expr(diverge);
                            }
                        }
                        this.bind(&local.pat);
                    }
                    // A function in there cannot see our variables.
                    syn::Stmt::Item(_) => {}
                    syn::Stmt::Expr(expr, Some(_)) => this.discarded(expr),
                    stmt => this.visit_stmt(stmt),
                }
            }
        });
    }

    fn visit_macro(&mut self, mac: &'ast Macro) {
        self.macro_call(mac);
    }
}

/// `f(x)` of `f(x)?`.
fn without_exit(expr: &Expr) -> &Expr {
    match expr {
        Expr::Try(attempt) => without_exit(&attempt.expr),
        Expr::Paren(paren) => without_exit(&paren.expr),
        expr => expr,
    }
}

/// Whether `expr` stands for a place in memory, and not for a value.
fn is_place(expr: &Expr) -> bool {
    match expr {
        Expr::Field(field) => is_place(&field.base),
        Expr::Index(index) => is_place(&index.expr),
        Expr::Paren(paren) => is_place(&paren.expr),
        Expr::Unary(unary) => is_place(&unary.expr),
        expr => variable(expr).is_some(),
    }
}

/// What a statement of which nobody reads the value does with variables.
#[must_use]
pub fn mentions_of_statement(expr: &Expr) -> Vec<Mention> {
    let mut names = Names {
        found: Vec::new(),
        bound: Vec::new(),
    };
    names.discarded(expr);
    names.found
}
