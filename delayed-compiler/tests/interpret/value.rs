//! What the variables of a program hold.

use std::collections::BTreeMap;
use std::fmt::{self, Debug, Display, Formatter};
use std::rc::Rc;

use syn::{Expr, Pat};

use crate::env::Env;
use crate::iterate::Iter;
use crate::place::Place;

/// A value. It has one owner, as in Rust: [`Value::copy`] copies what Rust
/// would copy, and everything else can only be moved.
pub(crate) enum Value {
    /// Nothing: it was moved out, or never set.
    Gone,
    Unit,
    Bool(bool),
    Int(i64),
    Float(f64),
    Char(char),
    /// A `&'static str`.
    Literal(Rc<str>),
    Text(String),
    Tuple(Vec<Value>),
    List(Vec<Value>),
    Map(BTreeMap<Key, Value>),
    /// The type's name and the fields.
    Struct(String, Vec<(String, Value)>),
    /// A variant's name and its values.
    Variant(String, Vec<Value>),
    /// What is left of a range, without its end.
    Range(i64, i64),
    Iter(Box<Iter>),
    Closure(Rc<Closure>),
    /// A function by its path.
    Function(String),
    Ref(Place),
    MutRef(Place),
    /// A part of a list, borrowed.
    Slice(Place, usize, usize),
    /// A part of a list, borrowed to be changed.
    MutSlice(Place, usize, usize),
    /// A map's entry.
    Entry(Place, Key),
}

/// A closure with the variables that it sees.
pub(crate) struct Closure {
    pub(crate) inputs: Vec<Pat>,
    pub(crate) body: Expr,
    pub(crate) env: Env,
}

/// What maps are ordered by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Key {
    Bool(bool),
    Int(i64),
    Text(String),
}

impl Key {
    pub(crate) fn to_value(&self) -> Value {
        match self {
            Self::Bool(key) => Value::Bool(*key),
            Self::Int(key) => Value::Int(*key),
            Self::Text(key) => Value::Text(key.clone()),
        }
    }
}

impl Value {
    pub(crate) fn some(value: Self) -> Self {
        Self::Variant("Some".to_owned(), vec![value])
    }

    pub(crate) fn none() -> Self {
        Self::Variant("None".to_owned(), Vec::new())
    }

    pub(crate) fn option(value: Option<Self>) -> Self {
        value.map_or_else(Self::none, Self::some)
    }

    pub(crate) fn result(result: Result<Self, String>) -> Self {
        match result {
            Ok(value) => Self::Variant("Ok".to_owned(), vec![value]),
            Err(error) => Self::Variant("Err".to_owned(), vec![Self::Text(error)]),
        }
    }

    /// A copy, if copying is what Rust would do instead of moving.
    pub(crate) fn copy(&self) -> Option<Self> {
        let copies = |values: &[Self]| values.iter().map(Self::copy).collect::<Option<_>>();
        Some(match self {
            Self::Unit => Self::Unit,
            Self::Bool(value) => Self::Bool(*value),
            Self::Int(value) => Self::Int(*value),
            Self::Float(value) => Self::Float(*value),
            Self::Char(value) => Self::Char(*value),
            Self::Literal(text) => Self::Literal(Rc::clone(text)),
            Self::Function(path) => Self::Function(path.clone()),
            Self::Closure(closure) => Self::Closure(Rc::clone(closure)),
            Self::Ref(place) => Self::Ref(place.clone()),
            // Rust borrows it once more instead.
            Self::MutRef(place) => Self::MutRef(place.clone()),
            Self::Slice(place, from, to) => Self::Slice(place.clone(), *from, *to),
            Self::MutSlice(place, from, to) => Self::MutSlice(place.clone(), *from, *to),
            Self::Tuple(values) => Self::Tuple(copies(values)?),
            Self::Variant(name, values) => Self::Variant(name.clone(), copies(values)?),
            Self::Struct(name, _) if name == "Affine" => self.duplicate()?,
            _ => return None,
        })
    }

    /// What `clone` gives, for values whose parts are all owned or copied.
    pub(crate) fn duplicate(&self) -> Option<Self> {
        let all = |values: &[Self]| values.iter().map(Self::duplicate).collect::<Option<_>>();
        Some(match self {
            Self::Text(text) => Self::Text(text.clone()),
            Self::List(values) => Self::List(all(values)?),
            Self::Tuple(values) => Self::Tuple(all(values)?),
            Self::Variant(name, values) => Self::Variant(name.clone(), all(values)?),
            Self::Range(start, end) => Self::Range(*start, *end),
            Self::Map(map) => {
                let pairs = map.iter();
                let pairs = pairs.map(|(key, value)| Some((key.clone(), value.duplicate()?)));
                Self::Map(pairs.collect::<Option<_>>()?)
            }
            Self::Struct(name, fields) => {
                let fields = fields.iter();
                let fields = fields.map(|(name, value)| Some((name.clone(), value.duplicate()?)));
                Self::Struct(name.clone(), fields.collect::<Option<_>>()?)
            }
            value => value.copy()?,
        })
    }

    /// What is shown where a value is not what an expression needs.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Gone => "nothing",
            Self::Unit => "()",
            Self::Bool(_) => "a bool",
            Self::Int(_) => "an integer",
            Self::Float(_) => "a float",
            Self::Char(_) => "a char",
            Self::Literal(_) | Self::Text(_) => "a text",
            Self::Tuple(_) => "a tuple",
            Self::List(_) | Self::Slice(..) | Self::MutSlice(..) => "a list",
            Self::Map(_) => "a map",
            Self::Struct(..) => "a struct",
            Self::Variant(..) => "a variant",
            Self::Range(..) | Self::Iter(_) => "an iterator",
            Self::Closure(_) | Self::Function(_) => "a function",
            Self::Ref(_) | Self::MutRef(_) => "a reference",
            Self::Entry(..) => "an entry",
        }
    }
}

impl Debug for Value {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Gone => f.write_str("<gone>"),
            Self::Unit => f.write_str("()"),
            Self::Bool(value) => Debug::fmt(value, f),
            Self::Int(value) => Debug::fmt(value, f),
            Self::Float(value) => Debug::fmt(value, f),
            Self::Char(value) => Debug::fmt(value, f),
            Self::Literal(text) => Debug::fmt(text, f),
            Self::Text(text) => Debug::fmt(text, f),
            Self::Tuple(values) => {
                let mut tuple = f.debug_tuple("");
                values.iter().for_each(|value| _ = tuple.field(value));
                tuple.finish()
            }
            Self::List(values) => f.debug_list().entries(values).finish(),
            Self::Map(map) => f.debug_map().entries(map).finish(),
            Self::Struct(name, fields) => {
                let mut shown = f.debug_struct(name);
                let fields = fields.iter();
                fields.for_each(|(name, value)| _ = shown.field(name, value));
                shown.finish()
            }
            Self::Variant(name, values) if values.is_empty() => f.write_str(name),
            Self::Variant(name, values) => {
                let mut variant = f.debug_tuple(name);
                values.iter().for_each(|value| _ = variant.field(value));
                variant.finish()
            }
            Self::Range(start, end) => write!(f, "{start}..{end}"),
            value => write!(f, "<{}>", value.kind()),
        }
    }
}

impl Display for Value {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Literal(text) => Display::fmt(text, f),
            Self::Text(text) => Display::fmt(text, f),
            Self::Char(value) => Display::fmt(value, f),
            Self::Float(value) => Display::fmt(value, f),
            value => Debug::fmt(value, f),
        }
    }
}
