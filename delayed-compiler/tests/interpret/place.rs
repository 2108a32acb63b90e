//! Where values live: cells, and the way from a cell to a part of its value.

use std::cell::RefCell;
use std::rc::Rc;

use crate::value::{Key, Value};

/// The memory of one variable or temporary.
pub(crate) struct Cell {
    /// Greater than that of every cell that was made before.
    pub(crate) number: u64,
    /// The variable's name, for messages.
    pub(crate) name: Rc<str>,
    pub(crate) value: RefCell<Value>,
}

/// A part of what a cell holds. No part of the way goes through a reference.
#[derive(Clone)]
pub(crate) struct Place {
    pub(crate) cell: Rc<Cell>,
    pub(crate) way: Vec<Part>,
}

/// One step on the way to a part.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Part {
    /// A field of a struct, by name.
    Field(String),
    /// A part of a tuple or a variant.
    At(usize),
    /// An element of a list.
    Item(usize),
    /// The value of a map's key.
    Of(Key),
}

impl Place {
    pub(crate) fn whole(cell: &Rc<Cell>) -> Self {
        Self {
            cell: Rc::clone(cell),
            way: Vec::new(),
        }
    }

    pub(crate) fn part(&self, part: Part) -> Self {
        let mut place = self.clone();
        place.way.push(part);
        place
    }

    /// The way as far as the borrow checker tells parts apart.
    pub(crate) fn fields(&self) -> &[Part] {
        let is_field = |part: &Part| matches!(part, Part::Field(_) | Part::At(_));
        let end = self.way.iter().position(|part| !is_field(part));
        &self.way[..end.unwrap_or(self.way.len())]
    }

    /// Looks at the value; gives `None` if there is no such part.
    pub(crate) fn look<T>(&self, look: impl FnOnce(&Value) -> T) -> Option<T> {
        let value = self.cell.value.try_borrow().ok()?;
        let mut part = &*value;
        for step in &self.way {
            part = match (part, step) {
                (Value::Struct(_, fields), Part::Field(name)) => {
                    &fields.iter().find(|(field, _)| field == name)?.1
                }
                (Value::List(values), Part::Item(index)) => values.get(*index)?,
                (Value::Tuple(values), Part::At(index)) => values.get(*index)?,
                (Value::Variant(_, values), Part::At(index)) => values.get(*index)?,
                (Value::Map(map), Part::Of(key)) => map.get(key)?,
                _ => return None,
            };
        }
        Some(look(part))
    }

    /// Changes the value; gives `None` if there is no such part.
    pub(crate) fn edit<T>(&self, edit: impl FnOnce(&mut Value) -> T) -> Option<T> {
        let mut value = self.cell.value.try_borrow_mut().ok()?;
        let mut part = &mut *value;
        for step in &self.way {
            part = match (part, step) {
                (Value::Struct(_, fields), Part::Field(name)) => {
                    &mut fields.iter_mut().find(|(field, _)| field == name)?.1
                }
                (Value::List(values), Part::Item(index)) => values.get_mut(*index)?,
                (Value::Tuple(values), Part::At(index)) => values.get_mut(*index)?,
                (Value::Variant(_, values), Part::At(index)) => values.get_mut(*index)?,
                (Value::Map(map), Part::Of(key)) => map.get_mut(key)?,
                _ => return None,
            };
        }
        Some(edit(part))
    }
}
