//! What the form of the user's Rust tells, as the macro sees no types.
//!
//! | question | file |
//! |---|---|
//! | which variables an expression names, and what it does with them | `names/` |
//! | which calls are tasks | `calls.rs` |
//! | what a method of the standard library does | `methods.rs` |
//! | whether an expression has a value | `value.rs` |

pub mod calls;
pub mod methods;
pub mod names;
pub mod value;

use proc_macro2::Ident;
use syn::Expr;

/// Variables start in lower case; constants, types and variants do not.
#[must_use]
pub fn is_variable(name: &Ident) -> bool {
    let text = name.to_string();
    let text = text.strip_prefix("r#").unwrap_or(&text);
    text.starts_with(|first: char| first.is_lowercase() || first == '_') && text != "_"
}

/// The variable that a path consists of.
#[must_use]
pub fn variable(expr: &Expr) -> Option<&Ident> {
    match expr {
        Expr::Path(path) if path.qself.is_none() => {
            path.path.get_ident().filter(|name| is_variable(name))
        }
        _ => None,
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

/// The places that an assignment to `left` changes: `a` and `b[0]` of
/// `(a, b[0]) = …`, of `[a, b[0]] = …` and of `Pair { a, b: b[0] } = …`.
#[must_use]
pub fn places(left: &Expr) -> Vec<&Expr> {
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
