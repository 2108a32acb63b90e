//! Which calls are tasks: those of a lower-case path.

use crate::pipeline::form::{is_variable, variable};
use proc_macro2::Ident;
use syn::{Expr, ExprCall, Path};

/// The path of the task that `call` calls, if it is one. `is_local` tells the
/// pipeline's own variables, which may hold closures.
pub fn task(call: &ExprCall, is_local: impl Fn(&Ident) -> bool) -> Option<&Path> {
    let Expr::Path(func) = &*call.func else {
        return None;
    };
    if func.qself.is_some() || variable(&call.func).is_some_and(is_local) {
        return None;
    }
    let first = &func.path.segments.first()?.ident;
    if func.path.segments.len() > 1 && (first == "std" || first == "core" || first == "alloc") {
        // No function of the standard library is a task.
        return None;
    }
    if func.path.is_ident("drop") {
        // Neither is the one that need not be imported.
        return None;
    }
    let mut backwards = func.path.segments.iter().rev();
    let name = &backwards.next()?.ident;
    let owner_is_type = backwards.next().is_some_and(|owner| is_type(&owner.ident));
    (is_variable(name) && !owner_is_type).then_some(&func.path)
}

/// Whether what stands in front of `::name` is a type and not a module.
fn is_type(name: &Ident) -> bool {
    let name = name.to_string();
    name.starts_with(char::is_uppercase) || is_primitive(&name)
}

/// Whether `name` is a type of the language's.
#[must_use]
pub fn is_primitive(name: &str) -> bool {
    const PRIMITIVE: &[&str] = &[
        "bool", "char", "f32", "f64", "i8", "i16", "i32", "i64", "i128", "isize", "str", "u8",
        "u16", "u32", "u64", "u128", "usize",
    ];
    PRIMITIVE.contains(&name)
}

/// How graphs and errors call the task: its path without generic arguments.
#[must_use]
pub fn label(path: &Path) -> String {
    let names: Vec<_> = path
        .segments
        .iter()
        .map(|segment| segment.ident.to_string())
        .collect();
    names.join("::")
}
