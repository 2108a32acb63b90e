//! Tasks where none can run: a closure or a macro is Rust of its own, and a
//! call there that reads like a task's would build a node that nothing runs.

use proc_macro2::Ident;
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::visit::{self, Visit};
use syn::{Expr, ExprCall, Macro, Pat, Path, Token};

use crate::pipeline::calls;
use crate::pipeline::names::bindings;

/// A call that reads like a task's.
pub(super) struct Hidden {
    /// The path that is called.
    pub(super) path: Path,
    /// What it is inside of.
    pub(super) inside: &'static str,
}

/// The calls of tasks that closures and macros in `expr` hide. `is_local` tells
/// the pipeline's own variables, which may hold closures.
pub(super) fn hidden(expr: &Expr, is_local: &impl Fn(&Ident) -> bool) -> Vec<Hidden> {
    let mut search = Search {
        is_local,
        inside: None,
        bound: Vec::new(),
        found: Vec::new(),
    };
    search.visit_expr(expr);
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

impl<'ast, F: Fn(&Ident) -> bool> Visit<'ast> for Search<'_, F> {
    fn visit_expr_call(&mut self, call: &'ast ExprCall) {
        let is_local =
            |name: &Ident| (self.is_local)(name) || self.bound.contains(&name.to_string());
        if let (Some(inside), Some(path)) = (self.inside, calls::task(call, is_local)) {
            let path = path.clone();
            self.found.push(Hidden { path, inside });
        }
        visit::visit_expr_call(self, call);
    }

    fn visit_expr_closure(&mut self, closure: &'ast syn::ExprClosure) {
        self.within("a closure", |this| {
            closure.inputs.iter().for_each(|pat| this.bind(pat));
            this.visit_expr(&closure.body);
        });
    }

    fn visit_macro(&mut self, mac: &'ast Macro) {
        // Tokens that are no list of expressions have a meaning of their own.
        let parser = Punctuated::<Expr, Token![,]>::parse_terminated;
        let Ok(arguments) = parser.parse2(mac.tokens.clone()) else {
            return;
        };
        // In these, what reads like a call is none of ours.
        const OTHER: [&str; 3] = ["cfg", "pipeline", "stringify"];
        if OTHER.iter().any(|name| mac.path.is_ident(name)) {
            return;
        }
        let mut found = Vec::new();
        self.within("a macro", |this| {
            for argument in &arguments {
                let mut inner = Search {
                    is_local: this.is_local,
                    inside: this.inside,
                    bound: this.bound.clone(),
                    found: Vec::new(),
                };
                inner.visit_expr(argument);
                found.append(&mut inner.found);
            }
        });
        self.found.append(&mut found);
    }

    fn visit_local(&mut self, local: &'ast syn::Local) {
        visit::visit_local(self, local);
        self.bind(&local.pat);
    }

    // Plain Rust, where a call is a call.
    fn visit_expr_block(&mut self, _: &'ast syn::ExprBlock) {}
    fn visit_expr_unsafe(&mut self, _: &'ast syn::ExprUnsafe) {}
    fn visit_expr_async(&mut self, _: &'ast syn::ExprAsync) {}
    fn visit_item(&mut self, _: &'ast syn::Item) {}
}
