//! Which variables an assignment gives a value.

use std::collections::BTreeMap;

use syn::Expr;

use super::ir::ValueId;
use super::names::variable;

/// A variable that an assignment gives a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Assigned {
    /// The variable.
    pub(super) value: ValueId,
    /// Whether all of it is new, and not a field alone.
    pub(super) whole: bool,
}

/// The variables that `expr` assigns, or a field of them.
#[must_use]
pub(super) fn assigned(expr: &Expr, names: &BTreeMap<String, ValueId>) -> Vec<Assigned> {
    let Expr::Assign(assign) = expr else {
        return Vec::new();
    };
    let places = places(&assign.left).into_iter();
    let found = places.filter_map(|place| {
        let mut root = place;
        while let Expr::Field(field) = root {
            root = &field.base;
        }
        let value = *names.get(&variable(root)?.to_string())?;
        let whole = variable(place).is_some();
        Some(Assigned { value, whole })
    });
    found.collect()
}

/// The places that an assignment to `left` changes: `a` and `b[0]` of
/// `(a, b[0]) = …`, of `[a, b[0]] = …` and of `Pair { a, b: b[0] } = …`.
pub(super) fn places(left: &Expr) -> Vec<&Expr> {
    match left {
        Expr::Tuple(tuple) => tuple.elems.iter().flat_map(places).collect(),
        Expr::Array(array) => array.elems.iter().flat_map(places).collect(),
        Expr::Call(call) => call.args.iter().flat_map(places).collect(),
        Expr::Struct(inner) => {
            let fields = inner.fields.iter();
            fields.flat_map(|field| places(&field.expr)).collect()
        }
        Expr::Paren(paren) => places(&paren.expr),
        Expr::Infer(_) | Expr::Range(_) => Vec::new(),
        place => vec![place],
    }
}
