//! What random programs call: the same functions as in the crate that rustc
//! compiles, on the evaluator's values.

use crate::call::token;
use crate::machine::{Machine, Out, unknown};
use crate::operate::panicked;
use crate::place::{Part, Place};
use crate::value::Value;

/// What the task at a path is called where it is defined.
fn canonical(path: &str) -> &str {
    match path.rsplit("::").next() {
        Some("grind") => "churn",
        Some("blend") => "mix",
        name => name.unwrap_or(path),
    }
}

/// Whether the task at a path does nothing but give its value.
pub(crate) fn is_pure(path: &str) -> bool {
    random_programs::is_pure(canonical(path))
}

/// A struct of integers.
pub(crate) fn made(name: &str, fields: &[(&str, i64)]) -> Value {
    let fields = fields
        .iter()
        .map(|(name, value)| ((*name).to_owned(), Value::Int(*value)));
    Value::Struct(name.to_owned(), fields.collect())
}

/// What a task was called with.
struct Arguments<'m, 'g> {
    machine: &'m mut Machine<'g>,
    values: std::vec::IntoIter<Value>,
}

impl Arguments<'_, '_> {
    fn value(&mut self) -> Out<Value> {
        self.values
            .next()
            .map_or_else(|| unknown("a task with fewer arguments"), Ok)
    }

    fn int(&mut self) -> Out<i64> {
        let value = self.value()?;
        match self.machine.copied(value)? {
            Value::Int(number) => Ok(number),
            other => unknown(format!("a task that is given {}", other.kind())),
        }
    }

    fn text(&mut self) -> Out<String> {
        let value = self.value()?;
        self.machine.text(&value)
    }

    /// Where the argument is, behind the references to it.
    fn place(&mut self) -> Out<Place> {
        let value = self.value()?;
        let place = self.machine.temporary(value);
        self.machine.deref(place)
    }

    fn ints(&mut self) -> Out<Vec<i64>> {
        let place = self.place()?;
        let (list, from, to) = self.machine.list(&place)?;
        let ints = self.machine.read(&list, |list| match list {
            Value::List(values) => values[from..to]
                .iter()
                .map(|value| match value {
                    Value::Int(number) => Some(*number),
                    _ => None,
                })
                .collect::<Option<Vec<_>>>(),
            _ => None,
        })?;
        ints.map_or_else(|| unknown("a task that is given another list"), Ok)
    }

    /// The number in a token.
    fn weight(&mut self) -> Out<i64> {
        self.part(&[Part::Field("value".to_owned())])
    }

    /// An integer that is changed: its place, and what is there.
    fn changed_int(&mut self) -> Out<(Place, i64)> {
        let place = self.place()?;
        match self.machine.read(&place, Value::copy)? {
            Some(Value::Int(old)) => Ok((place, old)),
            _ => unknown("a task that is given no integer"),
        }
    }

    /// An integer somewhere in the argument.
    fn part(&mut self, parts: &[Part]) -> Out<i64> {
        let mut place = self.place()?;
        place.way.extend_from_slice(parts);
        match self.machine.read(&place, Value::copy)? {
            Some(Value::Int(number)) => Ok(number),
            _ => unknown("a task that is given another struct"),
        }
    }

    fn set(&mut self, place: &Place, value: i64) -> Out<Value> {
        self.machine.write(place, |old| *old = Value::Int(value))?;
        Ok(Value::Unit)
    }
}

fn int(value: i64) -> Out<Value> {
    Ok(Value::Int(value))
}

fn text(text: impl Into<String>) -> Out<Value> {
    Ok(Value::Text(text.into()))
}

fn ints(ints: impl IntoIterator<Item = i64>) -> Value {
    Value::List(ints.into_iter().map(Value::Int).collect())
}

fn result(result: Result<Value, String>) -> Out<Value> {
    Ok(Value::result(result))
}

impl Machine<'_> {
    /// Calls the task `name`.
    pub(crate) fn task(&mut self, name: &str, arguments: Vec<Value>) -> Out<Value> {
        let mut given = Arguments {
            machine: self,
            values: arguments.into_iter(),
        };
        let given = &mut given;
        match canonical(name) {
            "step" => int(given.int()?.wrapping_mul(7).rem_euclid(1009)),
            "mix" => int(given.int()?.wrapping_mul(31).wrapping_sub(given.int()?) % 1009),
            "churn" => int((given.int()? ^ 5) % 1009),
            "fragile" => match (given.int()?, given.int()?) {
                (x, of) if x.rem_euclid(of) == of - 1 => panicked(format!("{x} breaks at {of}")),
                (x, _) => int(x),
            },
            "check" => result(match (given.int()?, given.int()?) {
                (x, of) if x.rem_euclid(of) == of - 1 => Err(format!("{x} is refused for {of}")),
                (x, _) => Ok(Value::Int(x)),
            }),
            "split" => {
                let x = given.int()?;
                Ok(Value::Tuple(vec![Value::Int(x / 10), Value::Int(x % 10)]))
            }
            "root" => Ok(Value::Float((given.int()? as f64).abs().sqrt())),
            "locate" => {
                let x = given.int()?;
                Ok(made("Point", &[("x", x % 17), ("y", x % 23)]))
            }
            name => given.of_numbers(name),
        }
    }
}

impl Arguments<'_, '_> {
    fn of_numbers(&mut self, name: &str) -> Out<Value> {
        match name {
            "turn" => {
                let x = self.int()?;
                Ok(made(
                    "Affine",
                    &[("scale", x % 19 + 1), ("shift", x % 1009)],
                ))
            }
            "verify" => result(match self.int()? {
                x if x % 23 == 22 => Err(format!("{x} is wrong")),
                x => Ok(Value::Int(x.wrapping_add(1))),
            }),
            "judge" => result(match self.int()? {
                x if x % 5 == 4 => Err(format!("{x} is judged")),
                x => Ok(Value::Int(x.wrapping_sub(1))),
            }),
            "glance" => result(match self.int()? {
                x if x % 27 == 26 => Err(format!("nothing at {x}")),
                x => Ok(Value::Int(x.wrapping_mul(2))),
            }),
            "apply" => {
                let (x, by) = (self.int()?, self.value()?);
                self.machine.apply(&by, vec![Value::Int(x)])
            }
            "nest" => {
                let x = self.int()?;
                let churn = |x: i64| (x ^ 5) % 1009;
                int((0..x.rem_euclid(5)).fold(0, |sum, y| sum + churn(x.wrapping_add(y)) * y))
            }
            "later" => {
                let x = self.int()?.wrapping_mul(7).rem_euclid(1009);
                Ok(made("Known", &[("0", x)]))
            }
            "label" => {
                let x = self.int()?;
                let label = Value::Text(format!("l{}", x % 100));
                Ok(Value::Tuple(vec![label, Value::Int(x % 7)]))
            }
            "halves" => result(match self.int()? {
                x if x % 31 == 30 => Err(format!("{x} has no halves")),
                x => {
                    let text = Value::Text((x % 9).to_string());
                    Ok(Value::Tuple(vec![Value::Int(x / 2), text]))
                }
            }),
            "either" => {
                let (left, right) = (self.value()?, self.value()?);
                Ok(if self.int()? % 2 == 0 { left } else { right })
            }
            "bump" => {
                let (place, old) = self.changed_int()?;
                let by = self.int()?;
                self.set(&place, old.wrapping_mul(2).wrapping_add(by) % 1009)
            }
            "draw" => {
                let (place, old) = self.changed_int()?;
                let new = old.wrapping_add(self.int()?) % 1009;
                self.set(&place, new)?;
                int(new / 2)
            }
            name => self.of_texts(name),
        }
    }

    fn of_texts(&mut self, name: &str) -> Out<Value> {
        match name {
            "measure" => {
                let bytes = self.text()?.into_bytes();
                let fold = |sum, byte| (sum * 3 + i64::from(byte)) % 1009;
                int(bytes.into_iter().fold(0, fold))
            }
            "shout" => text(self.text()?.to_uppercase()),
            "stretch" => {
                let start: String = self.text()?.chars().take(8).collect();
                text(format!("{start}{}", self.int()? % 100))
            }
            "parse" => {
                let parsed = self.text()?.parse().map(Value::Int);
                result(parsed.map_err(|error: std::num::ParseIntError| error.to_string()))
            }
            "advance" => {
                let (state, x) = (self.text()?, self.int()?);
                let start = state.chars().count().saturating_sub(6);
                let end: String = state.chars().skip(start).collect();
                result(if x % 37 == 36 {
                    Err(format!("{state} cannot advance by {x}"))
                } else {
                    Ok(Value::Text(format!("{end}{}", x % 10)))
                })
            }
            name => self.of_lists(name),
        }
    }

    fn of_lists(&mut self, name: &str) -> Out<Value> {
        match name {
            "spread" => {
                let x = self.int()?;
                Ok(ints((0..x.rem_euclid(4)).map(|y| y * 3 + x % 11)))
            }
            "total" => int(self.ints()?.iter().fold(1, |x, y| (x * 5 + y) % 1009)),
            "consume" => {
                let items = self.ints()?.into_iter().rev();
                int(items.fold(2, |x, y| (x * 3 + y) % 1009))
            }
            "find" => {
                let (items, x) = (self.ints()?, self.int()?);
                let found = items.into_iter().find(|y| y % 3 == x.rem_euclid(3));
                Ok(Value::option(found.map(Value::Int)))
            }
            "first" => {
                let first = self.ints()?.into_iter().next();
                Ok(Value::option(first.map(Value::Int)))
            }
            "powers" => {
                let (x, count) = (self.int()?, self.int()?);
                Ok(ints((0..count).map(|power| (x % 10).pow(power as u32))))
            }
            "largest" => {
                let largest = self.ints()?.into_iter().max();
                Ok(Value::option(largest.map(Value::Int)))
            }
            "append" => {
                let place = self.place()?;
                let x = self.int()? % 1009;
                self.machine.write(&place, |list| {
                    if let Value::List(list) = list {
                        list.push(Value::Int(x));
                        list.truncate(12);
                    }
                })?;
                Ok(Value::Unit)
            }
            "digits" => {
                let x = self.int()?;
                let digit = |c: char| {
                    let digit = c.to_digit(10).map(i64::from).map(Value::Int);
                    Value::result(digit.ok_or_else(|| format!("{c} of {x}")))
                };
                result(if x % 19 == 18 {
                    Err(format!("no digits of {x}"))
                } else {
                    Ok(Value::List(
                        (x % 1000).to_string().chars().map(digit).collect(),
                    ))
                })
            }
            name => self.of_tokens(name),
        }
    }

    fn of_tokens(&mut self, name: &str) -> Out<Value> {
        match name {
            "forge" => Ok(token(Value::Int(self.int()? % 1009))),
            "temper" => result(match self.int()? {
                x if x % 29 == 28 => Err(format!("{x} cannot be tempered")),
                x => Ok(token(Value::Int(x))),
            }),
            "weigh" => int(self.weight()?),
            "melt" => int(self.weight()?.wrapping_add(1)),
            "merge" => {
                let (left, right) = (self.weight()?, self.weight()?);
                let value = left.wrapping_mul(3).wrapping_add(right) % 1009;
                Ok(token(Value::Int(value)))
            }
            "polish" => {
                let place = self.place()?;
                let value = place.part(Part::Field("value".to_owned()));
                let old = self.machine.read(&value, ToString::to_string)?;
                let old: i64 = old.parse().unwrap_or_default();
                let by = self.int()?;
                self.set(&value, old.wrapping_add(by) % 1009)
            }
            "fuse" => {
                let pair = self.value()?;
                let (x, y) = match pair {
                    Value::Tuple(pair) => match pair[..] {
                        [Value::Int(x), Value::Int(y)] => (x, y),
                        _ => return unknown("a task that is given another pair"),
                    },
                    _ => return unknown("a task that is given no pair"),
                };
                let z = self.part(&[Part::Field("x".to_owned())])?;
                let sum = x.wrapping_mul(3).wrapping_add(y.wrapping_mul(5));
                int(sum.wrapping_add(z) % 1009)
            }
            name => self.of_parcels(name),
        }
    }

    fn of_parcels(&mut self, name: &str) -> Out<Value> {
        let parcel = |text: String, list: Vec<i64>, value: i64| {
            let fields = [
                ("text", Value::Text(text)),
                ("list", ints(list)),
                ("token", token(Value::Int(value % 1009))),
            ];
            let fields = fields.map(|(name, value)| (name.to_owned(), value));
            Value::Struct("Parcel".to_owned(), fields.into())
        };
        match name {
            "pack" => {
                let x = self.int()?;
                Ok(parcel(format!("p{}", x % 50), vec![x % 13, 4], x))
            }
            "ship" => result(match self.int()? {
                x if x % 33 == 32 => Err(format!("{x} is lost")),
                x => Ok(parcel("ship".to_owned(), vec![x % 13], x)),
            }),
            "inspect" | "unpack" => {
                let place = self.place()?;
                let (sum, value) = self.parcel(&place)?;
                int(sum.wrapping_add(value) % 1009)
            }
            "repack" => {
                let place = self.place()?;
                self.parcel(&place)?;
                let x = self.int()?;
                let list = place.part(Part::Field("list".to_owned()));
                self.machine.write(&list, |list| {
                    if let Value::List(list) = list {
                        list.push(Value::Int(x % 1009));
                    }
                })?;
                let token = place.part(Part::Field("token".to_owned()));
                self.set(&token.part(Part::Field("value".to_owned())), x % 101)
            }
            name => unknown(format!("the task `{name}`")),
        }
    }

    /// The sum of a parcel's list, and the number in its token; all parts must
    /// be there.
    fn parcel(&mut self, place: &Place) -> Out<(i64, i64)> {
        let field = |name: &str| place.part(Part::Field(name.to_owned()));
        let (list, from, to) = self.machine.list(&field("list"))?;
        let mut sum = self
            .machine
            .read(&field("text"), |text| text.to_string().len() as i64)?;
        for at in from..to {
            let value = self.machine.read(&list.part(Part::Item(at)), Value::copy)?;
            if let Some(Value::Int(value)) = value {
                sum = sum.wrapping_add(value);
            }
        }
        let value = field("token").part(Part::Field("value".to_owned()));
        match self.machine.read(&value, Value::copy)? {
            Some(Value::Int(value)) => Ok((sum, value)),
            _ => unknown("a task that is given no parcel"),
        }
    }
}
