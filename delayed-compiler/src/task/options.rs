//! What stands in the brackets of `#[delayed(…)]`.

use std::time::Duration;

use proc_macro2::TokenStream;
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::{Expr, Ident, LitStr, Path, Token};

use super::Features;
use super::checkpoint::Checkpoint;
use super::value::Value;
use crate::diagnostics::{Diagnostics, rules};
use crate::entry::Entry;

/// The options of a task; those with a fault are absent.
#[derive(Default)]
pub(super) struct Options {
    /// The name that errors and graphs show, instead of the function's.
    pub(super) name: Option<LitStr>,
    /// Whether the returned `Result` is a failure that travels along the graph;
    /// otherwise the return type's name decides.
    pub(super) fallible: Option<bool>,
    /// Where the facade crate is, for renamed dependencies.
    pub(super) krate: Option<Path>,
    /// Whether the value depends on the arguments alone and nothing else
    /// happens.
    pub(super) pure: Option<bool>,
    /// How often a failed call is tried again.
    pub(super) retries: Option<u32>,
    /// The pause before a failed call is tried again.
    pub(super) backoff: Option<Duration>,
    /// How long one try may take.
    pub(super) timeout: Option<Duration>,
    /// Which of several ready tasks goes first: the higher one.
    pub(super) priority: Option<i32>,
    /// How many calls may run at once.
    pub(super) limit: Option<u32>,
    /// Whether results are kept, and for how long.
    pub(super) checkpoint: Option<Checkpoint>,
    /// All that was written.
    pub(super) text: String,
    /// The names of the options as they were written, also of faulty ones.
    keys: Vec<Ident>,
}

impl Options {
    /// Reads the options, and reports what is wrong at the option.
    pub(super) fn parse(tokens: TokenStream, faults: &mut Diagnostics) -> Self {
        let mut options = Self {
            text: tokens.to_string(),
            ..Self::default()
        };
        let entries = match Punctuated::<Entry, Token![,]>::parse_terminated.parse2(tokens) {
            Ok(entries) => entries,
            Err(error) => {
                let at = Ident::new("delayed", error.span());
                faults.report(rules::OPTIONS_SYNTAX, at, error.to_string());
                return options;
            }
        };
        for Entry { key, value } in entries {
            if options.keys.contains(&key) {
                let name = key.to_string();
                faults.report(rules::OPTION_TWICE, key, name);
            } else {
                options.set(&key, value.as_ref(), faults);
                options.keys.push(key);
            }
        }
        options
    }

    fn set(&mut self, key: &Ident, value: Option<&Expr>, faults: &mut Diagnostics) {
        let name = key.to_string();
        let mut value = Value::new(key, value, faults);
        match name.as_str() {
            "name" => self.name = value.title(),
            "fallible" => self.fallible = value.flag(),
            "crate" => self.krate = value.path(),
            "pure" => self.pure = value.flag(),
            "retries" => self.retries = value.number(1..=u32::MAX),
            "backoff" => self.backoff = value.duration(),
            "timeout" => self.timeout = value.duration(),
            "priority" => self.priority = value.number(i32::MIN..=i32::MAX),
            "limit" => self.limit = value.number(1..=u32::MAX),
            "checkpoint" => self.checkpoint = value.checkpoint(),
            _ => faults.report(rules::OPTION_UNKNOWN, key, name),
        }
    }

    /// Reports the options whose feature is not there, and does without them.
    pub(super) fn check_features(&mut self, features: Features, faults: &mut Diagnostics) {
        if let (Some(key), false) = (self.key("checkpoint"), features.checkpoint) {
            faults.report(rules::OPTION_FEATURE, key, key.to_string());
            self.checkpoint = None;
        }
    }

    /// Where the user wrote the option `name`, if at all.
    pub(super) fn key(&self, name: &str) -> Option<&Ident> {
        self.keys.iter().find(|key| *key == name)
    }
}
