//! Tasks where none can run: a closure or a macro is Rust of its own, and a
//! call there that reads like a task's would build a node that nothing runs.
//! Once that has been said, `unreachable!()` stands for the call, so that rustc
//! has nothing to say of the node.

use proc_macro2::{Ident, TokenTree};
use quote::quote;
use syn::parse::{Parse, ParseStream};
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, Macro, Pat, Path, Token};

use crate::pipeline::form::calls;
use crate::pipeline::form::names::bindings;

/// A call that reads like a task's.
pub(super) struct Hidden {
    /// The path that is called.
    pub(super) path: Path,
    /// What it is inside of.
    pub(super) inside: &'static str,
}

/// The calls of tasks that closures and macros in `expr` hide. `is_local` tells
/// the pipeline's own variables, which may hold closures.
pub(super) fn take_hidden(expr: &mut Expr, is_local: &impl Fn(&Ident) -> bool) -> Vec<Hidden> {
    let mut search = Search {
        is_local,
        inside: None,
        bound: Vec::new(),
        found: Vec::new(),
    };
    search.visit_expr_mut(expr);
    search.found
}

struct Search<'a, F> {
    is_local: &'a F,
    inside: Option<&'static str>,
    /// What the closures around bind.
    bound: Vec<String>,
    found: Vec<Hidden>,
}

impl<F: Fn(&Ident) -> bool> Search<'_, F> {
    fn within(&mut self, inside: &'static str, visit: impl FnOnce(&mut Self)) {
        let outside = self.inside.replace(inside);
        let bound = self.bound.len();
        visit(self);
        self.bound.truncate(bound);
        self.inside = outside;
    }

    fn bind(&mut self, pat: &Pat) {
        let names = bindings(pat).into_iter().map(|(name, _)| name.to_string());
        self.bound.extend(names);
    }
}

impl<F: Fn(&Ident) -> bool> VisitMut for Search<'_, F> {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        visit_mut::visit_expr_mut(self, expr);
        let (Some(inside), Expr::Call(call)) = (self.inside, &*expr) else {
            return;
        };
        let is_local =
            |name: &Ident| (self.is_local)(name) || self.bound.contains(&name.to_string());
        if let Some(path) = calls::task(call, is_local) {
            let path = path.clone();
            let arguments = call.args.iter();
            *expr = syn::parse_quote!({ let _ = (#(&#arguments,)*); ::core::unreachable!() });
            self.found.push(Hidden { path, inside });
        }
    }

    fn visit_expr_closure_mut(&mut self, closure: &mut syn::ExprClosure) {
        self.within("a closure", |this| {
            closure.inputs.iter().for_each(|pat| this.bind(pat));
            this.visit_expr_mut(&mut closure.body);
        });
    }

    fn visit_macro_mut(&mut self, mac: &mut Macro) {
        // In these, what reads like a call is none of ours.
        const OTHER: [&str; 3] = ["cfg", "pipeline", "stringify"];
        if OTHER.iter().any(|name| mac.path.is_ident(name)) {
            return;
        }
        // Tokens that are no expressions have a meaning of their own.
        let Ok(Arguments(mut arguments)) = syn::parse2(mac.tokens.clone()) else {
            return;
        };
        let known = self.found.len();
        self.within("a macro", |this| {
            for (argument, _) in &mut arguments {
                this.visit_expr_mut(argument);
            }
        });
        if self.found.len() > known {
            let arguments = arguments.iter();
            let parts = arguments.map(|(argument, between)| quote!(#argument #between));
            mac.tokens = parts.collect();
        }
    }

    fn visit_local_mut(&mut self, local: &mut syn::Local) {
        visit_mut::visit_local_mut(self, local);
        self.bind(&local.pat);
    }

    // Plain Rust, where a call is a call.
    fn visit_expr_block_mut(&mut self, _: &mut syn::ExprBlock) {}
    fn visit_expr_unsafe_mut(&mut self, _: &mut syn::ExprUnsafe) {}
    fn visit_expr_async_mut(&mut self, _: &mut syn::ExprAsync) {}
    fn visit_item_mut(&mut self, _: &mut syn::Item) {}
}

/// Expressions with a `,` or `;` behind each, but perhaps the last: those of
/// `println!("{}", f(x))` and of `vec![f(x); 3]`.
struct Arguments(Vec<(Expr, Option<TokenTree>)>);

impl Parse for Arguments {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut arguments = Vec::new();
        while !input.is_empty() {
            let argument = input.parse()?;
            let is_over = input.is_empty();
            let ends = input.peek(Token![,]) || input.peek(Token![;]);
            if !is_over && !ends {
                return Err(input.error("no list of expressions"));
            }
            let between = if is_over { None } else { Some(input.parse()?) };
            arguments.push((argument, between));
        }
        Ok(Self(arguments))
    }
}
