//! Tokens to [`syntax`](super::syntax): after this phase there is no statement
//! that a pipeline cannot have.

use proc_macro2::TokenStream;
use syn::parse::{ParseStream, Parser};
use syn::{Expr, ExprForLoop, Local, Token};

use super::refuse;
use super::syntax::{Body, For, Pipeline, Stmt, Value};
use crate::diagnostics::{Diagnostics, rules};

/// Parses `input`; what is wrong with it goes to the diagnostics.
pub fn parse(input: TokenStream) -> Result<Pipeline, Diagnostics> {
    let mut diagnostics = Diagnostics::default();
    let whole = input.clone();
    let (capture, stmts) = match statements.parse2(input) {
        Ok(parsed) => parsed,
        Err(error) => {
            diagnostics.syntax(&error);
            return Err(diagnostics);
        }
    };
    if stmts.is_empty() {
        diagnostics.report(rules::EMPTY, whole, "");
    }
    let body = body(stmts, true, &mut diagnostics);
    diagnostics.gate().map(|()| Pipeline { capture, body })
}

/// `move`, then a block in braces or bare statements.
fn statements(input: ParseStream<'_>) -> syn::Result<(Option<Token![move]>, Vec<syn::Stmt>)> {
    let capture = input.parse()?;
    let stmts = syn::Block::parse_within(input)?;
    // `pipeline!({ … })`: the braces only keep rustfmt at work.
    if let [syn::Stmt::Expr(Expr::Block(block), None)] = stmts.as_slice()
        && block.label.is_none()
        && block.attrs.is_empty()
    {
        return Ok((capture, block.block.stmts.clone()));
    }
    Ok((capture, stmts))
}

/// The statements of a block. Its last expression is its value if `valued`.
pub fn body(stmts: Vec<syn::Stmt>, valued: bool, diagnostics: &mut Diagnostics) -> Body {
    let mut body = Body {
        stmts: Vec::new(),
        tail: None,
    };
    let count = stmts.len();
    for (index, stmt) in stmts.into_iter().enumerate() {
        let last = index + 1 == count;
        match stmt {
            syn::Stmt::Local(local) => body.stmts.extend(binding(local, diagnostics)),
            syn::Stmt::Item(item) => diagnostics.report(rules::ITEM, item, ""),
            syn::Stmt::Macro(stmt) => {
                let is_tail = last && valued && stmt.semi_token.is_none();
                let expr = Expr::Macro(syn::ExprMacro {
                    attrs: stmt.attrs,
                    mac: stmt.mac,
                });
                let value = value(expr, false, diagnostics);
                if is_tail {
                    body.tail = Some(value);
                } else {
                    body.stmts.push(Stmt::Run(value));
                }
            }
            syn::Stmt::Expr(expr, semi) => {
                let is_tail = last && valued && semi.is_none() && !is_change(&expr);
                match value(expr, is_tail, diagnostics) {
                    value if is_tail && has_value(&value) => body.tail = Some(value),
                    value => body.stmts.push(Stmt::Run(value)),
                }
            }
        }
    }
    body
}

/// A loop has a value when its body ends in one.
fn has_value(value: &Value) -> bool {
    match value {
        Value::Expr(_) => true,
        Value::For(inner) => inner.body.tail.is_some(),
    }
}

/// `total += x` as the last expression is a statement: its value is `()`.
fn is_change(expr: &Expr) -> bool {
    match expr {
        Expr::Assign(_) => true,
        Expr::Binary(binary) => is_change_op(&binary.op),
        _ => false,
    }
}

/// Whether `op` is `+=` or one of its kind.
pub fn is_change_op(op: &syn::BinOp) -> bool {
    use syn::BinOp::{
        AddAssign, BitAndAssign, BitOrAssign, BitXorAssign, DivAssign, MulAssign, RemAssign,
        ShlAssign, ShrAssign, SubAssign,
    };
    matches!(
        op,
        AddAssign(_)
            | SubAssign(_)
            | MulAssign(_)
            | DivAssign(_)
            | RemAssign(_)
            | BitXorAssign(_)
            | BitAndAssign(_)
            | BitOrAssign(_)
            | ShlAssign(_)
            | ShrAssign(_)
    )
}

fn binding(local: Local, diagnostics: &mut Diagnostics) -> Option<Stmt> {
    refuse::attributes(&local.attrs, diagnostics);
    let Some(init) = local.init else {
        return Some(Stmt::Let(Box::new(local.pat), None));
    };
    if let Some((_, diverge)) = init.diverge {
        refuse::expression(&init.expr, diagnostics);
        let Expr::Block(block) = *diverge else {
            return None;
        };
        let pat = Box::new(local.pat);
        return Some(Stmt::LetElse(pat, init.expr, block.block.stmts));
    }
    let value = value(*init.expr, true, diagnostics);
    Some(Stmt::Let(Box::new(local.pat), Some(value)))
}

/// An expression, or a loop whose last expression is collected if `valued`.
fn value(expr: Expr, valued: bool, diagnostics: &mut Diagnostics) -> Value {
    match expr {
        Expr::ForLoop(expr) => Value::For(Box::new(for_loop(expr, valued, diagnostics))),
        expr => {
            refuse::expression(&expr, diagnostics);
            Value::Expr(Box::new(expr))
        }
    }
}

fn for_loop(expr: ExprForLoop, valued: bool, diagnostics: &mut Diagnostics) -> For {
    refuse::attributes(&expr.attrs, diagnostics);
    if let Some(label) = &expr.label {
        diagnostics.report(rules::LABEL, label, "");
    }
    refuse::expression(&expr.expr, diagnostics);
    For {
        token: expr.for_token,
        pat: *expr.pat,
        source: *expr.expr,
        body: body(expr.body.stmts, valued, diagnostics),
    }
}
