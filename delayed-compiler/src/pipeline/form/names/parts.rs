//! What an expression does with a part of a variable, or with all of it.

use proc_macro2::Ident;
use syn::visit::{self, Visit};
use syn::{Expr, ExprMethodCall};

use super::mentions;
use crate::pipeline::form::variable;

/// Whether `expr` has a field of `name`, as in `name.x`.
#[must_use]
pub fn field_of(expr: &Expr, name: &Ident) -> bool {
    struct Fields<'a>(&'a Ident, bool);
    impl<'ast> Visit<'ast> for Fields<'_> {
        fn visit_expr_field(&mut self, field: &'ast syn::ExprField) {
            self.1 |= variable(&field.base).is_some_and(|name| name == self.0);
            visit::visit_expr_field(self, field);
        }
    }
    let mut fields = Fields(name, false);
    fields.visit_expr(expr);
    fields.1
}

/// Whether `expr` may take a field of the variable `name` (or of its field
/// `of`, if that is the variable): it has one that it neither lends nor indexes,
/// nor calls a method of that is not known for taking its value.
#[must_use]
pub fn takes_field(expr: &Expr, name: &Ident, of: Option<&Ident>) -> bool {
    struct Takes<'a> {
        name: &'a Ident,
        of: Option<&'a Ident>,
        found: bool,
    }
    impl Takes<'_> {
        /// A place that is looked at, and not taken.
        fn lent(&mut self, place: &Expr) {
            match place {
                Expr::Field(field) => self.lent(&field.base),
                Expr::Paren(inner) => self.lent(&inner.expr),
                Expr::Index(index) => {
                    self.lent(&index.expr);
                    self.visit_expr(&index.index);
                }
                Expr::Path(_) => {}
                other => self.visit_expr(other),
            }
        }
    }
    impl<'ast> Visit<'ast> for Takes<'_> {
        fn visit_expr_reference(&mut self, reference: &'ast syn::ExprReference) {
            self.lent(&reference.expr);
        }
        fn visit_expr_index(&mut self, index: &'ast syn::ExprIndex) {
            self.lent(&index.expr);
            self.visit_expr(&index.index);
        }
        fn visit_expr_method_call(&mut self, call: &'ast ExprMethodCall) {
            let method = call.method.to_string();
            let takes = ["into", "unwrap", "expect", "map", "and_then", "ok"];
            if takes.iter().any(|begin| method.starts_with(begin)) {
                self.visit_expr(&call.receiver);
            } else {
                self.lent(&call.receiver);
            }
            call.args
                .iter()
                .for_each(|argument| self.visit_expr(argument));
        }
        fn visit_expr_field(&mut self, field: &'ast syn::ExprField) {
            let is_base = variable(&field.base).is_some_and(|name| name == self.name);
            let is_field = match (&field.member, self.of) {
                (syn::Member::Named(member), Some(of)) => member == of,
                (_, of) => of.is_none(),
            };
            self.found |= is_base && is_field;
            visit::visit_expr_field(self, field);
        }
    }
    let found = false;
    let mut takes = Takes { name, of, found };
    takes.visit_expr(expr);
    takes.found
}

/// Whether `expr` only ever borrows `name` as a whole, by `&name`.
#[must_use]
pub fn only_referenced(expr: &Expr, name: &Ident) -> bool {
    struct References<'a>(&'a Ident, usize);
    impl<'ast> Visit<'ast> for References<'_> {
        fn visit_expr_reference(&mut self, reference: &'ast syn::ExprReference) {
            let is_name = variable(&reference.expr).is_some_and(|name| name == self.0);
            if is_name && reference.mutability.is_none() {
                self.1 += 1;
            }
            visit::visit_expr_reference(self, reference);
        }
    }
    let mut references = References(name, 0);
    references.visit_expr(expr);
    let all = mentions(expr)
        .into_iter()
        .filter(|mention| mention.name == *name)
        .count();
    references.1 == all
}
