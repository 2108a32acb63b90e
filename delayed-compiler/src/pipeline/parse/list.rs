//! `vec![f(x), g(y)]`: the one macro whose tokens are what they look like.

use quote::quote_spanned;
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, ExprCall, ExprMacro, Token};

use crate::pipeline::form::calls;

/// The same list without the macro, if tasks are called in it: their calls can
/// be taken out of an array. What the list is made of stays the user's tokens.
pub(super) fn without_macro(inner: &ExprMacro) -> Option<Expr> {
    if !inner.mac.path.is_ident("vec") {
        return None;
    }
    let parser = Punctuated::<Expr, Token![,]>::parse_terminated;
    let mut elements = parser.parse2(inner.mac.tokens.clone()).ok()?;
    let mut calls = Calls { found: false };
    for element in &mut elements {
        Lists.visit_expr_mut(element);
        calls.visit_expr(element);
    }
    let here = inner.mac.path.span();
    calls.found.then(|| {
        let list = quote_spanned!(here=> ::std::vec::Vec::from([#elements]));
        syn::parse_quote!(#list)
    })
}

/// Does the same to lists in a list.
struct Lists;

impl VisitMut for Lists {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        if let Expr::Macro(inner) = expr
            && let Some(list) = without_macro(inner)
        {
            *expr = list;
        } else {
            visit_mut::visit_expr_mut(self, expr);
        }
    }
}

/// Looks for a call that may be a task's.
struct Calls {
    found: bool,
}

impl<'ast> Visit<'ast> for Calls {
    fn visit_expr_call(&mut self, call: &'ast ExprCall) {
        self.found |= calls::task(call, |_| false).is_some();
        visit::visit_expr_call(self, call);
    }

    // Plain Rust, where a call is a call.
    fn visit_expr_block(&mut self, _: &'ast syn::ExprBlock) {}
    fn visit_expr_unsafe(&mut self, _: &'ast syn::ExprUnsafe) {}
    fn visit_expr_async(&mut self, _: &'ast syn::ExprAsync) {}
}
