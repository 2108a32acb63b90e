//! What the names of the standard library's methods tell.
//!
//! The macro sees no types. A wrong guess about a user's method of the same name
//! makes a loop serial, or is refused by rustc; it never changes an answer.

use crate::pipeline::form::is_change_op;
use quote::ToTokens;
use syn::{Expr, ExprClosure, ExprMethodCall, ReturnType};

/// How a method gets hold of what it changes, as far as its name and its place
/// tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Through {
    /// By `&mut self`, as `push` does: the variable is `mut`.
    Unique,
    /// By `&self`, as a lock or a channel lets it.
    Shared,
}

/// How `call` changes what it is called on, if it does.
#[must_use]
pub fn changes(call: &ExprMethodCall) -> Option<Through> {
    let name = call.method.to_string();
    let arguments = call.args.len();
    let is_listed = |list: &[&str]| list.contains(&name.as_str());
    match (name.as_str(), arguments) {
        // Of an option or a cell, and not of an iterator or a text.
        ("take", 0) | ("replace", 1) => Some(Through::Shared),
        ("take" | "replace", _) => None,
        // Of a lock, and not of a file.
        ("write", 0) => Some(Through::Shared),
        ("write", _) => Some(Through::Unique),
        _ if is_listed(SHARED) || name.starts_with("fetch_") => Some(Through::Shared),
        _ if name.starts_with("compare_exchange") => Some(Through::Shared),
        _ if is_listed(UNIQUE) => Some(Through::Unique),
        _ => None,
    }
}

/// Whether `call` surely takes `&self` and only looks.
#[must_use]
pub fn looks(call: &ExprMethodCall) -> bool {
    LOOKING.contains(&call.method.to_string().as_str())
}

/// Whether the value of `expr` surely borrows from nothing.
#[must_use]
pub fn owns(expr: &Expr) -> bool {
    match expr {
        Expr::Lit(_) | Expr::Cast(_) => true,
        Expr::MethodCall(call) => {
            let is_listed = |list: &[&str]| list.contains(&call.method.to_string().as_str());
            is_listed(OWNING) || (is_listed(PASSING) && owns(&call.receiver))
        }
        Expr::Macro(mac) => mac.mac.path.is_ident("format"),
        Expr::Paren(paren) => owns(&paren.expr),
        Expr::Tuple(tuple) => tuple.elems.iter().all(owns),
        Expr::Binary(binary) => !is_change_op(&binary.op),
        _ => false,
    }
}

/// Whether what `closure` gives when it is called surely borrows from nothing.
#[must_use]
pub fn gives_owned(closure: &ExprClosure) -> bool {
    match &closure.output {
        ReturnType::Default => owns(&closure.body),
        ReturnType::Type(_, output) => {
            let words = output.to_token_stream().to_string();
            !words.contains(['&', '\''])
        }
    }
}

/// Whether the value of `expr` surely borrows from a variable in it.
#[must_use]
pub fn lends(expr: &Expr) -> bool {
    match expr {
        Expr::Reference(reference) => !matches!(*reference.expr, Expr::Lit(_)),
        Expr::MethodCall(call) => {
            let is_listed = |list: &[&str]| list.contains(&call.method.to_string().as_str());
            is_listed(LENDING) || (is_listed(PASSING) && lends(&call.receiver))
        }
        Expr::Closure(closure) => closure.capture.is_none(),
        Expr::Paren(paren) => lends(&paren.expr),
        Expr::Tuple(tuple) => tuple.elems.iter().any(lends),
        _ => false,
    }
}

/// Whether the items of `source` are references to what is not the loop's.
#[must_use]
pub fn lends_items(source: &Expr) -> bool {
    match source {
        Expr::Reference(_) => true,
        Expr::Array(array) => array.elems.iter().all(|item| matches!(item, Expr::Lit(_))),
        Expr::MethodCall(call) => {
            let is_listed = |list: &[&str]| list.contains(&call.method.to_string().as_str());
            is_listed(LENDING) || (is_listed(ADAPTING) && lends_items(&call.receiver))
        }
        Expr::Paren(paren) => lends_items(&paren.expr),
        _ => false,
    }
}

/// Whether the items of `source` are pairs of a number and what is counted.
#[must_use]
pub fn counts(source: &Expr) -> bool {
    matches!(source, Expr::MethodCall(call) if call.method == "enumerate")
}

/// Whether `expr`, or an item of it, may be a `&mut`.
#[must_use]
pub fn lends_uniquely(expr: &Expr) -> bool {
    match expr {
        Expr::Reference(reference) => reference.mutability.is_some(),
        Expr::MethodCall(call) => {
            let name = call.method.to_string();
            name.ends_with("mut") || lends_uniquely(&call.receiver)
        }
        Expr::Paren(paren) => lends_uniquely(&paren.expr),
        _ => false,
    }
}

/// Methods that take `&self`. Were one of these names to change a user's type,
/// rustc would refuse the shared borrow.
const LOOKING: &[&str] = &[
    "as_bytes",
    "as_path",
    "as_slice",
    "as_str",
    "chars",
    "clone",
    "contains",
    "contains_key",
    "display",
    "ends_with",
    "first",
    "get",
    "is_empty",
    "iter",
    "keys",
    "last",
    "len",
    "lines",
    "starts_with",
    "to_owned",
    "to_string",
    "to_vec",
    "values",
];

/// Methods that take `&mut self`.
const UNIQUE: &[&str] = &[
    "append",
    "as_mut",
    "by_ref",
    "clear",
    "dedup",
    "drain",
    "entry",
    "extend",
    "fill",
    "get_mut",
    "get_or_insert_with",
    "insert",
    "insert_str",
    "iter_mut",
    "last_mut",
    "first_mut",
    "next",
    "next_back",
    "peek",
    "pop",
    "pop_back",
    "pop_first",
    "pop_front",
    "pop_last",
    "push",
    "push_back",
    "push_front",
    "push_str",
    "read_line",
    "read_to_string",
    "remove",
    "resize",
    "retain",
    "reverse",
    "rotate_left",
    "rotate_right",
    "sort",
    "sort_by",
    "sort_by_key",
    "sort_unstable",
    "split_off",
    "swap_remove",
    "truncate",
    "values_mut",
    "write_all",
    "write_fmt",
    "write_str",
];

/// Methods that change through `&self`: of atomics, cells, locks and channels.
const SHARED: &[&str] = &[
    "borrow_mut",
    "get_or_init",
    "lock",
    "notify_all",
    "notify_one",
    "recv",
    "recv_timeout",
    "replace_with",
    "send",
    "set",
    "store",
    "swap",
    "try_borrow_mut",
    "try_iter",
    "try_lock",
    "try_recv",
    "try_send",
    "try_write",
    "update",
    "wait",
];

/// Methods whose value owns all that it is.
const OWNING: &[&str] = &[
    "clone",
    "contains",
    "contains_key",
    "count",
    "ends_with",
    "into_owned",
    "is_empty",
    "len",
    "parse",
    "repeat",
    "starts_with",
    "to_lowercase",
    "to_owned",
    "to_string",
    "to_uppercase",
    "to_vec",
];

/// Methods whose value lends from what they are called on.
const LENDING: &[&str] = &[
    "as_bytes",
    "as_deref",
    "as_path",
    "as_ref",
    "as_slice",
    "as_str",
    "chars",
    "chunks",
    "first",
    "iter",
    "keys",
    "last",
    "lines",
    "split",
    "split_at",
    "split_once",
    "split_whitespace",
    "strip_prefix",
    "strip_suffix",
    "trim",
    "trim_end",
    "trim_start",
    "values",
    "windows",
];

/// Methods whose value is a part of what they are called on.
const PASSING: &[&str] = &["expect", "ok", "unwrap", "unwrap_or_default"];

/// Methods of iterators that give the items of what they are called on.
const ADAPTING: &[&str] = &[
    "chain",
    "enumerate",
    "filter",
    "inspect",
    "peekable",
    "rev",
    "skip",
    "skip_while",
    "step_by",
    "take",
    "take_while",
    "zip",
];
