//! The types that a column can be read as.

use delayed_runtime::NBytes;

use crate::Text;
#[cfg(feature = "arrow")]
use crate::cell::{Cell, cells};
use crate::plain::Plain;

/// A type that a column can be read as: [`Timestamp`], a number (`f64`, `f32`,
/// or a whole one of 8 to 64 bits), `bool` or `String`, or an `Option` of one
/// where values may be missing.
///
/// A missing value is an empty field of a CSV file or a null of a Parquet file.
/// Where the type is not an `Option` it is an error that names the place; but
/// an empty CSV field is a fine `String`.
///
/// In text, a time is as [`Timestamp`] says, a number is as Rust writes it, and a
/// whole number may end in `.0`: many programs write it so where values are
/// missing. `true` and `false` may be in any case. Of Parquet's types, all
/// integers and floats are numbers (whole if nothing is lost), timestamps and
/// dates are times, and strings are text.
///
/// A `String` column is not read as one `String` a row: the chunk keeps a
/// [`Text`], and its rows give `&str`.
///
/// [`Timestamp`]: crate::Timestamp
#[diagnostic::on_unimplemented(
    message = "a column cannot be read as `{Self}`",
    label = "not the type of a column",
    note = "the types are `Timestamp`, `f64`, `f32`, `i8` to `i64`, `u8` to `u64`, `bool` and \
            `String`, or an `Option` of one where values may be missing"
)]
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
    /// Adds a value.
    #[doc(hidden)]
    fn push_item(column: &mut Self::Column, item: Self::Item<'_>);
    #[doc(hidden)]
    fn item(column: &Self::Column, row: usize) -> Self::Item<'_>;
    #[doc(hidden)]
    fn slice(column: &Self::Column) -> Self::Slice<'_>;

    /// Leaves so many rows.
    #[doc(hidden)]
    fn truncate(column: &mut Self::Column, rows: usize);

    /// Makes room for more rows.
    #[cfg(feature = "parquet")]
    #[doc(hidden)]
    fn reserve(column: &mut Self::Column, rows: usize);

    /// Adds a value of a typed file; whether it is such a value.
    #[cfg(feature = "arrow")]
    #[doc(hidden)]
    fn push_cell(column: &mut Self::Column, cell: Cell<'_>) -> bool;

    /// Adds the first values of an array; the number of the first that does not
    /// fit otherwise.
    #[cfg(feature = "arrow")]
    #[doc(hidden)]
    fn append(
        column: &mut Self::Column,
        array: &arrow_array::ArrayRef,
        rows: usize,
    ) -> Result<(), usize> {
        for (row, cell) in cells(array).into_iter().flatten().take(rows).enumerate() {
            if !Self::push_cell(column, cell) {
                return Err(row);
            }
        }
        Ok(())
    }

    /// Adds a row as a field of CSV; whether it has such a form.
    #[cfg(feature = "write")]
    #[doc(hidden)]
    fn write(column: &Self::Column, row: usize, out: &mut Vec<u8>) -> bool;

    /// The column as Arrow has it.
    #[cfg(feature = "arrow")]
    #[doc(hidden)]
    fn array(column: &Self::Column) -> arrow_array::ArrayRef;

    /// Some of the rows.
    #[doc(hidden)]
    fn part(column: &Self::Column, rows: std::ops::Range<usize>) -> Self::Column {
        let mut part = Self::Column::default();
        rows.for_each(|row| Self::push_item(&mut part, Self::item(column, row)));
        part
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
        match T::parse(field) {
            Some(value) => column.push(value),
            None => return false,
        }
        true
    }

    #[inline]
    fn push_item(column: &mut Vec<T>, item: T) {
        column.push(item);
    }

    #[inline]
    fn item(column: &Vec<T>, row: usize) -> T {
        column[row]
    }

    fn slice(column: &Vec<T>) -> &[T] {
        column
    }

    fn truncate(column: &mut Vec<T>, rows: usize) {
        column.truncate(rows);
    }

    #[cfg(feature = "parquet")]
    fn reserve(column: &mut Vec<T>, rows: usize) {
        column.reserve_exact(rows);
    }

    #[cfg(feature = "write")]
    #[inline]
    fn write(column: &Vec<T>, row: usize, out: &mut Vec<u8>) -> bool {
        column[row].write(out)
    }

    #[cfg(feature = "arrow")]
    #[inline]
    fn push_cell(column: &mut Vec<T>, cell: Cell<'_>) -> bool {
        let value = T::from_cell(cell);
        column.extend(value);
        value.is_some()
    }

    #[cfg(feature = "arrow")]
    fn append(
        column: &mut Vec<T>,
        array: &arrow_array::ArrayRef,
        rows: usize,
    ) -> Result<(), usize> {
        if T::extend(column, array, rows) {
            return Ok(());
        }
        for (row, cell) in cells(array).into_iter().flatten().take(rows).enumerate() {
            if !Self::push_cell(column, cell) {
                return Err(row);
            }
        }
        Ok(())
    }

    #[cfg(feature = "arrow")]
    fn array(column: &Vec<T>) -> arrow_array::ArrayRef {
        T::array(column.iter().copied().map(Some))
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
    fn push_item(column: &mut Vec<Option<T>>, item: Option<T>) {
        column.push(item);
    }

    #[inline]
    fn item(column: &Vec<Option<T>>, row: usize) -> Option<T> {
        column[row]
    }

    fn slice(column: &Vec<Option<T>>) -> &[Option<T>] {
        column
    }

    fn truncate(column: &mut Vec<Option<T>>, rows: usize) {
        column.truncate(rows);
    }

    #[cfg(feature = "parquet")]
    fn reserve(column: &mut Vec<Option<T>>, rows: usize) {
        column.reserve_exact(rows);
    }

    #[cfg(feature = "write")]
    #[inline]
    fn write(column: &Vec<Option<T>>, row: usize, out: &mut Vec<u8>) -> bool {
        column[row].is_none_or(|value| value.write(out))
    }

    #[cfg(feature = "arrow")]
    #[inline]
    fn push_cell(column: &mut Vec<Option<T>>, cell: Cell<'_>) -> bool {
        let value = T::from_cell(cell);
        column.push(value);
        value.is_some() || cell == Cell::Null
    }

    #[cfg(feature = "arrow")]
    fn array(column: &Vec<Option<T>>) -> arrow_array::ArrayRef {
        T::array(column.iter().copied())
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

    fn push_item(column: &mut Text, item: &str) {
        column.push(item);
    }

    #[inline]
    fn item(column: &Text, row: usize) -> &str {
        column.value(row)
    }

    fn slice(column: &Text) -> &Text {
        column
    }

    fn truncate(column: &mut Text, rows: usize) {
        column.truncate(rows);
    }

    #[cfg(feature = "parquet")]
    fn reserve(column: &mut Text, rows: usize) {
        column.reserve(rows);
    }

    #[cfg(feature = "write")]
    fn write(column: &Text, row: usize, out: &mut Vec<u8>) -> bool {
        crate::write::text(out, column.value(row));
        true
    }

    #[cfg(feature = "arrow")]
    fn push_cell(column: &mut Text, cell: Cell<'_>) -> bool {
        match cell {
            Cell::Text(text) => column.push(text),
            _ => return false,
        }
        true
    }

    #[cfg(feature = "arrow")]
    fn array(column: &Text) -> arrow_array::ArrayRef {
        column.array()
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

    fn push_item(column: &mut Text, item: Option<&str>) {
        match item {
            Some(text) => column.push(text),
            None => column.push_null(),
        }
    }

    fn item(column: &Text, row: usize) -> Option<&str> {
        column.get(row)
    }

    fn slice(column: &Text) -> &Text {
        column
    }

    fn truncate(column: &mut Text, rows: usize) {
        column.truncate(rows);
    }

    #[cfg(feature = "parquet")]
    fn reserve(column: &mut Text, rows: usize) {
        column.reserve(rows);
    }

    #[cfg(feature = "write")]
    fn write(column: &Text, row: usize, out: &mut Vec<u8>) -> bool {
        crate::write::text(out, column.value(row));
        true
    }

    #[cfg(feature = "arrow")]
    fn push_cell(column: &mut Text, cell: Cell<'_>) -> bool {
        match cell {
            Cell::Null => column.push_null(),
            Cell::Text(text) => column.push(text),
            _ => return false,
        }
        true
    }

    #[cfg(feature = "arrow")]
    fn array(column: &Text) -> arrow_array::ArrayRef {
        column.array()
    }
}

mod sealed {
    use crate::plain::Plain;

    /// What a column can be read as is this crate's to say.
    pub trait Sealed {}
    impl<T: Plain> Sealed for T {}
    impl<T: Plain> Sealed for Option<T> {}
    impl Sealed for String {}
    impl Sealed for Option<String> {}
}
