//! The values of an Arrow array, whatever its type, one by one.

use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowPrimitiveType, Date32Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type,
    Int64Type, TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType,
    TimestampSecondType, UInt8Type, UInt16Type, UInt32Type,
};
use arrow_array::{Array, ArrayRef};
use arrow_schema::{DataType, TimeUnit};

use crate::Timestamp;
use crate::value::Cell;

/// The cells of an array in order.
pub(super) type Cells<'a> = Box<dyn Iterator<Item = Cell<'a>> + 'a>;

/// Whether [`cells`] knows a type.
pub(super) fn is_known(kind: &DataType) -> bool {
    cells(&arrow_array::new_empty_array(kind)).is_some()
}

/// The cells of an array; `None` if nothing here can be made of its type.
pub(super) fn cells(array: &ArrayRef) -> Option<Cells<'_>> {
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
        DataType::UInt32 => primitives::<UInt32Type>(array, move |n| integer(n.into())),
        DataType::UInt16 => primitives::<UInt16Type>(array, move |n| integer(n.into())),
        DataType::UInt8 => primitives::<UInt8Type>(array, move |n| integer(n.into())),
        DataType::Utf8 => {
            let texts = array.as_string::<i32>().iter();
            Box::new(texts.map(|text| text.map_or(Cell::Null, Cell::Text)))
        }
        DataType::Null => Box::new(std::iter::repeat_n(Cell::Null, array.len())),
        _ => return None,
    })
}

fn time<'a>(micros: i64) -> Cell<'a> {
    Cell::Timestamp(Timestamp::from_micros(micros))
}

fn primitives<'a, T: ArrowPrimitiveType>(
    array: &'a ArrayRef,
    cell: impl Fn(T::Native) -> Cell<'a> + 'a,
) -> Cells<'a> {
    let values = array.as_primitive::<T>().iter();
    Box::new(values.map(move |value| value.map_or(Cell::Null, &cell)))
}
