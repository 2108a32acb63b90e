//! Operators. Integers are `i64` and overflow as in a debug build.

use std::cmp::Ordering;

use syn::{BinOp, Expr, ExprBinary, ExprIndex, ExprRange, ExprUnary, RangeLimits, UnOp};

use crate::machine::{Flow, Intent, Machine, Out, fault, unknown};
use crate::place::{Part, Place};
use crate::value::{Key, Value};

/// What can be compared.
#[derive(Debug, PartialEq, PartialOrd)]
enum Plain {
    Bool(bool),
    Int(i64),
    Float(f64),
    Char(char),
    Text(String),
    Other(String),
}

impl Machine<'_> {
    pub(crate) fn unary(&mut self, unary: &ExprUnary) -> Out<Value> {
        if let UnOp::Deref(_) = unary.op {
            let place = self.behind(&unary.expr, Intent::Take)?;
            return self.take(&place);
        }
        let value = self.value(&unary.expr)?;
        match (&unary.op, self.copied(value)?) {
            (UnOp::Neg(_), Value::Int(value)) => value
                .checked_neg()
                .map(Value::Int)
                .ok_or_else(|| overflow("negate")),
            (UnOp::Neg(_), Value::Float(value)) => Ok(Value::Float(-value)),
            (UnOp::Not(_), Value::Bool(value)) => Ok(Value::Bool(!value)),
            (UnOp::Not(_), Value::Int(value)) => Ok(Value::Int(!value)),
            (_, value) => unknown(format!("an operator before {}", value.kind())),
        }
    }

    pub(crate) fn binary(&mut self, binary: &ExprBinary) -> Out<Value> {
        use BinOp::{And, Eq, Ge, Gt, Le, Lt, Ne, Or};
        let (left, right) = (&*binary.left, &*binary.right);
        match binary.op {
            And(_) => Ok(Value::Bool(self.condition(left)? && self.condition(right)?)),
            Or(_) => Ok(Value::Bool(self.condition(left)? || self.condition(right)?)),
            Eq(_) | Ne(_) | Lt(_) | Le(_) | Gt(_) | Ge(_) => {
                let left = self.place(left, Intent::Look)?;
                let right = self.place(right, Intent::Look)?;
                let order = self.compare(&left, &right)?;
                Ok(Value::Bool(match binary.op {
                    Eq(_) => order == Some(Ordering::Equal),
                    Ne(_) => order != Some(Ordering::Equal),
                    Lt(_) => order == Some(Ordering::Less),
                    Le(_) => matches!(order, Some(Ordering::Less | Ordering::Equal)),
                    Gt(_) => order == Some(Ordering::Greater),
                    _ => matches!(order, Some(Ordering::Greater | Ordering::Equal)),
                }))
            }
            op => match changing(&op) {
                Some(op) => {
                    let right = self.value(right)?;
                    let right = self.copied(right)?;
                    let place = self.place(left, Intent::Change)?;
                    let place = self.deref(place)?;
                    let old = self.write(&place, |old| std::mem::replace(old, Value::Gone))?;
                    let new = self.arithmetic(op, old, right);
                    match new {
                        Ok(new) => self.write(&place, |old| *old = new)?,
                        // Nobody promises what an overflow leaves, but not nothing.
                        Err(flow) => {
                            self.write(&place, |old| *old = Value::Int(0))?;
                            return Err(flow);
                        }
                    }
                    Ok(Value::Unit)
                }
                None => {
                    let left = self.value(left)?;
                    let left = self.copied(left)?;
                    let right = self.value(right)?;
                    let right = self.copied(right)?;
                    let Some(op) = plain(&op) else {
                        return unknown("an operator");
                    };
                    self.arithmetic(op, left, right)
                }
            },
        }
    }

    /// What a reference to something that can be copied stands for.
    pub(crate) fn copied(&mut self, value: Value) -> Out<Value> {
        let (Value::Ref(place) | Value::MutRef(place)) = &value else {
            return Ok(value);
        };
        let place = self.deref(place.clone())?;
        Ok(self.read(&place, Value::copy)?.unwrap_or(value))
    }

    fn arithmetic(&mut self, op: char, left: Value, right: Value) -> Out<Value> {
        match (left, right) {
            (Value::Int(left), Value::Int(right)) => integers(op, left, right).map(Value::Int),
            (Value::Float(left), Value::Float(right)) => Ok(Value::Float(match op {
                '+' => left + right,
                '-' => left - right,
                '*' => left * right,
                '/' => left / right,
                '%' => left % right,
                op => return unknown(format!("`{op}` of floats")),
            })),
            (Value::Text(mut left), right) if op == '+' => {
                left += &self.text(&right)?;
                Ok(Value::Text(left))
            }
            (Value::Bool(left), Value::Bool(right)) => Ok(Value::Bool(match op {
                '&' => left & right,
                '|' => left | right,
                '^' => left ^ right,
                op => return unknown(format!("`{op}` of bools")),
            })),
            (Value::Struct(name, old), new) if op == '+' => accumulate(&name, &old, &new),
            (Value::Gone, _) => fault("something is changed, and nothing is there"),
            (left, right) => unknown(format!("`{op}` of {} and {}", left.kind(), right.kind())),
        }
    }

    pub(crate) fn compare(&mut self, left: &Place, right: &Place) -> Out<Option<Ordering>> {
        let (left, right) = (self.plain(left)?, self.plain(right)?);
        match (&left, &right) {
            (Plain::Other(one), Plain::Other(other)) if one != other => unknown("a comparison"),
            _ => Ok(left.partial_cmp(&right)),
        }
    }

    fn plain(&mut self, place: &Place) -> Out<Plain> {
        let place = self.deref(place.clone())?;
        self.read(&place, |value| match value {
            Value::Bool(value) => Plain::Bool(*value),
            Value::Int(value) => Plain::Int(*value),
            Value::Float(value) => Plain::Float(*value),
            Value::Char(value) => Plain::Char(*value),
            Value::Literal(text) => Plain::Text(text.to_string()),
            Value::Text(text) => Plain::Text(text.clone()),
            value => Plain::Other(format!("{value:?}")),
        })
    }

    pub(crate) fn key(&mut self, value: &Value) -> Out<Key> {
        match value {
            Value::Bool(value) => Ok(Key::Bool(*value)),
            Value::Int(value) => Ok(Key::Int(*value)),
            Value::Text(text) => Ok(Key::Text(text.clone())),
            Value::Literal(text) => Ok(Key::Text(text.to_string())),
            Value::Ref(place) => {
                let place = self.deref(place.clone())?;
                let key = self.read(&place, Value::duplicate)?;
                key.map_or_else(|| unknown("a key"), |key| self.key(&key))
            }
            value => unknown(format!("a key that is {}", value.kind())),
        }
    }

    /// `list[at]`, `list[from..to]` or `map[&key]`, as a place.
    pub(crate) fn index(&mut self, index: &ExprIndex, intent: Intent) -> Out<Place> {
        let base = self.place(&index.expr, intent)?;
        let base = self.deref(base)?;
        let at = self.value(&index.index)?;
        if self.read(&base, |value| matches!(value, Value::Map(_)))? {
            let key = self.key(&at)?;
            let place = base.part(Part::Of(key));
            let found = place.look(|_| ()).is_some();
            return if found {
                Ok(place)
            } else {
                panicked("no entry found for key")
            };
        }
        let (list, start, end) = self.list(&base)?;
        let length = end - start;
        match at {
            Value::Int(at) => match usize::try_from(at) {
                Ok(at) if at < length => Ok(list.part(Part::Item(start + at))),
                _ => panicked(format!(
                    "index out of bounds: the len is {length} but the index is {at}"
                )),
            },
            Value::Range(from, to) => {
                let to = if to == i64::MAX { length as i64 } else { to };
                if from < 0 || to < from || to as usize > length {
                    return panicked(format!("range {from}..{to} is not in a list of {length}"));
                }
                let slice = Value::Slice(list, start + from as usize, start + to as usize);
                Ok(self.temporary(slice))
            }
            at => unknown(format!("an index that is {}", at.kind())),
        }
    }

    /// The list that is at `place` or that it borrows, and which part of it.
    pub(crate) fn list(&mut self, place: &Place) -> Out<(Place, usize, usize)> {
        let found = self.read(place, |value| match value {
            Value::List(values) => Ok((place.clone(), 0, values.len())),
            Value::Slice(list, from, to) => Ok((list.clone(), *from, *to)),
            value => Err(value.kind()),
        })?;
        found.or_else(|kind| unknown(format!("a list that is {kind}")))
    }

    pub(crate) fn range(&mut self, range: &ExprRange) -> Out<Value> {
        let mut bound = |bound: &Option<Box<Expr>>, open: i64| match bound {
            Some(bound) => match self.value(bound)? {
                Value::Int(bound) => Ok(bound),
                other => unknown(format!("a range of {}", other.kind())),
            },
            None => Ok(open),
        };
        let start = bound(&range.start, 0)?;
        let end = bound(&range.end, i64::MAX)?;
        let is_closed = matches!(range.limits, RangeLimits::Closed(_));
        Ok(Value::Range(start, end + i64::from(is_closed)))
    }
}

/// `+=` of the accumulators that random programs know.
fn accumulate(name: &str, old: &[(String, Value)], new: &Value) -> Out<Value> {
    match (name, old, new) {
        ("Pairwise", [(_, Value::Float(old))], Value::Float(new)) => {
            let sum = ("sum".to_owned(), Value::Float(old + new));
            Ok(Value::Struct(name.to_owned(), vec![sum]))
        }
        ("Affine", [(_, Value::Int(scale)), (_, Value::Int(shift))], Value::Struct(_, next)) => {
            let [(_, Value::Int(next_scale)), (_, Value::Int(next_shift))] = next[..] else {
                return unknown("`+=` of a struct");
            };
            let scale = scale.wrapping_mul(next_scale) % 1009;
            let shift = shift.wrapping_mul(next_scale).wrapping_add(next_shift) % 1009;
            Ok(crate::task::made(
                name,
                &[("scale", scale), ("shift", shift)],
            ))
        }
        _ => unknown("`+=` of a struct"),
    }
}

pub(crate) fn panicked<T>(message: impl Into<String>) -> Out<T> {
    Err(Flow::Panic(message.into()))
}

fn overflow(what: &str) -> Flow {
    Flow::Panic(format!("attempt to {what} with overflow"))
}

fn integers(op: char, left: i64, right: i64) -> Out<i64> {
    let (what, result) = match op {
        '+' => ("add", left.checked_add(right)),
        '-' => ("subtract", left.checked_sub(right)),
        '*' => ("multiply", left.checked_mul(right)),
        '/' | '%' if right == 0 => return panicked("attempt to divide by zero"),
        '/' => ("divide", left.checked_div(right)),
        '%' => ("calculate the remainder", left.checked_rem(right)),
        '&' => ("and", Some(left & right)),
        '|' => ("or", Some(left | right)),
        '^' => ("xor", Some(left ^ right)),
        '<' => (
            "shift left",
            u32::try_from(right)
                .ok()
                .and_then(|by| left.checked_shl(by)),
        ),
        _ => (
            "shift right",
            u32::try_from(right)
                .ok()
                .and_then(|by| left.checked_shr(by)),
        ),
    };
    result.ok_or_else(|| overflow(what))
}

/// The operator in one character; shifts are `<` and `>`.
fn plain(op: &BinOp) -> Option<char> {
    Some(match op {
        BinOp::Add(_) => '+',
        BinOp::Sub(_) => '-',
        BinOp::Mul(_) => '*',
        BinOp::Div(_) => '/',
        BinOp::Rem(_) => '%',
        BinOp::BitAnd(_) => '&',
        BinOp::BitOr(_) => '|',
        BinOp::BitXor(_) => '^',
        BinOp::Shl(_) => '<',
        BinOp::Shr(_) => '>',
        _ => return None,
    })
}

/// The same for operators that change what is left of them.
fn changing(op: &BinOp) -> Option<char> {
    Some(match op {
        BinOp::AddAssign(_) => '+',
        BinOp::SubAssign(_) => '-',
        BinOp::MulAssign(_) => '*',
        BinOp::DivAssign(_) => '/',
        BinOp::RemAssign(_) => '%',
        BinOp::BitAndAssign(_) => '&',
        BinOp::BitOrAssign(_) => '|',
        BinOp::BitXorAssign(_) => '^',
        BinOp::ShlAssign(_) => '<',
        BinOp::ShrAssign(_) => '>',
        _ => return None,
    })
}

pub(crate) fn cast(value: Value, to: &str) -> Out<Value> {
    Ok(match (value, to) {
        (Value::Int(value), "f64") => Value::Float(value as f64),
        (Value::Int(value), "i64" | "usize" | "u64") => Value::Int(value),
        (Value::Int(value), "i32") => Value::Int(i64::from(value as i32)),
        (Value::Int(value), "u8") => Value::Int(i64::from(value as u8)),
        (Value::Float(value), "i64") => Value::Int(value as i64),
        (Value::Float(value), "f64") => Value::Float(value),
        (Value::Bool(value), "i64" | "usize" | "u64" | "i32") => Value::Int(i64::from(value)),
        (Value::Char(value), "i64" | "u32" | "usize") => Value::Int(i64::from(u32::from(value))),
        (value, to) => return unknown(format!("{} as {to}", value.kind())),
    })
}
