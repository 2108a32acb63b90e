//! Methods of the standard library that take `&mut self`.

use crate::iterate::Iter;
use crate::machine::{Machine, Out, unknown};
use crate::method::length;
use crate::operate::panicked;
use crate::place::Place;
use crate::value::Value;

impl Machine<'_> {
    pub(crate) fn changing(
        &mut self,
        place: &Place,
        name: &str,
        mut arguments: Vec<Value>,
    ) -> Out<Value> {
        if self.read(place, |value| matches!(value, Value::Map(_)))? {
            return self.change_map(place, name, arguments);
        }
        let argument = arguments.pop();
        match (name, argument) {
            ("by_ref", None) => Ok(Value::Iter(Box::new(Iter::ByRef(place.clone())))),
            ("iter_mut", None) => {
                let iter = self.lent_items(place.clone(), true)?;
                Ok(Value::Iter(Box::new(iter)))
            }
            ("next", None) => {
                let mut iter = Iter::ByRef(place.clone());
                Ok(Value::option(self.next(&mut iter)?))
            }
            ("push_str", Some(text)) => {
                let added = self.text(&text)?;
                self.write(place, |text| {
                    if let Value::Text(text) = text {
                        text.push_str(&added);
                    }
                })?;
                Ok(Value::Unit)
            }
            ("take", None) => self.write(place, |value| std::mem::replace(value, Value::none())),
            ("clear", None) => {
                let new = self.read(place, crate::call::empty)?;
                self.write(place, |value| *value = new)?;
                Ok(Value::Unit)
            }
            (name, argument) => self.change_list(place, name, arguments.pop(), argument),
        }
    }

    fn change_map(&mut self, place: &Place, name: &str, mut arguments: Vec<Value>) -> Out<Value> {
        let last = arguments.pop();
        let key = match arguments.pop().as_ref().or(last.as_ref()) {
            Some(key) => self.key(key)?,
            None => return unknown(format!("the method `{name}` of a map")),
        };
        if name == "entry" {
            return Ok(Value::Entry(place.clone(), key));
        }
        let old = self.write(place, |map| match (map, name, last) {
            (Value::Map(map), "insert", Some(value)) => Some(map.insert(key, value)),
            (Value::Map(map), "remove", _) => Some(map.remove(&key)),
            _ => None,
        })?;
        match old {
            Some(old) => Ok(Value::option(old)),
            None => unknown(format!("the method `{name}` of a map")),
        }
    }

    fn change_list(
        &mut self,
        place: &Place,
        name: &str,
        first: Option<Value>,
        last: Option<Value>,
    ) -> Out<Value> {
        match (name, last) {
            ("pop", None) => return Ok(Value::option(self.write_list(place, Vec::pop)?)),
            ("push", Some(value)) => self.write_list(place, |list| list.push(value))?,
            ("reverse", None) => self.write_list(place, |list| list.reverse())?,
            ("truncate", Some(Value::Int(length))) => {
                self.write_list(place, |list| list.truncate(length as usize))?;
            }
            ("extend" | "extend_from_slice", Some(items)) => {
                let items = self.items(items)?;
                let added = self.all(items)?.into_iter().map(|item| self.copied(item));
                let added = added.collect::<Out<Vec<_>>>()?;
                self.write_list(place, |list| list.extend(added))?;
            }
            ("insert", Some(value)) => {
                let Some(Value::Int(at)) = first else {
                    return unknown("an insertion");
                };
                let length = self.read(place, length)?.unwrap_or_default();
                if !usize::try_from(at).is_ok_and(|at| at <= length) {
                    let message =
                        format!("insertion index (is {at}) should be <= len (is {length})");
                    return panicked(message);
                }
                self.write_list(place, |list| list.insert(at as usize, value))?;
            }
            (name, _) => return unknown(format!("the method `{name}`")),
        }
        Ok(Value::Unit)
    }

    fn write_list<T>(&mut self, place: &Place, edit: impl FnOnce(&mut Vec<Value>) -> T) -> Out<T> {
        let edited = self.write(place, |value| match value {
            Value::List(values) => Ok(edit(values)),
            other => Err(other.kind()),
        })?;
        edited.or_else(|kind| unknown(format!("a change of {kind} as a list")))
    }
}
