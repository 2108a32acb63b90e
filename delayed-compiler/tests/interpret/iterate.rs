//! Iterators, pulled one item at a time.

use std::collections::btree_map;
use std::vec;

use crate::machine::{Machine, Out, unknown};
use crate::place::{Part, Place};
use crate::value::{Key, Value};

/// What is left to iterate over.
pub(crate) enum Iter {
    Range(i64, i64),
    Values(vec::IntoIter<Value>),
    /// The pairs of a map that is gone.
    Pairs(btree_map::IntoIter<Key, Value>),
    /// References to elements of a list, which may be changed or not.
    Elements(Place, usize, usize, bool),
    /// References to the values of a map, with their keys.
    Entries(Place, vec::IntoIter<Key>),
    /// Parts of a list, of a length.
    Chunks(Place, usize, usize, usize),
    /// What another variable holds is left of.
    ByRef(Place),
    Map(Box<Iter>, Value),
    Filter(Box<Iter>, Value),
    FilterMap(Box<Iter>, Value),
    /// With what is left of the last items.
    FlatMap(Box<Iter>, Value, Option<Box<Iter>>),
    TakeWhile(Box<Iter>, Value, bool),
    /// With the place of the state.
    Scan(Box<Iter>, Value, Place),
    Take(Box<Iter>, usize),
    Skip(Box<Iter>, usize),
    Enumerate(Box<Iter>, i64),
    Zip(Box<Iter>, Box<Iter>),
    Chain(Box<Iter>, Box<Iter>),
    Copied(Box<Iter>),
    StepBy(Box<Iter>, usize),
    Successors(Option<Value>, Value),
    FromFn(Value),
}

/// What is in an `Option`.
fn unwrapped(option: Value) -> Option<Value> {
    match option {
        Value::Variant(_, mut values) => values.pop(),
        _ => None,
    }
}

impl Machine<'_> {
    /// What `for` and iterator methods make of a value.
    pub(crate) fn items(&mut self, value: Value) -> Out<Iter> {
        Ok(match value {
            Value::List(values) => Iter::Values(values.into_iter()),
            Value::Map(map) => Iter::Pairs(map.into_iter()),
            Value::Range(start, end) => Iter::Range(start, end),
            Value::Iter(iter) => *iter,
            Value::Variant(name, _) if name == "Err" => Iter::Values(Vec::new().into_iter()),
            Value::Variant(_, values) => Iter::Values(values.into_iter()),
            Value::Ref(place) => self.lent_items(place, false)?,
            Value::MutRef(place) => self.lent_items(place, true)?,
            Value::Slice(place, from, to) => Iter::Elements(place, from, to, false),
            Value::MutSlice(place, from, to) => Iter::Elements(place, from, to, true),
            other => return unknown(format!("a loop over {}", other.kind())),
        })
    }

    pub(crate) fn lent_items(&mut self, place: Place, mutable: bool) -> Out<Iter> {
        let place = self.deref(place)?;
        let keys = self.read(&place, |value| match value {
            Value::Map(map) => Some(map.keys().cloned().collect::<Vec<_>>()),
            _ => None,
        })?;
        if let Some(keys) = keys {
            return Ok(Iter::Entries(place, keys.into_iter()));
        }
        if self.read(&place, |value| {
            matches!(value, Value::Range(..) | Value::Iter(_))
        })? {
            return Ok(Iter::ByRef(place));
        }
        let (list, from, to) = self.list(&place)?;
        Ok(Iter::Elements(list, from, to, mutable))
    }

    /// The next item.
    pub(crate) fn next(&mut self, iter: &mut Iter) -> Out<Option<Value>> {
        self.burn()?;
        Ok(match iter {
            Iter::Range(start, end) if *start < *end => {
                *start += 1;
                Some(Value::Int(*start - 1))
            }
            Iter::Range(..) => None,
            Iter::Values(values) => values.next(),
            Iter::Pairs(pairs) => {
                let pair = pairs.next();
                pair.map(|(key, value)| Value::Tuple(vec![key.to_value(), value]))
            }
            Iter::Elements(list, from, to, mutable) => {
                let place = list.part(Part::Item(*from));
                let item = if *mutable {
                    Value::MutRef(place)
                } else {
                    Value::Ref(place)
                };
                let is_left = from < to;
                *from += usize::from(is_left);
                is_left.then_some(item)
            }
            Iter::Entries(map, keys) => match keys.next() {
                Some(key) => {
                    let value = Value::Ref(map.part(Part::Of(key.clone())));
                    let key = Value::Ref(self.temporary(key.to_value()));
                    Some(Value::Tuple(vec![key, value]))
                }
                None => None,
            },
            Iter::Chunks(list, from, to, size) => {
                let end = (*from + *size).min(*to);
                let chunk = Value::Slice(list.clone(), *from, end);
                let is_left = from < to;
                *from = end;
                is_left.then_some(chunk)
            }
            Iter::ByRef(place) => {
                let place = place.clone();
                let value = self.write(&place, |value| std::mem::replace(value, Value::Unit))?;
                let mut inner = self.items(value)?;
                let item = self.next(&mut inner);
                let rest = match inner {
                    Iter::Range(start, end) => Value::Range(start, end),
                    inner => Value::Iter(Box::new(inner)),
                };
                self.write(&place, |value| *value = rest)?;
                item?
            }
            iter => self.adapted(iter)?,
        })
    }

    /// The next item of an iterator that is made of another.
    fn adapted(&mut self, iter: &mut Iter) -> Out<Option<Value>> {
        Ok(match iter {
            Iter::Map(inner, function) => match self.next(inner)? {
                Some(item) => Some(self.apply(function, vec![item])?),
                None => None,
            },
            Iter::Take(_, 0) => None,
            Iter::Take(inner, left) => {
                *left -= 1;
                self.next(inner)?
            }
            Iter::Skip(inner, left) => {
                while *left > 0 && self.next(inner)?.is_some() {
                    *left -= 1;
                }
                *left = 0;
                self.next(inner)?
            }
            Iter::Enumerate(inner, index) => match self.next(inner)? {
                Some(item) => {
                    *index += 1;
                    Some(Value::Tuple(vec![Value::Int(*index - 1), item]))
                }
                None => None,
            },
            Iter::Zip(left, right) => match self.next(left)? {
                Some(left) => {
                    let right = self.next(right)?;
                    right.map(|right| Value::Tuple(vec![left, right]))
                }
                None => None,
            },
            Iter::Chain(left, right) => match self.next(left)? {
                Some(item) => Some(item),
                None => self.next(right)?,
            },
            Iter::Copied(inner) => match self.next(inner)? {
                Some(Value::Ref(place)) => {
                    let place = self.deref(place)?;
                    self.read(&place, Value::duplicate)?
                }
                item => item,
            },
            Iter::StepBy(inner, size) => {
                let item = self.next(inner)?;
                for _ in 1..*size {
                    self.next(inner)?;
                }
                item
            }
            Iter::FromFn(function) => unwrapped(self.apply(function, Vec::new())?),
            Iter::Successors(next, function) => match next.take() {
                Some(item) => {
                    let copy = item.duplicate().unwrap_or(Value::Unit);
                    let place = self.temporary(copy);
                    if let Value::Variant(_, mut values) =
                        self.apply(function, vec![Value::Ref(place)])?
                    {
                        *next = values.pop();
                    }
                    Some(item)
                }
                None => None,
            },
            iter => self.chosen(iter)?,
        })
    }

    /// The next item that a function lets through, or makes.
    fn chosen(&mut self, iter: &mut Iter) -> Out<Option<Value>> {
        Ok(match iter {
            Iter::Filter(inner, function) => loop {
                let Some(item) = self.next(inner)? else {
                    break None;
                };
                let place = self.temporary(item);
                let holds = self.apply(function, vec![Value::Ref(place.clone())])?;
                if matches!(holds, Value::Bool(true)) {
                    break Some(self.take(&place)?);
                }
            },
            Iter::FilterMap(inner, function) => loop {
                let Some(item) = self.next(inner)? else {
                    break None;
                };
                if let Some(item) = unwrapped(self.apply(function, vec![item])?) {
                    break Some(item);
                }
            },
            Iter::FlatMap(inner, function, open) => loop {
                if let Some(open) = open
                    && let Some(item) = self.next(open)?
                {
                    break Some(item);
                }
                let Some(item) = self.next(inner)? else {
                    break None;
                };
                let items = self.apply(function, vec![item])?;
                *open = Some(Box::new(self.items(items)?));
            },
            Iter::TakeWhile(inner, function, ended) => {
                let item = if *ended { None } else { self.next(inner)? };
                let Some(item) = item else {
                    return Ok(None);
                };
                let place = self.temporary(item);
                let holds = self.apply(function, vec![Value::Ref(place.clone())])?;
                *ended = !matches!(holds, Value::Bool(true));
                let item = self.take(&place)?;
                (!*ended).then_some(item)
            }
            Iter::Scan(inner, function, state) => match self.next(inner)? {
                Some(item) => {
                    let state = Value::MutRef(state.clone());
                    unwrapped(self.apply(function, vec![state, item])?)
                }
                None => None,
            },
            _ => None,
        })
    }

    /// The values of all that is left, or the first error.
    pub(crate) fn collect_results(&mut self, mut iter: Iter) -> Out<Value> {
        let mut values = Vec::new();
        while let Some(item) = self.next(&mut iter)? {
            match item {
                Value::Variant(name, value) if name == "Ok" => values.extend(value),
                error => return Ok(error),
            }
        }
        Ok(Value::Variant("Ok".to_owned(), vec![Value::List(values)]))
    }

    /// All that is left.
    pub(crate) fn all(&mut self, mut iter: Iter) -> Out<Vec<Value>> {
        let mut items = Vec::new();
        while let Some(item) = self.next(&mut iter)? {
            items.push(item);
        }
        Ok(items)
    }

    /// A method of an iterator, which is given up for it.
    pub(crate) fn iterator_method(
        &mut self,
        iter: Iter,
        name: &str,
        mut arguments: Vec<Value>,
    ) -> Out<Value> {
        let first = arguments.pop();
        let second = arguments.pop();
        let inner = Box::new(iter);
        let adapted = match (name, first) {
            ("into_iter" | "iter" | "by_ref", None) => *inner,
            ("map", Some(function)) => Iter::Map(inner, function),
            ("filter", Some(function)) => Iter::Filter(inner, function),
            ("filter_map", Some(function)) => Iter::FilterMap(inner, function),
            ("flat_map", Some(function)) => Iter::FlatMap(inner, function, None),
            ("flatten", None) => {
                let same = Value::Function("identity".to_owned());
                Iter::FlatMap(inner, same, None)
            }
            ("take_while", Some(function)) => Iter::TakeWhile(inner, function, false),
            ("scan", Some(function)) => {
                let state = self.temporary(second.unwrap_or(Value::Unit));
                Iter::Scan(inner, function, state)
            }
            ("take", Some(Value::Int(count))) => Iter::Take(inner, count as usize),
            ("skip", Some(Value::Int(count))) => Iter::Skip(inner, count as usize),
            ("step_by", Some(Value::Int(size))) => Iter::StepBy(inner, size as usize),
            ("enumerate", None) => Iter::Enumerate(inner, 0),
            ("zip", Some(other)) => Iter::Zip(inner, Box::new(self.items(other)?)),
            ("chain", Some(other)) => Iter::Chain(inner, Box::new(self.items(other)?)),
            ("copied" | "cloned", None) => Iter::Copied(inner),
            ("rev", None) => {
                let mut items = self.all(*inner)?;
                items.reverse();
                Iter::Values(items.into_iter())
            }
            ("collect", None) => return Ok(Value::List(self.all(*inner)?)),
            ("count", None) => return Ok(Value::Int(self.all(*inner)?.len() as i64)),
            ("last", None) => return Ok(Value::option(self.all(*inner)?.pop())),
            ("fold", Some(function)) => {
                let mut iter = *inner;
                let mut state = second.unwrap_or(Value::Unit);
                while let Some(item) = self.next(&mut iter)? {
                    state = self.apply(&function, vec![state, item])?;
                }
                return Ok(state);
            }
            ("sum" | "max" | "min", None) => {
                let mut numbers = Vec::new();
                for item in self.all(*inner)? {
                    match self.copied(item)? {
                        Value::Int(number) => numbers.push(number),
                        other => return unknown(format!("`{name}` of {}", other.kind())),
                    }
                }
                return Ok(match name {
                    "sum" => match numbers.iter().try_fold(0_i64, |sum, x| sum.checked_add(*x)) {
                        Some(sum) => Value::Int(sum),
                        None => return crate::operate::panicked("attempt to add with overflow"),
                    },
                    "max" => Value::option(numbers.into_iter().max().map(Value::Int)),
                    _ => Value::option(numbers.into_iter().min().map(Value::Int)),
                });
            }
            (name, _) => return unknown(format!("the iterator method `{name}`")),
        };
        Ok(Value::Iter(Box::new(adapted)))
    }
}
