//! The types that a column can be read as.

use delayed_runtime::NBytes;

use crate::{Text, Timestamp};

/// A type that a column can be read as: [`Timestamp`], `f64`, `i64` or
/// `String`, or an `Option` of one where values may be missing.
///
/// A missing value is an empty field of a CSV file or a null of a Parquet file.
/// Where the type is not an `Option` it is an error that names the place; but
/// an empty CSV field is a fine `String`.
///
/// In text, a time is as [`Timestamp`] says, a number is as Rust writes it, and a
/// whole number may end in `.0`: many programs write it so where values are
/// missing. Of Parquet's types, all integers and floats are numbers (whole if
/// nothing is lost), timestamps and dates are times, and strings are text.
///
/// A `String` column is not read as one `String` a row: the chunk keeps a
/// [`Text`], and its rows give `&str`.
pub trait Value: sealed::Sealed + Sized + Send + Sync + 'static {
    /// What one row gives: the value itself, or `&str` for text.
    type Item<'a>: Copy;
    /// What the whole column gives: a slice, or a [`Text`].
    type Slice<'a>: Copy;

    /// How a chunk keeps the column.
    #[doc(hidden)]
    type Column: Clone + Default + NBytes + Send + Sync;
    /// What a field should hold, in the words of an error.
    #[doc(hidden)]
    const EXPECTED: &'static str;
    /// Whether a value may be missing.
    #[doc(hidden)]
    const OPTIONAL: bool;

    /// Adds a field of a text file; whether it is such a value.
    #[doc(hidden)]
    fn push(column: &mut Self::Column, field: &[u8]) -> bool;
    #[doc(hidden)]
    fn item(column: &Self::Column, row: usize) -> Self::Item<'_>;
    #[doc(hidden)]
    fn slice(column: &Self::Column) -> Self::Slice<'_>;
    /// Adds a row of another chunk's column.
    #[doc(hidden)]
    fn copy(column: &mut Self::Column, from: &Self::Column, row: usize);

    /// Adds a value of a typed file; whether it is such a value.
    #[cfg(feature = "parquet")]
    #[doc(hidden)]
    fn push_cell(column: &mut Self::Column, cell: Cell<'_>) -> bool;
}

/// One value of a file that has types of its own.
#[cfg(feature = "parquet")]
#[doc(hidden)]
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Cell<'a> {
    Null,
    Timestamp(Timestamp),
    Float(f64),
    Integer(i64),
    Text(&'a str),
}

/// A value that is kept as it is, side by side with those of the other rows.
#[doc(hidden)]
pub trait Plain: Copy + Send + Sync + 'static + NBytes {
    const EXPECTED: &'static str;
    fn parse(field: &[u8]) -> Option<Self>;
    #[cfg(feature = "parquet")]
    fn from_cell(cell: Cell<'_>) -> Option<Self>;
}

impl Plain for Timestamp {
    const EXPECTED: &'static str = "a date and time as YYYY-MM-DD HH:MM:SS";

    #[inline]
    fn parse(field: &[u8]) -> Option<Timestamp> {
        Timestamp::parse(field)
    }

    #[cfg(feature = "parquet")]
    #[inline]
    fn from_cell(cell: Cell<'_>) -> Option<Timestamp> {
        match cell {
            Cell::Timestamp(time) => Some(time),
            _ => None,
        }
    }
}

impl Plain for f64 {
    const EXPECTED: &'static str = "a number";

    #[inline]
    fn parse(field: &[u8]) -> Option<f64> {
        fast_float2::parse(field).ok()
    }

    #[cfg(feature = "parquet")]
    #[inline]
    fn from_cell(cell: Cell<'_>) -> Option<f64> {
        match cell {
            Cell::Float(number) => Some(number),
            Cell::Integer(number) => Some(number as f64),
            _ => None,
        }
    }
}

impl Plain for i64 {
    const EXPECTED: &'static str = "a whole number";

    /// A column with missing values is often written as `1.0`, so that is one too.
    #[inline]
    fn parse(field: &[u8]) -> Option<i64> {
        let field = str::from_utf8(field).ok()?;
        field.parse().ok().or_else(|| {
            let (whole, zeros) = field.split_once('.')?;
            let is_whole = !zeros.is_empty() && zeros.bytes().all(|digit| digit == b'0');
            is_whole.then(|| whole.parse().ok()).flatten()
        })
    }

    #[cfg(feature = "parquet")]
    #[inline]
    fn from_cell(cell: Cell<'_>) -> Option<i64> {
        /// Beyond this not every whole number is an `f64`.
        const EXACT: f64 = 9_007_199_254_740_992.0;
        match cell {
            Cell::Integer(number) => Some(number),
            Cell::Float(number) => {
                (number.fract() == 0.0 && number.abs() <= EXACT).then_some(number as i64)
            }
            _ => None,
        }
    }
}

impl<T: Plain> Value for T {
    type Item<'a> = T;
    type Slice<'a> = &'a [T];
    type Column = Vec<T>;
    const EXPECTED: &'static str = <T as Plain>::EXPECTED;
    const OPTIONAL: bool = false;

    #[inline]
    fn push(column: &mut Vec<T>, field: &[u8]) -> bool {
        let value = T::parse(field);
        column.extend(value);
        value.is_some()
    }

    #[inline]
    fn item(column: &Vec<T>, row: usize) -> T {
        column[row]
    }

    fn slice(column: &Vec<T>) -> &[T] {
        column
    }

    #[inline]
    fn copy(column: &mut Vec<T>, from: &Vec<T>, row: usize) {
        column.push(from[row]);
    }

    #[cfg(feature = "parquet")]
    #[inline]
    fn push_cell(column: &mut Vec<T>, cell: Cell<'_>) -> bool {
        let value = T::from_cell(cell);
        column.extend(value);
        value.is_some()
    }
}

impl<T: Plain> Value for Option<T> {
    type Item<'a> = Option<T>;
    type Slice<'a> = &'a [Option<T>];
    type Column = Vec<Option<T>>;
    const EXPECTED: &'static str = <T as Plain>::EXPECTED;
    const OPTIONAL: bool = true;

    #[inline]
    fn push(column: &mut Vec<Option<T>>, field: &[u8]) -> bool {
        let value = T::parse(field);
        column.push(value);
        value.is_some() || field.is_empty()
    }

    #[inline]
    fn item(column: &Vec<Option<T>>, row: usize) -> Option<T> {
        column[row]
    }

    fn slice(column: &Vec<Option<T>>) -> &[Option<T>] {
        column
    }

    #[inline]
    fn copy(column: &mut Vec<Option<T>>, from: &Vec<Option<T>>, row: usize) {
        column.push(from[row]);
    }

    #[cfg(feature = "parquet")]
    #[inline]
    fn push_cell(column: &mut Vec<Option<T>>, cell: Cell<'_>) -> bool {
        let value = T::from_cell(cell);
        column.push(value);
        value.is_some() || cell == Cell::Null
    }
}

impl Value for String {
    type Item<'a> = &'a str;
    type Slice<'a> = &'a Text;
    type Column = Text;
    const EXPECTED: &'static str = "text";
    const OPTIONAL: bool = false;

    #[inline]
    fn push(column: &mut Text, field: &[u8]) -> bool {
        match str::from_utf8(field) {
            Ok(text) => column.push(text),
            Err(_) => return false,
        }
        true
    }

    #[inline]
    fn item(column: &Text, row: usize) -> &str {
        column.value(row)
    }

    fn slice(column: &Text) -> &Text {
        column
    }

    fn copy(column: &mut Text, from: &Text, row: usize) {
        column.push(from.value(row));
    }

    #[cfg(feature = "parquet")]
    fn push_cell(column: &mut Text, cell: Cell<'_>) -> bool {
        match cell {
            Cell::Text(text) => column.push(text),
            _ => return false,
        }
        true
    }
}

impl Value for Option<String> {
    type Item<'a> = Option<&'a str>;
    type Slice<'a> = &'a Text;
    type Column = Text;
    const EXPECTED: &'static str = "text";
    const OPTIONAL: bool = true;

    fn push(column: &mut Text, field: &[u8]) -> bool {
        match str::from_utf8(field) {
            Ok("") => column.push_null(),
            Ok(text) => column.push(text),
            Err(_) => return false,
        }
        true
    }

    fn item(column: &Text, row: usize) -> Option<&str> {
        column.get(row)
    }

    fn slice(column: &Text) -> &Text {
        column
    }

    fn copy(column: &mut Text, from: &Text, row: usize) {
        match from.get(row) {
            Some(text) => column.push(text),
            None => column.push_null(),
        }
    }

    #[cfg(feature = "parquet")]
    fn push_cell(column: &mut Text, cell: Cell<'_>) -> bool {
        match cell {
            Cell::Null => column.push_null(),
            Cell::Text(text) => column.push(text),
            _ => return false,
        }
        true
    }
}

mod sealed {
    /// What a column can be read as is this crate's to say.
    pub trait Sealed {}
    impl<T: super::Plain> Sealed for T {}
    impl<T: super::Plain> Sealed for Option<T> {}
    impl Sealed for String {}
    impl Sealed for Option<String> {}
}
