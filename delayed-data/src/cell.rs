//! The values of an Arrow array, whatever its type, one by one.

use std::fmt;

use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowPrimitiveType, Date32Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type,
    Int64Type, TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType,
    TimestampSecondType, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrayRef};
use arrow_schema::{DataType, TimeUnit};

use crate::Timestamp;
use crate::error::shown;

/// One value of a file that has types of its own.
#[doc(hidden)]
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Cell<'a> {
    Null,
    Boolean(bool),
    Timestamp(Timestamp),
    Float(f64),
    Integer(i64),
    Unsigned(u64),
    Text(&'a str),
}

/// As an error shows it.
impl fmt::Display for Cell<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Cell::Null => f.write_str("no value"),
            Cell::Boolean(value) => value.fmt(f),
            Cell::Timestamp(time) => time.fmt(f),
            Cell::Float(number) => number.fmt(f),
            Cell::Integer(number) => number.fmt(f),
            Cell::Unsigned(number) => number.fmt(f),
            Cell::Text(text) => f.write_str(&shown(text)),
        }
    }
}

/// The whole number that a cell holds, if nothing is lost.
pub(crate) fn whole(cell: Cell<'_>) -> Option<i128> {
    /// Beyond this not every whole number is an `f64`.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    match cell {
        Cell::Integer(number) => Some(number.into()),
        Cell::Unsigned(number) => Some(number.into()),
        Cell::Float(number) => {
            (number.fract() == 0.0 && number.abs() <= EXACT).then_some(number as i128)
        }
        _ => None,
    }
}

/// Adds a cell as a field of CSV; whether it has such a form.
#[cfg(feature = "write")]
pub(crate) fn write(cell: Cell<'_>, out: &mut Vec<u8>) -> bool {
    use crate::plain::Plain;
    match cell {
        Cell::Null => true,
        Cell::Boolean(value) => value.write(out),
        Cell::Timestamp(time) => time.write(out),
        Cell::Float(number) => number.write(out),
        Cell::Integer(number) => number.write(out),
        Cell::Unsigned(number) => number.write(out),
        Cell::Text(text) => {
            crate::write::text(out, text);
            true
        }
    }
}

/// The cells of an array in order.
pub(crate) type Cells<'a> = Box<dyn Iterator<Item = Cell<'a>> + 'a>;

/// Whether [`cells`] knows a type.
pub(crate) fn is_known(kind: &DataType) -> bool {
    cells(&arrow_array::new_empty_array(kind)).is_some()
}

/// The cells of an array; `None` if nothing here can be made of its type.
pub(crate) fn cells(array: &ArrayRef) -> Option<Cells<'_>> {
    let integer = Cell::Integer;
    Some(match array.data_type() {
        DataType::Timestamp(TimeUnit::Second, _) => {
            primitives::<TimestampSecondType>(array, |t| time(t.saturating_mul(1_000_000)))
        }
        DataType::Timestamp(TimeUnit::Millisecond, _) => {
            primitives::<TimestampMillisecondType>(array, |t| time(t.saturating_mul(1_000)))
        }
        DataType::Timestamp(TimeUnit::Microsecond, _) => {
            primitives::<TimestampMicrosecondType>(array, time)
        }
        DataType::Timestamp(TimeUnit::Nanosecond, _) => {
            primitives::<TimestampNanosecondType>(array, |t| time(t.div_euclid(1_000)))
        }
        DataType::Date32 => {
            primitives::<Date32Type>(array, |days| time(i64::from(days) * 86_400_000_000))
        }
        DataType::Float64 => primitives::<Float64Type>(array, Cell::Float),
        DataType::Float32 => primitives::<Float32Type>(array, |n| Cell::Float(n.into())),
        DataType::Int64 => primitives::<Int64Type>(array, integer),
        DataType::Int32 => primitives::<Int32Type>(array, move |n| integer(n.into())),
        DataType::Int16 => primitives::<Int16Type>(array, move |n| integer(n.into())),
        DataType::Int8 => primitives::<Int8Type>(array, move |n| integer(n.into())),
        DataType::UInt64 => primitives::<UInt64Type>(array, Cell::Unsigned),
        DataType::UInt32 => primitives::<UInt32Type>(array, move |n| integer(n.into())),
        DataType::UInt16 => primitives::<UInt16Type>(array, move |n| integer(n.into())),
        DataType::UInt8 => primitives::<UInt8Type>(array, move |n| integer(n.into())),
        DataType::Boolean => {
            let values = array.as_boolean().iter();
            Box::new(values.map(|value| value.map_or(Cell::Null, Cell::Boolean)))
        }
        DataType::Utf8 => texts(array.as_string::<i32>().iter()),
        DataType::LargeUtf8 => texts(array.as_string::<i64>().iter()),
        DataType::Utf8View => texts(array.as_string_view().iter()),
        DataType::Null => Box::new(std::iter::repeat_n(Cell::Null, array.len())),
        _ => return None,
    })
}

fn time<'a>(micros: i64) -> Cell<'a> {
    Cell::Timestamp(Timestamp::from_micros(micros))
}

fn texts<'a>(texts: impl Iterator<Item = Option<&'a str>> + 'a) -> Cells<'a> {
    Box::new(texts.map(|text| text.map_or(Cell::Null, Cell::Text)))
}

fn primitives<'a, T: ArrowPrimitiveType>(
    array: &'a ArrayRef,
    cell: impl Fn(T::Native) -> Cell<'a> + 'a,
) -> Cells<'a> {
    let values = array.as_primitive::<T>().iter();
    Box::new(values.map(move |value| value.map_or(Cell::Null, &cell)))
}
