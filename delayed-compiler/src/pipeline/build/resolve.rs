//! Names to values: the scopes that a walk over the pipeline opens and closes.

use std::collections::BTreeMap;

use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};
use syn::{Expr, Pat};

use crate::pipeline::form::names::{Mode, bindings, mentions};
use crate::pipeline::ir::{Graph, RegionId, Value, ValueId};

/// The names that can be seen at one point of the program.
#[derive(Debug, Default)]
pub struct Scopes {
    visible: BTreeMap<String, ValueId>,
    /// The surroundings' variables, also where something hides them.
    captured: BTreeMap<String, ValueId>,
    /// The fields of `self` are variables of their own, as `self` is nowhere
    /// used as a whole.
    self_by_field: bool,
}

impl Scopes {
    /// The scope around a pipeline of these tokens.
    #[must_use]
    pub fn around(pipeline: &TokenStream) -> Self {
        Self {
            visible: BTreeMap::new(),
            captured: BTreeMap::new(),
            self_by_field: !uses_whole_self(pipeline),
        }
    }

    /// What `expr` can name here. A name that nothing in the pipeline binds is
    /// one of its surroundings' variables.
    pub fn names(&mut self, expr: &Expr, graph: &mut Graph) -> BTreeMap<String, ValueId> {
        let mut names = BTreeMap::new();
        for mention in mentions(expr) {
            if mention.mode == Mode::Call && !self.is_local(&mention.name) {
                continue;
            }
            let field = mention.field.clone().filter(|_| self.self_by_field);
            let text = match &field {
                Some(field) => format!("{}.{field}", mention.name),
                None => mention.name.to_string(),
            };
            let visible = self.visible.get(&text).copied();
            let value = visible.unwrap_or_else(|| {
                *self.captured.entry(text.clone()).or_insert_with(|| {
                    graph.value(Value {
                        name: mention.name.clone(),
                        field,
                        home: None,
                        mutable: false,
                        temporary: false,
                        copied: false,
                        lends: false,
                    })
                })
            });
            names.insert(text, value);
        }
        names
    }

    /// Whether `name` is bound in the pipeline, as opposed to a function's name.
    pub fn is_local(&self, name: &Ident) -> bool {
        self.local(name).is_some()
    }

    /// What the pipeline binds `name` to.
    pub fn local(&self, name: &Ident) -> Option<ValueId> {
        self.visible.get(&name.to_string()).copied()
    }

    /// Binds the variables of `pat` in `home`, where they hide older ones.
    pub fn bind(&mut self, pat: &Pat, home: RegionId, graph: &mut Graph) -> Vec<ValueId> {
        bindings(pat)
            .into_iter()
            .map(|(name, mutable)| {
                let text = name.to_string();
                let home = Some(home);
                let value = graph.value(Value {
                    name,
                    field: None,
                    home,
                    mutable,
                    temporary: false,
                    copied: false,
                    lends: false,
                });
                self.visible.insert(text, value);
                value
            })
            .collect()
    }

    /// Makes a temporary in `home`. Its name cannot be one of the user's.
    pub fn temporary(&mut self, name: Ident, home: RegionId, graph: &mut Graph) -> ValueId {
        let text = name.to_string();
        let home = Some(home);
        let value = graph.value(Value {
            name,
            field: None,
            home,
            mutable: true,
            temporary: true,
            copied: false,
            lends: false,
        });
        self.visible.insert(text, value);
        value
    }

    /// Opens a scope; [`close`](Self::close) takes what this gives.
    #[must_use]
    pub fn open(&self) -> Outside {
        Outside(self.visible.clone())
    }

    /// Forgets what was bound since the scope was opened.
    pub fn close(&mut self, outside: Outside) {
        self.visible = outside.0;
    }
}

/// What could be seen when a scope was opened.
#[derive(Debug)]
pub struct Outside(BTreeMap<String, ValueId>);

/// Whether `self` stands somewhere without a field behind it.
fn uses_whole_self(tokens: &TokenStream) -> bool {
    let trees: Vec<_> = tokens.clone().into_iter().collect();
    trees.iter().enumerate().any(|(index, tree)| match tree {
        TokenTree::Group(group) => uses_whole_self(&group.stream()),
        TokenTree::Ident(name) if name == "self" => {
            let is_field = matches!(
                &trees[index + 1..],
                [TokenTree::Punct(dot), TokenTree::Ident(_), rest @ ..]
                    if dot.as_char() == '.' && !is_call(rest)
            );
            !is_field
        }
        _ => false,
    })
}

/// Whether a name with `rest` behind it is a method.
fn is_call(rest: &[TokenTree]) -> bool {
    match rest {
        [TokenTree::Group(group), ..] => group.delimiter() == Delimiter::Parenthesis,
        [TokenTree::Punct(colon), ..] => colon.as_char() == ':',
        _ => false,
    }
}
