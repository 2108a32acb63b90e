//! Which variables an assignment gives a value.

use std::collections::BTreeMap;

use syn::Expr;

use crate::pipeline::form::{places, variable};
use crate::pipeline::ir::ValueId;

/// A variable that an assignment gives a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Assigned {
    /// The variable.
    pub value: ValueId,
    /// Whether all of it is new, and not a field alone.
    pub whole: bool,
}

/// The variables that `expr` assigns, or a field of them.
#[must_use]
pub fn assigned(expr: &Expr, names: &BTreeMap<String, ValueId>) -> Vec<Assigned> {
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
