//! Rows as structs: what `#[derive(Record)]` makes of a struct with named fields.

use crate::{Chunks, Reader, Result, Row, Timestamp, Value};

/// A struct that is read from the columns of a file: it derives `Record`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no record",
    label = "not a struct that derives `Record`",
    note = "put `#[derive(Record)]` on a struct with a field for each column; columns without a \
            struct are read by `columns::<(f64, i64)>([\"distance\", \"count\"])`"
)]
pub trait Record: Row {
    /// The names of the columns: those of the fields, unless options say
    /// otherwise. One with `|` in it is the first of several that a file has.
    const NAMES: Self::Names<'static>;
}

/// The names of a record's columns, of several the first.
#[cfg(any(feature = "arrow", feature = "write"))]
pub(crate) fn titles<R: Record>() -> impl Iterator<Item = String> {
    let names = R::NAMES;
    let names: Vec<String> = names.as_ref().iter().map(|name| title(name)).collect();
    names.into_iter()
}

#[cfg(any(feature = "arrow", feature = "write"))]
fn title(name: &str) -> String {
    name.split('|').next().unwrap_or_default().trim().to_owned()
}

impl Reader {
    /// Opens the file and finds the columns that the fields of a record name, to
    /// be read as their types; the file's other columns are not converted.
    ///
    /// ```
    /// use delayed_data::{Chunk, Record, read};
    ///
    /// #[derive(Record)]
    /// struct Trip {
    ///     distance: f64,
    ///     #[record(rename = "tip|tip_amount")]
    ///     tip: Option<f64>,
    /// }
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let dir = tempfile::tempdir()?;
    /// # let path = dir.path().join("trips.csv");
    /// std::fs::write(&path, "tip_amount,vendor,distance\n,2,1.5\n0.5,1,2.25\n")?;
    /// for trips in read(&path).rows::<Trip>()? {
    ///     let trips = trips?;
    ///     for trip in &trips {
    ///         println!("{} miles, {:?} of tip", trip.distance, trip.tip);
    ///     }
    ///     assert_eq!(trips.columns().distance, [1.5, 2.25]);
    ///     assert_eq!(trips.columns().tip, [None, Some(0.5)]);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As those of [`Reader::columns`].
    pub fn rows<R: Record>(self) -> Result<Chunks<R>> {
        self.columns(R::NAMES)
    }
}

/// A type that a field of a record can have.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a column cannot be read as `{Self}`",
    label = "not the type of a column",
    note = "the types are `Timestamp`, `f64`, `f32`, `i8` to `i64`, `u8` to `u64`, `bool`, \
            `String` and `&str`, or an `Option` of one where values may be missing"
)]
pub trait Field<'a>: Sized {
    /// What the column is read as.
    type Value: Value;
    /// The field in a row.
    fn of(item: <Self::Value as Value>::Item<'a>) -> Self;
    /// The row's value of the field.
    fn item(&self) -> <Self::Value as Value>::Item<'_>;
}

/// What the column of a field is read as.
#[doc(hidden)]
pub type ValueOf<F> = <F as Field<'static>>::Value;
/// How a chunk keeps the column of a field.
#[doc(hidden)]
pub type ColumnOf<F> = <ValueOf<F> as Value>::Column;
/// What the whole column of a field gives.
#[doc(hidden)]
pub type SliceOf<'a, F> = <ValueOf<F> as Value>::Slice<'a>;

macro_rules! plain {
    ($($type:ty)+) => { $(
        impl<'a> Field<'a> for $type {
            type Value = $type;

            #[inline]
            fn of(item: $type) -> $type {
                item
            }

            #[inline]
            fn item(&self) -> $type {
                *self
            }
        }
    )+ };
}

plain!(Timestamp bool f64 f32 i64 i32 i16 i8 u64 u32 u16 u8);
plain!(Option<Timestamp> Option<bool> Option<f64> Option<f32>);
plain!(Option<i64> Option<i32> Option<i16> Option<i8>);
plain!(Option<u64> Option<u32> Option<u16> Option<u8>);

impl<'a> Field<'a> for String {
    type Value = String;

    fn of(item: &'a str) -> String {
        item.to_owned()
    }

    fn item(&self) -> &str {
        self
    }
}

impl<'a> Field<'a> for Option<String> {
    type Value = Option<String>;

    fn of(item: Option<&'a str>) -> Option<String> {
        item.map(str::to_owned)
    }

    fn item(&self) -> Option<&str> {
        self.as_deref()
    }
}

impl<'a> Field<'a> for &'a str {
    type Value = String;

    #[inline]
    fn of(item: &'a str) -> &'a str {
        item
    }

    #[inline]
    fn item(&self) -> &str {
        self
    }
}

impl<'a> Field<'a> for Option<&'a str> {
    type Value = Option<String>;

    #[inline]
    fn of(item: Option<&'a str>) -> Option<&'a str> {
        item
    }

    #[inline]
    fn item(&self) -> Option<&str> {
        *self
    }
}

/// A field that may have a format of time.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no time, and has no `format`",
    label = "the format of a time",
    note = "`format` is for fields of type `Timestamp` and `Option<Timestamp>`"
)]
pub trait OfTime {
    fn of_time(time: Timestamp) -> Self;
}

impl OfTime for Timestamp {
    #[inline]
    fn of_time(time: Timestamp) -> Timestamp {
        time
    }
}

impl OfTime for Option<Timestamp> {
    #[inline]
    fn of_time(time: Timestamp) -> Option<Timestamp> {
        Some(time)
    }
}
