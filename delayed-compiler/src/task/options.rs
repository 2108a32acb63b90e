//! What stands in the brackets of `#[delayed(…)]`.

use proc_macro2::TokenStream;
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{Expr, ExprLit, Ident, Lit, LitStr, Path, Token};

use crate::diagnostics::{Diagnostics, rules};

/// The options of a task.
#[derive(Default)]
pub(super) struct Options {
    /// The name that errors and graphs show, instead of the function's.
    pub(super) name: Option<LitStr>,
    /// Whether the returned `Result` is a failure that travels along the graph;
    /// otherwise the return type's name decides.
    pub(super) fallible: Option<bool>,
    /// Where the facade crate is, for renamed dependencies.
    pub(super) krate: Option<Path>,
}

/// One option as written: `key` or `key = value`.
struct Entry {
    key: Ident,
    value: Option<Expr>,
}

impl Options {
    /// Reads the options, and reports what is wrong at the option.
    pub(super) fn parse(tokens: TokenStream, faults: &mut Diagnostics) -> Self {
        let mut options = Self::default();
        let entries = match entries.parse2(tokens) {
            Ok(entries) => entries,
            Err(error) => {
                let at = Ident::new("delayed", error.span());
                faults.report(rules::OPTIONS_SYNTAX, at, error.to_string());
                return options;
            }
        };
        let mut seen: Vec<Ident> = Vec::new();
        for Entry { key, value } in entries {
            if seen.contains(&key) {
                let name = key.to_string();
                faults.report(rules::OPTION_TWICE, key, name);
            } else {
                options.set(&key, value.as_ref(), faults);
                seen.push(key);
            }
        }
        options
    }

    fn set(&mut self, key: &Ident, value: Option<&Expr>, faults: &mut Diagnostics) {
        let name = key.to_string();
        let mut wrong = |should: &str| faults.report(rules::OPTION_VALUE, key, should);
        match (name.as_str(), value) {
            (
                "name",
                Some(Expr::Lit(ExprLit {
                    lit: Lit::Str(text),
                    ..
                })),
            ) if !text.value().trim().is_empty() => {
                self.name = Some(text.clone());
            }
            ("name", _) => wrong("name = \"load trips\""),
            ("fallible", None) => self.fallible = Some(true),
            (
                "fallible",
                Some(Expr::Lit(ExprLit {
                    lit: Lit::Bool(is), ..
                })),
            ) => {
                self.fallible = Some(is.value);
            }
            ("fallible", _) => wrong("fallible` or `fallible = false"),
            ("crate", Some(Expr::Path(path))) if path.qself.is_none() => {
                self.krate = Some(path.path.clone());
            }
            ("crate", _) => wrong("crate = my_name_for::delayed"),
            ("pure" | "retries" | "backoff" | "timeout" | "priority" | "limit", _) => {
                faults.report(rules::OPTION_LATER, key, name);
            }
            _ => faults.report(rules::OPTION_UNKNOWN, key, name),
        }
    }
}

fn entries(input: ParseStream<'_>) -> syn::Result<Punctuated<Entry, Token![,]>> {
    Punctuated::parse_terminated_with(input, entry)
}

fn entry(input: ParseStream<'_>) -> syn::Result<Entry> {
    let key = input.call(Ident::parse_any)?;
    let value = match input.parse::<Option<Token![=]>>()? {
        Some(_) => Some(input.parse()?),
        None => None,
    };
    Ok(Entry { key, value })
}
