//! The statements as they were parsed, one line for each.

use std::fmt::Write as _;

use crate::pipeline::parse::syntax::{Body, For, Pipeline, Stmt, StmtKind, Value};
use crate::pipeline::text::text;

/// The text of `pipeline`.
#[must_use]
pub fn ast(pipeline: &Pipeline) -> String {
    let mut out = String::new();
    if pipeline.capture.is_some() {
        out.push_str("move\n");
    }
    body(&pipeline.body, 0, &mut out);
    out
}

fn body(body: &Body, depth: usize, out: &mut String) {
    for stmt in &body.stmts {
        statement(stmt, depth, out);
    }
    if let Some(tail) = &body.tail {
        value("tail", tail, depth, out);
    }
}

fn statement(stmt: &Stmt, depth: usize, out: &mut String) {
    for attr in &stmt.attrs {
        let _ = writeln!(out, "{:depth$}attribute {}", "", text(attr));
    }
    match &stmt.kind {
        StmtKind::Let(pat, Some(bound)) => {
            value(&format!("let {} =", text(pat)), bound, depth, out)
        }
        StmtKind::Let(pat, None) => {
            let _ = writeln!(out, "{:depth$}let {}", "", text(pat));
        }
        StmtKind::LetElse(pat, init, otherwise) => {
            let (pat, init) = (text(pat), text(init));
            let otherwise: Vec<String> = otherwise.iter().map(text).collect();
            let otherwise = otherwise.join(" ");
            let _ = writeln!(out, "{:depth$}let {pat} = {init} else {otherwise}", "");
        }
        StmtKind::Run(run) => value("run", run, depth, out),
    }
}

fn value(what: &str, value: &Value, depth: usize, out: &mut String) {
    match value {
        Value::Expr(expr) => {
            let _ = writeln!(out, "{:depth$}{what} {}", "", text(expr));
        }
        Value::For(inner) => {
            let For {
                label, pat, source, ..
            } = &**inner;
            let label = label.as_ref().map(|label| format!("{} ", text(label)));
            let (label, pat, source) = (label.unwrap_or_default(), text(pat), text(source));
            let _ = writeln!(out, "{:depth$}{what} {label}for {pat} in {source}", "");
            body(&inner.body, depth + 4, out);
        }
    }
}
