//! The user's expressions: a task is called, and a `?` leaves with what an error
//! has to say.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote_spanned};
use syn::spanned::Spanned;
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, ExprCall, Path};

use super::Emitter;
use crate::pipeline::analyse::order::Schedule;
use crate::pipeline::build::flatten::{end, start};
use crate::pipeline::form::calls;
use crate::pipeline::form::variable;
use crate::pipeline::ir::{Node, NodeId, ROOT};
use crate::pipeline::spans;

impl Emitter<'_> {
    /// The expression of `node`. `exit` makes the code that leaves the body
    /// from the code of the failure.
    pub(super) fn expr(
        &self,
        node: NodeId,
        exit: &dyn Fn(TokenStream, Span) -> TokenStream,
    ) -> Expr {
        let mut expr = self.graph.nodes[node.0].expr.clone();
        self.rewriter(node, exit).visit_expr_mut(&mut expr);
        expr
    }

    fn rewriter<'a>(
        &'a self,
        node: NodeId,
        exit: &'a dyn Fn(TokenStream, Span) -> TokenStream,
    ) -> Rewriter<'a> {
        let node = &self.graph.nodes[node.0];
        Rewriter {
            emitter: self,
            node,
            exit,
        }
    }

    /// `operand?` for an operand that is a `Result`.
    pub(super) fn attempt(
        &self,
        operand: &TokenStream,
        task: Option<&Path>,
        place: (Span, Span),
        exit: &dyn Fn(TokenStream, Span) -> TokenStream,
    ) -> TokenStream {
        let (start, question) = place;
        let here = spans::at(question);
        let rt = self.rt(here);
        let site = self.call_site(task, start, here);
        let failed = quote_spanned!(here=> #rt::failed(__error, #site));
        let exit = exit(failed, here);
        quote_spanned! {here=>
            match #rt::branch(#operand) {
                ::core::result::Result::Ok(__value) => __value,
                ::core::result::Result::Err(__error) => { #exit }
            }
        }
    }

    /// A reference to what errors say of a call.
    fn call_site(&self, task: Option<&Path>, place: Span, here: Span) -> TokenStream {
        let rt = self.rt(here);
        let place = self.place(place, here);
        let Some(task) = task else {
            let none = quote_spanned!(here=> ::core::option::Option::None);
            return quote_spanned! {here=>
                { static SITE: #rt::CallSite = #rt::CallSite::new(#none, #place); &SITE }
            };
        };
        let info = self.info(task);
        quote_spanned! {here=>
            {
                static SITE: #rt::CallSite =
                    #rt::CallSite::new(::core::option::Option::Some(#info.name), #place);
                &SITE
            }
        }
    }

    /// The beginning of a call, which looks first if there is still a point in
    /// it. Iterations that overlap look when they begin: there a look would take
    /// longer than many a call, so only those look that can fail.
    fn begin(&self, node: &Node, task: &Path, site: &TokenStream, here: Span) -> TokenStream {
        let around = self.graph.outside_of_branches(node.region);
        let overlaps = self.order.schedules[around.0] == Schedule::Parallel
            || self.order.arrays.around(self.graph, around).is_some();
        if around != ROOT && overlaps {
            let info = self.info(task);
            quote_spanned!(here=> __scope.begin(#site, #info.fallible))
        } else {
            quote_spanned!(here=> __scope.begin_told(#site))
        }
    }

    /// The path of the task that a node calls.
    pub(super) fn task(&self, id: NodeId) -> Option<Path> {
        let node = &self.graph.nodes[id.0];
        match inner(&node.expr) {
            Expr::Call(call) => self.task_of(node, call).cloned(),
            _ => None,
        }
    }

    /// The path of the task that `call` in `node` calls, if it is one.
    fn task_of<'e>(&self, node: &Node, call: &'e ExprCall) -> Option<&'e Path> {
        calls::task(call, |name| {
            let value = node.names.get(&name.to_string());
            value.is_some_and(|value| self.graph.values[value.0].home.is_some())
        })
    }

    /// The place of `span` in the program.
    pub(super) fn place(&self, span: Span, here: Span) -> TokenStream {
        let start = span.start();
        let line = u32::try_from(start.line).unwrap_or(0);
        let column = u32::try_from(start.column + 1).unwrap_or(0);
        let place = delayed_graph::Place {
            file: "".into(),
            line,
            column,
        };
        super::graph::place(&place, &self.rt(here), here)
    }
}

/// `f(x)` of `f(x)?`.
fn inner(expr: &Expr) -> &Expr {
    match expr {
        Expr::Try(attempt) => inner(&attempt.expr),
        Expr::Paren(paren) => inner(&paren.expr),
        expr => expr,
    }
}

struct Rewriter<'a> {
    emitter: &'a Emitter<'a>,
    node: &'a Node,
    exit: &'a dyn Fn(TokenStream, Span) -> TokenStream,
}

impl Rewriter<'_> {
    fn task_path<'e>(&self, call: &'e ExprCall) -> Option<&'e Path> {
        self.emitter.task_of(self.node, call)
    }

    /// Whether `expr` is a variable that holds a reference to its value.
    fn is_lent(&self, expr: &Expr) -> bool {
        let value = variable(expr).and_then(|name| self.node.names.get(&name.to_string()));
        value.is_some_and(|value| self.emitter.lent.contains(value))
    }

    fn call(&self, call: &ExprCall, path: &Path) -> TokenStream {
        let last = path.segments.last();
        let last = last.map_or_else(Span::call_site, |last| last.ident.span());
        let here = spans::at(last);
        let end = call.paren_token.span.join();
        let callee = self.emitter.called(path);
        let args = call.args.iter().map(|arg| self.argument(arg));
        let site = self.emitter.call_site(Some(path), start(&call.func), here);
        let called = quote_spanned!(end=> #callee(#(#args),*));
        let begin = self.emitter.begin(self.node, path, &site, here);
        let exit = (self.exit)(quote_spanned!(here=> __stop), here);
        let value = quote_spanned! {here=>
            {
                let __ended = match #begin {
                    ::core::result::Result::Ok(__call) => __call.end(#called),
                    ::core::result::Result::Err(__stop) => ::core::result::Result::Err(__stop),
                };
                match __ended {
                    ::core::result::Result::Ok(__value) => __value,
                    ::core::result::Result::Err(__stop) => { #exit }
                }
            }
        };
        self.made(&value, start(&call.func), end)
    }

    /// An argument of a task: a temporary stands for the expression it holds.
    fn argument(&self, arg: &Expr) -> TokenStream {
        let value = variable(arg).and_then(|name| self.node.names.get(&name.to_string()));
        let giver = value.filter(|value| self.emitter.graph.values[value.0].temporary);
        let giver = giver.and_then(|value| self.emitter.graph.giver(*value));
        match (variable(arg), giver) {
            (Some(name), Some(giver)) => {
                let expr = &self.emitter.graph.nodes[giver.0].expr;
                self.made(name, start(expr), end(expr))
            }
            _ => arg.to_token_stream(),
        }
    }

    /// `value`, with the place of the user's expression that it is the value of:
    /// what rustc shows as a way to mend a type goes behind all of it.
    fn made(&self, value: &impl ToTokens, start: Span, end: Span) -> TokenStream {
        let (start, end) = (spans::at(start), spans::at(end));
        let rt = self.emitter.rt(start);
        let call = quote_spanned!(end=> .value());
        quote_spanned!(start=> #rt::Made(#value)#call)
    }
}

impl VisitMut for Rewriter<'_> {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        match expr {
            Expr::Try(attempt) => {
                let operand = inner(&attempt.expr);
                let task = match operand {
                    Expr::Call(call) => self.task_path(call).cloned(),
                    _ => None,
                };
                let place = (start(&attempt.expr), attempt.question_token.span());
                self.visit_expr_mut(&mut attempt.expr);
                let operand = &attempt.expr;
                let operand = quote::quote!(#operand);
                let attempt = self
                    .emitter
                    .attempt(&operand, task.as_ref(), place, self.exit);
                *expr = Expr::Verbatim(attempt);
            }
            Expr::Call(call) if self.task_path(call).is_some() => {
                visit_mut::visit_expr_call_mut(self, call);
                let path = self.task_path(call).cloned();
                if let Some(path) = path {
                    *expr = Expr::Verbatim(self.call(call, &path));
                }
            }
            Expr::Reference(reference) if self.is_lent(&reference.expr) => {
                *expr = (*reference.expr).clone();
            }
            Expr::Range(range) => {
                visit_mut::visit_expr_range_mut(self, range);
                if let Some(end) = &mut range.end
                    && let Expr::Verbatim(ours) = &mut **end
                {
                    // Behind an `if`, braces after `..` would begin its body.
                    let here = spans::at(range.limits.span());
                    *ours = quote_spanned!(here=> (#ours));
                }
            }
            // A `?` in there leaves the closure.
            Expr::Closure(_) | Expr::Async(_) => {}
            // Plain Rust, where a call is a call, but a `?` leaves.
            Expr::Block(_) | Expr::Unsafe(_) => {
                let mut plain = Plain(self);
                visit_mut::visit_expr_mut(&mut plain, expr);
            }
            expr => visit_mut::visit_expr_mut(self, expr),
        }
    }

    fn visit_item_mut(&mut self, _: &mut syn::Item) {}
}

/// Inside of a plain block: only a `?` is ours.
struct Plain<'a, 'b>(&'a mut Rewriter<'b>);

impl VisitMut for Plain<'_, '_> {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        match expr {
            Expr::Try(attempt) => {
                let place = (start(&attempt.expr), attempt.question_token.span());
                self.visit_expr_mut(&mut attempt.expr);
                let operand = &attempt.expr;
                let operand = quote::quote!(#operand);
                let attempt = self.0.emitter.attempt(&operand, None, place, self.0.exit);
                // A `match` that begins a statement would end it, too.
                let here = spans::at(place.1);
                *expr = Expr::Verbatim(quote_spanned!(here=> (#attempt)));
            }
            Expr::Closure(_) | Expr::Async(_) => {}
            expr => visit_mut::visit_expr_mut(self, expr),
        }
    }

    fn visit_item_mut(&mut self, _: &mut syn::Item) {}
}

/// A name of the compiler's own, at the user's place.
pub(super) fn name(name: &str, span: Span) -> Ident {
    format_ident!("{name}", span = spans::at(span))
}
