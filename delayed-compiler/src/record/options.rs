//! What stands in `#[record(…)]`, of a struct and of a field.

use quote::ToTokens;
use syn::punctuated::Punctuated;
use syn::{Attribute, Expr, ExprLit, Ident, Lit, LitStr, Path, Token};

use super::case::Case;
use super::format::{self, Step};
use crate::diagnostics::{Diagnostics, rules};
use crate::entry::Entry;

/// The options of a struct; those with a fault are absent.
#[derive(Default)]
pub(super) struct StructOptions {
    /// How the names of the columns follow from those of the fields.
    pub(super) case: Option<Case>,
    /// Where `delayed_data` is, if it was renamed.
    pub(super) krate: Option<Path>,
}

/// The options of a field; those with a fault are absent.
#[derive(Default)]
pub(super) struct FieldOptions {
    /// The column's name, or several with `|` between them.
    pub(super) name: Option<LitStr>,
    /// What stands where there is no value, or no such column.
    pub(super) default: Option<Default>,
    /// How a time is written.
    pub(super) format: Option<Format>,
}

/// What stands where there is no value.
pub(super) enum Default {
    /// What the type has as its own, asked for here.
    OfType(Ident),
    Value(Box<Expr>),
}

/// How a time is written.
pub(super) struct Format {
    pub(super) text: LitStr,
    pub(super) steps: Vec<Step>,
}

impl StructOptions {
    pub(super) fn parse(attributes: &[Attribute], faults: &mut Diagnostics) -> Self {
        let mut options = Self::default();
        for Entry { key, value } in entries(attributes, faults) {
            match key.to_string().as_str() {
                "rename_all" => {
                    options.case = text(&key, value.as_ref(), faults).and_then(|text| {
                        let case = Case::parse(&text.value());
                        if case.is_none() {
                            faults.report(rules::RECORD_CASE, &text, text.value());
                        }
                        case
                    });
                }
                "crate" => match value {
                    Some(Expr::Path(path)) if path.qself.is_none() => {
                        options.krate = Some(path.path);
                    }
                    value => wrong_kind(&key, value.as_ref(), faults),
                },
                name => faults.report(rules::RECORD_OPTION, &key, name),
            }
        }
        options
    }
}

impl FieldOptions {
    pub(super) fn parse(attributes: &[Attribute], faults: &mut Diagnostics) -> Self {
        let mut options = Self::default();
        for Entry { key, value } in entries(attributes, faults) {
            match key.to_string().as_str() {
                "rename" => {
                    options.name = text(&key, value.as_ref(), faults);
                    if let Some(name) = &options.name {
                        check_name(name, faults);
                    }
                }
                "default" => {
                    options.default = Some(match value {
                        Some(value) => Default::Value(Box::new(value)),
                        None => Default::OfType(key),
                    });
                }
                "format" => {
                    let text = text(&key, value.as_ref(), faults);
                    options.format = text.and_then(|text| Format::parse(text, faults));
                }
                name => faults.report(rules::RECORD_OPTION, &key, name),
            }
        }
        options
    }
}

impl Format {
    fn parse(text: LitStr, faults: &mut Diagnostics) -> Option<Self> {
        match format::steps(&text.value()) {
            Ok(steps) => Some(Self { text, steps }),
            Err((rule, detail)) => {
                faults.report(rule, text, detail);
                None
            }
        }
    }
}

/// Each of the names with `|` between them has to be one.
fn check_name(name: &LitStr, faults: &mut Diagnostics) {
    if name.value().split('|').any(|name| name.trim().is_empty()) {
        faults.report(rules::RECORD_NAME, name, "");
    }
}

/// The options in all `#[record(…)]`s, each once.
fn entries(attributes: &[Attribute], faults: &mut Diagnostics) -> Vec<Entry> {
    let mut found: Vec<Entry> = Vec::new();
    for attribute in attributes.iter().filter(|it| it.path().is_ident("record")) {
        let entries = Punctuated::<Entry, Token![,]>::parse_terminated;
        match attribute.parse_args_with(entries) {
            Ok(entries) => {
                for entry in entries {
                    if found.iter().any(|other| other.key == entry.key) {
                        let name = entry.key.to_string();
                        faults.report(rules::OPTION_TWICE, entry.key, name);
                    } else {
                        found.push(entry);
                    }
                }
            }
            Err(error) => {
                let at = Ident::new("record", error.span());
                faults.report(rules::RECORD_OPTIONS_SYNTAX, at, error.to_string());
            }
        }
    }
    found
}

fn text(key: &Ident, value: Option<&Expr>, faults: &mut Diagnostics) -> Option<LitStr> {
    match value {
        Some(Expr::Lit(ExprLit {
            lit: Lit::Str(text),
            ..
        })) => Some(text.clone()),
        _ => {
            wrong_kind(key, value, faults);
            None
        }
    }
}

/// Says at the option how it is written.
fn wrong_kind(key: &Ident, value: Option<&Expr>, faults: &mut Diagnostics) {
    let example = match key.to_string().as_str() {
        "rename_all" => "rename_all = \"camelCase\"",
        "crate" => "crate = my::delayed_data",
        "rename" => "rename = \"fare_amount|fare\"",
        _ => "format = \"%d.%m.%Y %H:%M\"",
    };
    let at = value.map_or_else(|| key.to_token_stream(), ToTokens::to_token_stream);
    faults.report(rules::OPTION_VALUE, at, example);
}
