//! Methods of `Option` and `Result`.

use crate::machine::{Machine, Out, unknown};
use crate::operate::panicked;
use crate::value::Value;

impl Machine<'_> {
    /// A method of `Option` or `Result`.
    pub(crate) fn variant(
        &mut self,
        variant: &str,
        mut values: Vec<Value>,
        name: &str,
        mut arguments: Vec<Value>,
    ) -> Out<Value> {
        let is_good = variant == "Some" || variant == "Ok";
        let value = values.pop();
        let argument = arguments.pop();
        let first = arguments.pop();
        let same =
            |value: Option<Value>| Value::Variant(variant.to_owned(), value.into_iter().collect());
        Ok(match (name, value, argument) {
            ("unwrap" | "expect" | "unwrap_or" | "unwrap_or_else", Some(value), _) if is_good => {
                value
            }
            ("unwrap_or_default", Some(value), _) if is_good => value,
            ("unwrap" | "expect", value, _) => {
                return panicked(format!("`{name}` of {:?}", same(value)));
            }
            ("unwrap_or", _, Some(other)) => other,
            ("unwrap_or_default", ..) => Value::Int(0),
            ("unwrap_or_else", value, Some(function)) => {
                return self.apply(&function, value.into_iter().collect());
            }
            ("ok_or", Some(value), _) if is_good => Value::Variant("Ok".to_owned(), vec![value]),
            ("ok_or", _, Some(error)) => Value::Variant("Err".to_owned(), vec![error]),
            ("ok", value, _) if is_good => Value::option(value),
            ("ok", ..) => Value::none(),
            ("map", Some(value), Some(function)) if is_good => {
                let value = self.apply(&function, vec![value])?;
                same(Some(value))
            }
            ("map", value, _) => same(value),
            ("map_err", Some(value), Some(function)) if !is_good => {
                let value = self.apply(&function, vec![value])?;
                same(Some(value))
            }
            ("map_err", value, _) => same(value),
            ("map_or", Some(value), Some(function)) if is_good => {
                return self.apply(&function, vec![value]);
            }
            ("filter", Some(value), Some(function)) if is_good => {
                let place = self.temporary(value);
                let holds = self.apply(&function, vec![Value::Ref(place.clone())])?;
                let value = self.take(&place)?;
                Value::option(matches!(holds, Value::Bool(true)).then_some(value))
            }
            ("filter", ..) => Value::none(),
            ("map_or", ..) => first.unwrap_or(Value::Unit),
            ("and_then", Some(value), Some(function)) if is_good => {
                return self.apply(&function, vec![value]);
            }
            ("and_then", value, _) => same(value),
            ("copied" | "cloned", Some(Value::Ref(place)), _) => {
                let place = self.deref(place)?;
                same(self.read(&place, Value::duplicate)?)
            }
            ("copied" | "cloned", value, _) => same(value),
            (name, ..) => return unknown(format!("`{name}` of a variant")),
        })
    }
}
