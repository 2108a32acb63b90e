//! Methods of the standard library.

use quote::ToTokens;
use syn::ExprMethodCall;

use crate::iterate::Iter;
use crate::machine::{Intent, Machine, Out, unknown};
use crate::operate::panicked;
use crate::place::{Part, Place};
use crate::value::Value;

/// Methods that take `self`.
const TAKING: &[&str] = &[
    "abs",
    "and_modify",
    "and_then",
    "chain",
    "cloned",
    "collect",
    "compute",
    "copied",
    "count",
    "enumerate",
    "err",
    "expect",
    "filter",
    "filter_map",
    "flat_map",
    "flatten",
    "fold",
    "into_iter",
    "is_multiple_of",
    "map",
    "map_err",
    "map_or",
    "max",
    "min",
    "ok",
    "ok_or",
    "ok_or_else",
    "or_default",
    "or_insert",
    "pow",
    "rem_euclid",
    "rev",
    "saturating_sub",
    "scan",
    "skip",
    "sqrt",
    "step_by",
    "sum",
    "take",
    "take_while",
    "then",
    "then_some",
    "to_bits",
    "unwrap",
    "unwrap_or",
    "unwrap_or_default",
    "unwrap_or_else",
    "wrapping_add",
    "wrapping_mul",
    "wrapping_sub",
    "zip",
];

/// Methods that take `&mut self`.
const CHANGING: &[&str] = &[
    "append",
    "by_ref",
    "clear",
    "drain",
    "entry",
    "extend",
    "extend_from_slice",
    "get_or_insert",
    "insert",
    "iter_mut",
    "next",
    "pop",
    "push",
    "push_str",
    "remove",
    "replace",
    "retain",
    "reverse",
    "sort",
    "sort_unstable",
    "swap",
    "truncate",
];

impl Machine<'_> {
    pub(crate) fn method(&mut self, call: &ExprMethodCall) -> Out<Value> {
        let name = call.method.to_string();
        let is_option_take = name == "take" && call.args.is_empty();
        if TAKING.contains(&name.as_str()) && !is_option_take {
            let receiver = self.value(&call.receiver)?;
            let arguments = self.values(&call.args)?;
            let into = call.turbofish.to_token_stream().to_string();
            if name == "collect" && into.contains("Result") {
                let items = self.items(receiver)?;
                return self.collect_results(items);
            }
            return self.by_value(receiver, &name, arguments);
        }
        let changes = is_option_take || CHANGING.contains(&name.as_str());
        let intent = if changes {
            Intent::Change
        } else {
            Intent::Look
        };
        let place = self.place(&call.receiver, intent)?;
        let place = self.deref(place)?;
        let arguments = self.values(&call.args)?;
        if changes {
            self.changing(&place, &name, arguments)
        } else {
            self.looking(&place, &name, arguments)
        }
    }

    pub(crate) fn by_value(
        &mut self,
        receiver: Value,
        name: &str,
        mut arguments: Vec<Value>,
    ) -> Out<Value> {
        match self.copied(receiver)? {
            Value::Int(left) => {
                let right = arguments.pop().unwrap_or(Value::Unit);
                match self.copied(right)? {
                    Value::Int(right) => integer(name, left, right),
                    Value::Unit => integer(name, left, 0),
                    other => unknown(format!("`{name}` with {}", other.kind())),
                }
            }
            Value::Bool(holds) => {
                let argument = arguments.pop().unwrap_or(Value::Unit);
                Ok(match (name, holds) {
                    ("then", true) => Value::some(self.apply(&argument, Vec::new())?),
                    ("then_some", true) => Value::some(argument),
                    ("then" | "then_some", false) => Value::none(),
                    _ => return unknown(format!("`{name}` of a bool")),
                })
            }
            Value::Float(value) => match name {
                "abs" => Ok(Value::Float(value.abs())),
                "sqrt" => Ok(Value::Float(value.sqrt())),
                "to_bits" => Ok(Value::Int(value.to_bits() as i64)),
                "max" => match arguments.pop() {
                    Some(Value::Float(other)) => Ok(Value::Float(value.max(other))),
                    _ => unknown("the greater of a float and something else"),
                },
                name => unknown(format!("`{name}` of a float")),
            },
            Value::Variant(variant, values) => self.variant(&variant, values, name, arguments),
            Value::Struct(made, mut fields) if fields.len() == 1 => match (&*made, name) {
                ("Pairwise", "sum") => Ok(fields.remove(0).1),
                ("Pipeline", "compute") => Ok(fields.remove(0).1),
                ("Known", "compute") => Ok(Value::result(Ok(fields.remove(0).1))),
                _ => unknown(format!("`{name}` of a struct")),
            },
            Value::Entry(map, key) if name == "and_modify" => {
                let function = arguments.pop().unwrap_or(Value::Unit);
                let place = map.part(Part::Of(key.clone()));
                if place.look(|_| ()).is_some() {
                    self.apply(&function, vec![Value::MutRef(place)])?;
                }
                Ok(Value::Entry(map, key))
            }
            Value::Entry(map, key) => {
                let new = arguments.pop().unwrap_or(Value::Int(0));
                self.write(&map, |map| {
                    if let Value::Map(map) = map {
                        map.entry(key.clone()).or_insert(new);
                    }
                })?;
                Ok(Value::MutRef(map.part(Part::Of(key))))
            }
            Value::List(values) if name == "map" => {
                let function = arguments.pop().unwrap_or(Value::Unit);
                let values = values.into_iter();
                let values = values.map(|value| self.apply(&function, vec![value]));
                Ok(Value::List(values.collect::<Out<_>>()?))
            }
            receiver => {
                let iter = self.items(receiver)?;
                self.iterator_method(iter, name, arguments)
            }
        }
    }

    fn looking(&mut self, place: &Place, name: &str, mut arguments: Vec<Value>) -> Out<Value> {
        let argument = arguments.pop();
        match (name, argument) {
            ("iter", None) => {
                let iter = self.lent_items(place.clone(), false)?;
                Ok(Value::Iter(Box::new(iter)))
            }
            ("len", None) => {
                let length = self.read(place, length)?;
                length.map_or_else(
                    || unknown("a length"),
                    |length| Ok(Value::Int(length as i64)),
                )
            }
            ("is_empty", None) => {
                let length = self.read(place, length)?;
                Ok(Value::Bool(length == Some(0)))
            }
            ("clone" | "to_vec", None) => {
                let copy = self.read(place, Value::duplicate)?;
                copy.map_or_else(|| unknown("a clone"), Ok)
            }
            ("to_string" | "to_owned", None) => {
                let text = self.text(&Value::Ref(place.clone()))?;
                Ok(Value::Text(text))
            }
            ("as_str" | "as_slice" | "as_ref", None) => Ok(Value::Ref(place.clone())),
            ("is_some" | "is_ok", None) => self.is_variant_of(place, &["Some", "Ok"]),
            ("is_none" | "is_err", None) => self.is_variant_of(place, &["None", "Err"]),
            ("chunks", Some(Value::Int(size))) => {
                let (list, from, to) = self.list(place)?;
                let chunks = Iter::Chunks(list, from, to, size as usize);
                Ok(Value::Iter(Box::new(chunks)))
            }
            ("windows", Some(Value::Int(size))) => {
                let (list, from, to) = self.list(place)?;
                let end = (to + 1).saturating_sub(size as usize).max(from);
                let window = |at| Value::Slice(list.clone(), at, at + size as usize);
                let windows: Vec<_> = (from..end).map(window).collect();
                Ok(Value::Iter(Box::new(Iter::Values(windows.into_iter()))))
            }
            ("first", None) => self.element(place, |_, from| from),
            ("last", None) => self.element(place, |to, _| to.wrapping_sub(1)),
            ("get", Some(Value::Int(at))) => {
                self.element(place, |_, from| from.wrapping_add(at as usize))
            }
            ("get", Some(key)) => {
                let key = self.key(&key)?;
                let place = place.part(Part::Of(key));
                let found = place.look(|_| ()).is_some();
                Ok(Value::option(found.then_some(Value::Ref(place))))
            }
            ("contains_key", Some(key)) => {
                let key = self.key(&key)?;
                let found = self.read(
                    place,
                    |map| matches!(map, Value::Map(map) if map.contains_key(&key)),
                )?;
                Ok(Value::Bool(found))
            }
            ("starts_with", Some(start)) => {
                let start = self.text(&start)?;
                let text = self.text(&Value::Ref(place.clone()))?;
                Ok(Value::Bool(text.starts_with(&start)))
            }
            (name, _) => unknown(format!("the method `{name}`")),
        }
    }

    fn is_variant_of(&mut self, place: &Place, names: &[&str]) -> Out<Value> {
        let found = self.read(
            place,
            |value| matches!(value, Value::Variant(name, _) if names.contains(&name.as_str())),
        )?;
        Ok(Value::Bool(found))
    }

    fn element(&mut self, place: &Place, at: impl FnOnce(usize, usize) -> usize) -> Out<Value> {
        let (list, from, to) = self.list(place)?;
        let at = at(to, from);
        let found = (from..to).contains(&at);
        Ok(Value::option(
            found.then(|| Value::Ref(list.part(Part::Item(at)))),
        ))
    }
}

pub(crate) fn length(value: &Value) -> Option<usize> {
    match value {
        Value::List(values) => Some(values.len()),
        Value::Slice(_, from, to) => Some(to - from),
        Value::Map(map) => Some(map.len()),
        Value::Text(text) => Some(text.len()),
        Value::Literal(text) => Some(text.len()),
        _ => None,
    }
}

fn integer(name: &str, left: i64, right: i64) -> Out<Value> {
    Ok(Value::Int(match name {
        "max" => left.max(right),
        "min" => left.min(right),
        "abs" => left.wrapping_abs(),
        "from" => left,
        "rem_euclid" if right == 0 => return panicked("attempt to divide by zero"),
        "rem_euclid" => left.wrapping_rem_euclid(right),
        "wrapping_add" => left.wrapping_add(right),
        "wrapping_sub" => left.wrapping_sub(right),
        "wrapping_mul" => left.wrapping_mul(right),
        "saturating_sub" => left.saturating_sub(right),
        "pow" => match u32::try_from(right)
            .ok()
            .and_then(|by| left.checked_pow(by))
        {
            Some(power) => power,
            None => return panicked("attempt to multiply with overflow"),
        },
        name => return unknown(format!("`{name}` of an integer")),
    }))
}
