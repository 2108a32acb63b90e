//! Values that are kept as they are, side by side with those of the other rows.

#[cfg(feature = "write")]
use std::io::Write as _;
use std::str::FromStr;

use delayed_runtime::NBytes;

use crate::Timestamp;
#[cfg(feature = "arrow")]
use crate::cell::{Cell, whole};
use crate::decimal::{Decimal, POWERS, short_whole};

/// A value that is a few bits and owns nothing elsewhere.
#[doc(hidden)]
pub trait Plain: Copy + Send + Sync + 'static + NBytes {
    const EXPECTED: &'static str;
    fn parse(field: &[u8]) -> Option<Self>;
    #[cfg(feature = "arrow")]
    fn from_cell(cell: Cell<'_>) -> Option<Self>;

    /// Adds the value as a field of CSV; whether it has such a form.
    #[cfg(feature = "write")]
    fn write(self, out: &mut Vec<u8>) -> bool;

    /// The values as Arrow has them.
    #[cfg(feature = "arrow")]
    fn array(values: impl Iterator<Item = Option<Self>>) -> arrow_array::ArrayRef;

    /// Adds the first values of an array if it keeps them in the same way and
    /// has no nulls; whether that is so.
    #[cfg(feature = "arrow")]
    fn extend(_: &mut Vec<Self>, _: &arrow_array::ArrayRef, _: usize) -> bool {
        false
    }
}

/// The values of an array of a type, if that is its type and none is missing.
#[cfg(feature = "arrow")]
fn values<T: arrow_array::ArrowPrimitiveType>(
    array: &arrow_array::ArrayRef,
    rows: usize,
) -> Option<&[T::Native]> {
    use arrow_array::Array;
    use arrow_array::cast::AsArray;
    let array = array.as_primitive_opt::<T>()?;
    (array.null_count() == 0).then(|| &array.values()[..rows])
}

impl Plain for Timestamp {
    const EXPECTED: &'static str = "a date and time as YYYY-MM-DD HH:MM:SS";

    #[inline]
    fn parse(field: &[u8]) -> Option<Timestamp> {
        Timestamp::parse(field)
    }

    #[cfg(feature = "write")]
    fn write(self, out: &mut Vec<u8>) -> bool {
        crate::write::time(out, self)
    }

    #[cfg(feature = "arrow")]
    #[inline]
    fn from_cell(cell: Cell<'_>) -> Option<Timestamp> {
        match cell {
            Cell::Timestamp(time) => Some(time),
            _ => None,
        }
    }

    #[cfg(feature = "arrow")]
    fn array(values: impl Iterator<Item = Option<Timestamp>>) -> arrow_array::ArrayRef {
        let micros = values.map(|time| time.map(Timestamp::micros));
        std::sync::Arc::new(micros.collect::<arrow_array::TimestampMicrosecondArray>())
    }

    #[cfg(feature = "arrow")]
    fn extend(column: &mut Vec<Timestamp>, array: &arrow_array::ArrayRef, rows: usize) -> bool {
        use arrow_array::types::TimestampMicrosecondType;
        let values = values::<TimestampMicrosecondType>(array, rows);
        let times = values.map(|values| values.iter().copied().map(Timestamp::from_micros));
        times.map(|times| column.extend(times)).is_some()
    }
}

impl Plain for bool {
    const EXPECTED: &'static str = "true or false";

    #[inline]
    fn parse(field: &[u8]) -> Option<bool> {
        match field.len() {
            4 if field.eq_ignore_ascii_case(b"true") => Some(true),
            5 if field.eq_ignore_ascii_case(b"false") => Some(false),
            _ => None,
        }
    }

    #[cfg(feature = "write")]
    fn write(self, out: &mut Vec<u8>) -> bool {
        out.extend_from_slice(if self { b"true" } else { b"false" });
        true
    }

    #[cfg(feature = "arrow")]
    #[inline]
    fn from_cell(cell: Cell<'_>) -> Option<bool> {
        match cell {
            Cell::Boolean(value) => Some(value),
            _ => None,
        }
    }

    #[cfg(feature = "arrow")]
    fn array(values: impl Iterator<Item = Option<bool>>) -> arrow_array::ArrayRef {
        std::sync::Arc::new(values.collect::<arrow_array::BooleanArray>())
    }
}

/// A number that is not as short.
#[inline(never)]
fn longer<T: fast_float2::FastFloat>(field: &[u8]) -> Option<T> {
    fast_float2::parse(field).ok()
}

macro_rules! floats {
    ($($type:ident $arrow:ident $exact:expr;)+) => { $(
        impl Plain for $type {
            const EXPECTED: &'static str = "a number";

            #[inline]
            fn parse(field: &[u8]) -> Option<$type> {
                match Decimal::short(field) {
                    // Both are exact, so that their quotient is rounded once.
                    Some(Decimal { digits, decimals }) if digits <= $exact => {
                        Some(digits as $type / $type::from(POWERS[decimals]))
                    }
                    _ => longer(field),
                }
            }

            #[cfg(feature = "write")]
            fn write(self, out: &mut Vec<u8>) -> bool {
                crate::write::float(out, self, self);
                true
            }

            #[cfg(feature = "arrow")]
            #[inline]
            fn from_cell(cell: Cell<'_>) -> Option<$type> {
                match cell {
                    Cell::Float(number) => Some(number as $type),
                    Cell::Integer(number) => Some(number as $type),
                    Cell::Unsigned(number) => Some(number as $type),
                    _ => None,
                }
            }

            #[cfg(feature = "arrow")]
            fn array(values: impl Iterator<Item = Option<$type>>) -> arrow_array::ArrayRef {
                type Array = arrow_array::PrimitiveArray<arrow_array::types::$arrow>;
                std::sync::Arc::new(values.collect::<Array>())
            }

            #[cfg(feature = "arrow")]
            fn extend(column: &mut Vec<$type>, array: &arrow_array::ArrayRef, rows: usize) -> bool {
                let values = values::<arrow_array::types::$arrow>(array, rows);
                values.map(|values| column.extend_from_slice(values)).is_some()
            }
        }
    )+ };
}

floats!(f64 Float64Type u32::MAX; f32 Float32Type 1 << f32::MANTISSA_DIGITS;);

/// A whole number that is not as short, or has a sign or a point.
#[inline(never)]
fn longer_whole<T: FromStr>(field: &[u8]) -> Option<T> {
    let field = str::from_utf8(field).ok()?;
    let whole = || without_zeros(field)?.parse().ok();
    field.parse().ok().or_else(whole)
}

macro_rules! integers {
    ($($type:ident $arrow:ident $expected:literal)+) => { $(
        impl Plain for $type {
            const EXPECTED: &'static str = $expected;

            /// A column with missing values is often written as `1.0`, so that
            /// is one too.
            #[inline]
            fn parse(field: &[u8]) -> Option<$type> {
                match short_whole(field) {
                    Some(number) => number.try_into().ok(),
                    None => longer_whole(field),
                }
            }

            #[cfg(feature = "write")]
            fn write(self, out: &mut Vec<u8>) -> bool {
                // There is always room in a vector.
                let _ = write!(out, "{self}");
                true
            }

            #[cfg(feature = "arrow")]
            #[inline]
            fn from_cell(cell: Cell<'_>) -> Option<$type> {
                whole(cell)?.try_into().ok()
            }

            #[cfg(feature = "arrow")]
            fn array(values: impl Iterator<Item = Option<$type>>) -> arrow_array::ArrayRef {
                type Array = arrow_array::PrimitiveArray<arrow_array::types::$arrow>;
                std::sync::Arc::new(values.collect::<Array>())
            }

            #[cfg(feature = "arrow")]
            fn extend(column: &mut Vec<$type>, array: &arrow_array::ArrayRef, rows: usize) -> bool {
                let values = values::<arrow_array::types::$arrow>(array, rows);
                values.map(|values| column.extend_from_slice(values)).is_some()
            }
        }
    )+ };
}

integers!(
    i64 Int64Type "a whole number"
    i32 Int32Type "a whole number of 32 bits"
    i16 Int16Type "a whole number from -32768 to 32767"
    i8 Int8Type "a whole number from -128 to 127"
    u64 UInt64Type "a whole number from 0 on"
    u32 UInt32Type "a whole number from 0 on, of 32 bits"
    u16 UInt16Type "a whole number from 0 to 65535"
    u8 UInt8Type "a whole number from 0 to 255"
);

/// What stands before the point, if only zeros follow it.
fn without_zeros(number: &str) -> Option<&str> {
    let (whole, zeros) = number.split_once('.')?;
    let is_whole = !zeros.is_empty() && zeros.bytes().all(|digit| digit == b'0');
    is_whole.then_some(whole)
}

#[cfg(test)]
mod tests {
    use super::Plain;

    #[test]
    fn whole_numbers_have_their_range_and_may_end_in_zeros() {
        assert_eq!(<u8 as Plain>::parse(b"255"), Some(255));
        assert_eq!(<u8 as Plain>::parse(b"255.00"), Some(255));
        assert_eq!(<u8 as Plain>::parse(b"256"), None);
        assert_eq!(<u8 as Plain>::parse(b"00000255"), Some(255));
        assert_eq!(<i8 as Plain>::parse(b"+7"), Some(7));
        assert_eq!(
            <i64 as Plain>::parse(b"-123456789012"),
            Some(-123_456_789_012)
        );
        assert_eq!(<i8 as Plain>::parse(b"-128.0"), Some(-128));
        assert_eq!(<i64 as Plain>::parse(b"1."), None);
        assert_eq!(<i64 as Plain>::parse(b"1.5"), None);
        assert_eq!(
            <u64 as Plain>::parse(b"18446744073709551615"),
            Some(u64::MAX)
        );
    }

    #[test]
    fn numbers_are_those_of_the_standard_library_to_the_bit() {
        let mut state = 1_u64;
        let mut random = |most: u64| {
            state = state.wrapping_mul(0x5851_F42D_4C95_7F2D).wrapping_add(1);
            (state >> 33) % most
        };
        for _ in 0..200_000 {
            let sign = ["", "", "-", "+"][random(4) as usize];
            let mut text = String::from(sign);
            let (whole, decimals) = (random(12), random(20));
            (0..whole).for_each(|_| text += &random(10).to_string());
            text += ["", "."][random(2) as usize];
            (0..decimals.saturating_sub(6)).for_each(|_| text += &random(10).to_string());
            if random(16) == 0 {
                text += &format!("e{}", random(40) as i64 - 20);
            }
            let bytes = text.as_bytes();
            let double = text.parse().ok().map(f64::to_bits);
            assert_eq!(
                <f64 as Plain>::parse(bytes).map(f64::to_bits),
                double,
                "{text}"
            );
            let single = text.parse().ok().map(f32::to_bits);
            assert_eq!(
                <f32 as Plain>::parse(bytes).map(f32::to_bits),
                single,
                "{text}"
            );
            if let Ok(whole) = text.parse::<i16>() {
                assert_eq!(<i16 as Plain>::parse(bytes), Some(whole));
            }
        }
    }

    #[test]
    fn truth_is_told_in_any_case() {
        assert_eq!(<bool as Plain>::parse(b"True"), Some(true));
        assert_eq!(<bool as Plain>::parse(b"FALSE"), Some(false));
        assert_eq!(<bool as Plain>::parse(b"yes"), None);
    }
}
