//! What the tokens of a macro's call name.

use proc_macro2::{Ident, Spacing, TokenStream, TokenTree};
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::{Expr, Lit, Macro, Token};

use super::{Mode, Names};
use crate::pipeline::form::is_variable;

/// Macros of the standard library that only look at their arguments.
const LOOKING: &[&str] = &[
    "assert",
    "assert_eq",
    "assert_ne",
    "dbg",
    "debug_assert",
    "debug_assert_eq",
    "debug_assert_ne",
    "eprint",
    "eprintln",
    "format",
    "format_args",
    "panic",
    "print",
    "println",
    "todo",
    "unimplemented",
    "unreachable",
];

impl Names {
    /// What a macro's call names.
    pub(super) fn macro_call(&mut self, mac: &Macro) {
        let name = mac
            .path
            .segments
            .last()
            .map(|segment| segment.ident.to_string());
        let name = name.unwrap_or_default();
        let understood = match name.as_str() {
            "write" | "writeln" => self.arguments(mac, true),
            name if LOOKING.contains(&name) => self.arguments(mac, false),
            _ => false,
        };
        if !understood {
            self.tokens(mac.tokens.clone(), Mode::Unknown);
        }
    }

    fn tokens(&mut self, tokens: TokenStream, mode: Mode) {
        let is_dot =
            |tree: &TokenTree| matches!(tree, TokenTree::Punct(dot) if dot.as_char() == '.');
        let is_call = |tree: &TokenTree| {
            // And not `!=`.
            matches!(tree, TokenTree::Punct(mark) if mark.as_char() == '!' && mark.spacing() == Spacing::Alone)
        };
        let mut trees = tokens.into_iter().peekable();
        while let Some(tree) = trees.next() {
            match tree {
                TokenTree::Ident(name) if name == "self" => {
                    let field = trees.next_if(is_dot).and_then(|_| trees.peek().cloned());
                    let field = match field {
                        Some(TokenTree::Ident(field)) => Some(field),
                        _ => None,
                    };
                    trees.next_if(|_| field.is_some());
                    self.note_field(&name, field, mode);
                }
                TokenTree::Punct(first) if first.as_char() == '.' => {
                    if trees.next_if(is_dot).is_some() {
                        // A range.
                        trees.next_if(is_dot);
                    } else {
                        // A field or a method.
                        trees.next_if(|tree| matches!(tree, TokenTree::Ident(_)));
                    }
                }
                // The name of another macro.
                TokenTree::Ident(_) if trees.peek().is_some_and(is_call) => {}
                TokenTree::Ident(name) if is_variable(&name) => self.note(&name, mode),
                TokenTree::Group(group) => self.tokens(group.stream(), mode),
                TokenTree::Literal(literal) => self.format_string(&literal, mode),
                _ => {}
            }
        }
    }

    /// The names in the braces of a format string.
    fn format_string(&mut self, literal: &proc_macro2::Literal, mode: Mode) {
        let Lit::Str(text) = Lit::new(literal.clone()) else {
            return;
        };
        let text = text.value().replace("{{", "");
        for piece in text.split('{').skip(1) {
            let inside = piece.split('}').next().unwrap_or_default();
            for part in inside.split([':', '.', '$', '<', '>', '^']) {
                if let Ok(name) = syn::parse_str::<Ident>(part) {
                    self.note(&Ident::new(&name.to_string(), literal.span()), mode);
                }
            }
        }
    }

    /// `format!` and its family: a format string and borrowed arguments.
    fn arguments(&mut self, mac: &Macro, changes_first: bool) -> bool {
        let parser = Punctuated::<Expr, Token![,]>::parse_terminated;
        let Ok(arguments) = parser.parse2(mac.tokens.clone()) else {
            return false;
        };
        for (index, argument) in arguments.iter().enumerate() {
            match argument {
                Expr::Lit(syn::ExprLit {
                    lit: Lit::Str(text),
                    ..
                }) => {
                    self.format_string(&text.token(), Mode::Borrow);
                }
                // `name = value` among the arguments.
                Expr::Assign(named) => self.place(&named.right, Mode::Borrow),
                argument if changes_first && index == 0 => self.place(argument, Mode::Change),
                argument => self.place(argument, Mode::Borrow),
            }
        }
        true
    }
}
