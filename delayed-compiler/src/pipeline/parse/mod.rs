//! Tokens to [`syntax`]: after this phase there is no statement
//! that a pipeline cannot have. What was refused has been reported, and stands
//! as `unreachable!()`, so that the rest can still be checked.

mod list;
mod refuse;
pub mod syntax;

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::quote;
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, Block, Expr, ExprForLoop, Local, Token};

use self::syntax::{Body, For, Pipeline, Stmt, StmtKind, Value};
use crate::diagnostics::{Diagnostics, rules};
use crate::pipeline::form::value::Form;

/// Parses `input`; what is wrong with it goes to the diagnostics.
pub fn parse(input: TokenStream, diagnostics: &mut Diagnostics) -> Pipeline {
    let (capture, tokens) = body_tokens(input.clone());
    let stmts = match Block::parse_within.parse2(tokens.clone()) {
        Ok(stmts) => stmts,
        Err(error) => recover(tokens, &error, diagnostics),
    };
    if stmts.is_empty() && diagnostics.is_empty() {
        diagnostics.report(rules::EMPTY, input, "");
    }
    let body = body(stmts, true, diagnostics);
    Pipeline { capture, body }
}

/// `move`, and the statements, which braces may surround: in `pipeline!({ … })`
/// they only keep rustfmt at work. Rustc's advice puts the `move` inside of them.
fn body_tokens(input: TokenStream) -> (Option<Token![move]>, TokenStream) {
    let (outside, tokens) = capture(input);
    let mut trees = tokens.clone().into_iter();
    match (trees.next(), trees.next()) {
        (Some(TokenTree::Group(group)), None) if group.delimiter() == Delimiter::Brace => {
            let (inside, tokens) = capture(group.stream());
            (outside.or(inside), tokens)
        }
        _ => (outside, tokens),
    }
}

/// A `move` in front, unless it is a closure's.
fn capture(input: TokenStream) -> (Option<Token![move]>, TokenStream) {
    let peel = |input: ParseStream<'_>| {
        let is_closure = input.peek2(Token![|]) || input.peek2(Token![||]);
        let capture = match is_closure {
            true => None,
            false => input.parse::<Option<Token![move]>>()?,
        };
        Ok((capture, input.parse::<TokenStream>()?))
    };
    peel.parse2(input.clone()).unwrap_or((None, input))
}

/// Parses statement by statement, so that one that is ill-formed does not hide
/// the others.
fn recover(
    tokens: TokenStream,
    error: &syn::Error,
    diagnostics: &mut Diagnostics,
) -> Vec<syn::Stmt> {
    let mut stmts = Vec::new();
    for statement in split(tokens) {
        match Block::parse_within.parse2(statement.clone()) {
            Ok(parsed) => stmts.extend(parsed),
            Err(error) => {
                diagnostics.syntax(&error);
                stmts.extend(without_semicolons(statement).into_iter().flatten());
            }
        }
    }
    if diagnostics.is_empty() {
        // Only the statements' combination is wrong.
        diagnostics.syntax(error);
    }
    stmts
}

/// What `let x = f() let y = 1;` says: the names are there for the rest.
fn without_semicolons(tokens: TokenStream) -> Vec<Vec<syn::Stmt>> {
    let mut pieces = vec![TokenStream::new()];
    let mut is_condition = false;
    for tree in tokens {
        let is_let = matches!(&tree, TokenTree::Ident(name) if name == "let");
        if is_let && !is_condition {
            pieces.push(TokenStream::new());
        }
        is_condition = match &tree {
            TokenTree::Ident(name) => name == "if" || name == "while",
            TokenTree::Punct(punct) => punct.as_char() == '&',
            _ => false,
        };
        pieces.last_mut().expect("there is one").extend([tree]);
    }
    let pieces = pieces.into_iter();
    let parsed = pieces.map(|piece| Block::parse_within.parse2(quote!(#piece ;)));
    parsed.filter_map(Result::ok).collect()
}

/// Cuts tokens where statements end: behind a `;`, and behind the braces of a
/// loop, branch or block.
fn split(tokens: TokenStream) -> Vec<TokenStream> {
    const WITH_BRACES: &[&str] = &["for", "if", "match", "while", "loop", "unsafe"];
    let mut statements = vec![Vec::new()];
    let mut trees = tokens.into_iter().peekable();
    while let Some(tree) = trees.next() {
        let statement = statements.last_mut().expect("there is always one");
        let begins_with_braces = match statement.first().unwrap_or(&tree) {
            TokenTree::Ident(name) => WITH_BRACES.contains(&name.to_string().as_str()),
            TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
            _ => false,
        };
        let goes_on = match trees.peek() {
            Some(TokenTree::Ident(name)) => name == "else",
            Some(TokenTree::Punct(punct)) => matches!(punct.as_char(), '.' | '?' | ';'),
            _ => false,
        };
        let ends = match &tree {
            TokenTree::Punct(punct) => punct.as_char() == ';',
            TokenTree::Group(group) => {
                group.delimiter() == Delimiter::Brace && begins_with_braces && !goes_on
            }
            _ => false,
        };
        statement.push(tree);
        if ends {
            statements.push(Vec::new());
        }
    }
    statements.into_iter().map(TokenStream::from_iter).collect()
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
            syn::Stmt::Item(item) => {
                diagnostics.report(rules::ITEM, &item, "");
                diagnostics.keep(&item);
            }
            syn::Stmt::Macro(stmt) => {
                let expr = Expr::Macro(syn::ExprMacro {
                    attrs: stmt.attrs,
                    mac: stmt.mac,
                });
                let is_tail =
                    last && valued && stmt.semi_token.is_none() && Form::of(&expr) == Form::Value;
                body.expression(expr, is_tail, diagnostics);
            }
            syn::Stmt::Expr(expr, semi) => {
                let is_tail = last && valued && semi.is_none() && Form::of(&expr) == Form::Value;
                body.expression(expr, is_tail, diagnostics);
            }
        }
    }
    body
}

impl Body {
    fn expression(&mut self, mut expr: Expr, is_tail: bool, diagnostics: &mut Diagnostics) {
        let mut attrs = take_attributes(&mut expr);
        // What stands in a body as `#![…]` goes in front of it.
        (attrs.iter_mut()).for_each(|attr| attr.style = syn::AttrStyle::Outer);
        match value(expr, is_tail, diagnostics) {
            value if is_tail && has_value(&value) => self.tail = Some(value),
            value => self.stmts.push(Stmt {
                attrs,
                kind: StmtKind::Run(value),
            }),
        }
    }
}

/// Takes a statement's attributes from where the parser has left them: at its
/// leftmost expression.
fn take_attributes(expr: &mut Expr) -> Vec<Attribute> {
    match expr {
        Expr::Assign(assign) => take_attributes(&mut assign.left),
        Expr::Binary(binary) => take_attributes(&mut binary.left),
        Expr::Cast(cast) => take_attributes(&mut cast.expr),
        Expr::Call(call) => std::mem::take(&mut call.attrs),
        Expr::ForLoop(inner) => std::mem::take(&mut inner.attrs),
        Expr::If(inner) => std::mem::take(&mut inner.attrs),
        Expr::Macro(inner) => std::mem::take(&mut inner.attrs),
        Expr::Match(inner) => std::mem::take(&mut inner.attrs),
        Expr::MethodCall(call) => std::mem::take(&mut call.attrs),
        Expr::Path(path) => std::mem::take(&mut path.attrs),
        Expr::Try(attempt) => std::mem::take(&mut attempt.attrs),
        Expr::Field(field) => std::mem::take(&mut field.attrs),
        Expr::Unary(unary) => std::mem::take(&mut unary.attrs),
        Expr::Index(index) => std::mem::take(&mut index.attrs),
        _ => Vec::new(),
    }
}

/// A loop has a value when its body ends in one.
fn has_value(value: &Value) -> bool {
    match value {
        Value::Expr(_) => true,
        Value::For(inner) => inner.body.tail.is_some(),
    }
}

fn binding(local: Local, diagnostics: &mut Diagnostics) -> Option<Stmt> {
    let attrs = local.attrs;
    let pat = Box::new(local.pat);
    let Some(mut init) = local.init else {
        let kind = StmtKind::Let(pat, None);
        return Some(Stmt { attrs, kind });
    };
    if let Some((_, diverge)) = init.diverge {
        refuse::expression(&mut init.expr, diagnostics);
        let Expr::Block(block) = *diverge else {
            return None;
        };
        let kind = StmtKind::LetElse(pat, init.expr, block.block.stmts);
        return Some(Stmt { attrs, kind });
    }
    let value = value(*init.expr, true, diagnostics);
    let kind = StmtKind::Let(pat, Some(value));
    Some(Stmt { attrs, kind })
}

/// An expression, or a loop whose last expression is collected if `valued`.
fn value(mut expr: Expr, valued: bool, diagnostics: &mut Diagnostics) -> Value {
    refuse::statement(&mut expr, diagnostics);
    match expr {
        Expr::ForLoop(expr) => Value::For(Box::new(for_loop(expr, valued, diagnostics))),
        expr => Value::Expr(Box::new(expr)),
    }
}

fn for_loop(mut expr: ExprForLoop, valued: bool, diagnostics: &mut Diagnostics) -> For {
    refuse::expression(&mut expr.expr, diagnostics);
    For {
        label: expr.label,
        token: expr.for_token,
        pat: *expr.pat,
        source: *expr.expr,
        body: body(expr.body.stmts, valued, diagnostics),
    }
}
