//! Which calls are tasks: those of a lower-case path.

use proc_macro2::Ident;
use quote::ToTokens;
use syn::{Expr, ExprCall, Path};

use super::names::{is_variable, variable};

/// The path of the task that `call` calls, if it is one. `is_local` tells the
/// pipeline's own variables, which may hold closures.
pub fn task(call: &ExprCall, is_local: impl Fn(&Ident) -> bool) -> Option<&Path> {
    let Expr::Path(func) = &*call.func else {
        return None;
    };
    if func.qself.is_some() || variable(&call.func).is_some_and(is_local) {
        return None;
    }
    let mut backwards = func.path.segments.iter().rev();
    let name = &backwards.next()?.ident;
    let owner_is_type = backwards.next().is_some_and(|owner| is_type(&owner.ident));
    (is_variable(name) && !owner_is_type).then_some(&func.path)
}

/// Whether what stands in front of `::name` is a type and not a module.
fn is_type(name: &Ident) -> bool {
    const PRIMITIVE: &[&str] = &[
        "bool", "char", "f32", "f64", "i8", "i16", "i32", "i64", "i128", "isize", "str", "u8",
        "u16", "u32", "u64", "u128", "usize",
    ];
    let name = name.to_string();
    name.starts_with(char::is_uppercase) || PRIMITIVE.contains(&name.as_str())
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

/// The text of an expression, as a user would have written it on one line.
#[must_use]
pub fn text(tokens: impl ToTokens) -> String {
    let mut text = String::new();
    let mut glued = true;
    write(tokens.to_token_stream(), &mut text, &mut glued);
    text
}

/// Writes tokens with the spaces that rustfmt would put in most places.
fn write(tokens: proc_macro2::TokenStream, text: &mut String, glued: &mut bool) {
    use proc_macro2::{Delimiter, Spacing, TokenTree};
    let mut previous: Option<TokenTree> = None;
    for tree in tokens {
        let tight = *glued || is_tight(previous.as_ref(), &tree);
        if !tight {
            text.push(' ');
        }
        *glued = false;
        match &tree {
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::Brace => ("{ ", " }"),
                    Delimiter::None => ("", ""),
                };
                text.push_str(open);
                *glued = true;
                write(group.stream(), text, glued);
                text.push_str(close);
                *glued = false;
            }
            TokenTree::Punct(punct) => {
                text.push(punct.as_char());
                let unary = matches!(punct.as_char(), '&' | '!' | '-' | '*' | '\'')
                    && !is_operand(previous.as_ref());
                *glued = punct.spacing() == Spacing::Joint
                    || matches!(punct.as_char(), '.' | ':' | '#')
                    || unary;
            }
            tree => text.push_str(&tree.to_string()),
        }
        previous = Some(tree);
    }
}

fn is_operand(tree: Option<&proc_macro2::TokenTree>) -> bool {
    use proc_macro2::TokenTree;
    match tree {
        None => false,
        Some(TokenTree::Punct(punct)) => punct.as_char() == '?',
        Some(TokenTree::Ident(name)) => {
            !matches!(name.to_string().as_str(), "in" | "return" | "match" | "if")
        }
        Some(_) => true,
    }
}

/// Whether no space stands between the two.
fn is_tight(before: Option<&proc_macro2::TokenTree>, tree: &proc_macro2::TokenTree) -> bool {
    use proc_macro2::{Delimiter, TokenTree};
    match (before, tree) {
        (_, TokenTree::Punct(punct)) => {
            matches!(punct.as_char(), ',' | ';' | '?' | '.' | ':')
                || punct.as_char() == '!' && matches!(before, Some(TokenTree::Ident(_)))
        }
        (Some(TokenTree::Ident(name)), TokenTree::Group(group)) => {
            group.delimiter() != Delimiter::Brace
                && !matches!(
                    name.to_string().as_str(),
                    "in" | "return" | "match" | "if" | "mut"
                )
        }
        (Some(TokenTree::Group(_) | TokenTree::Punct(_)), TokenTree::Group(group)) => {
            let after = match before {
                Some(TokenTree::Punct(punct)) => matches!(punct.as_char(), '!' | '?' | '>'),
                _ => true,
            };
            group.delimiter() != Delimiter::Brace && after
        }
        _ => false,
    }
}
