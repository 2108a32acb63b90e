//! Data for `delayed`'s loops: files read in chunks of typed columns, and the
//! memory that takes.
//!
//! ```
//! use delayed_data::{Chunks, Result, Timestamp, read};
//! use std::time::Duration;
//!
//! const COLUMNS: [&str; 2] = [
//!     "tpep_pickup_datetime|lpep_pickup_datetime",
//!     "tpep_dropoff_datetime|lpep_dropoff_datetime",
//! ];
//!
//! fn count_long(path: &str) -> Result<usize> {
//!     let over = Duration::from_secs(20 * 60);
//!     let mut count = 0;
//!     for trips in read(path).columns::<(Timestamp, Timestamp)>(COLUMNS)? {
//!         count += trips?.iter().filter(|&(pickup, dropoff)| dropoff > pickup + over).count();
//!     }
//!     Ok(count)
//! }
//! ```
//!
//! A file is CSV, CSV compressed with gzip or zstd (the features of these names)
//! or Parquet (feature `parquet`); which one, its first bytes tell, not its name. Only the columns
//! asked for are converted, and each to the type asked for. Every error is one
//! line that names the file, the place in it, what was found and what to do.

mod bad_rows;
#[cfg(feature = "arrow")]
mod cell;
mod chunk;
mod chunks;
mod csv;
mod decimal;
mod error;
mod files;
#[cfg(feature = "arrow")]
mod frame;
#[cfg(feature = "gzip")]
mod gzip;
mod header;
mod load;
mod memory;
mod meter;
#[cfg(feature = "parquet")]
mod parquet;
mod parts;
mod plain;
#[cfg_attr(not(feature = "progress"), path = "no_progress.rs")]
mod progress;
mod reader;
mod record;
mod row;
mod source;
pub mod taxi;
mod text;
mod time_reader;
mod timestamp;
mod value;
#[cfg(feature = "write")]
mod write;
#[cfg(feature = "zstd")]
mod zstd;

pub use bad_rows::{BadRow, BadRows};
pub use chunk::{Chunk, Rows};
pub use chunks::{Chunks, Piece};
#[cfg(feature = "plots")]
pub use delayed_plot::{Plot, PlotError};
pub use delayed_runtime::{Bytes, ParseBytesError};
pub use error::{Error, Result};
pub use files::{files, numbered_files};
#[cfg(feature = "arrow")]
pub use frame::{Aggregate, DataFrame, FrameReader, Frames, GroupBy, Info, IntoArray};
pub use header::MissingColumns;
pub use memory::{memory_footprint, peak_memory};
#[cfg(feature = "progress")]
pub use progress::Progress;
pub use reader::{Reader, read, read_files};
pub use record::Record;
pub use row::Row;
pub use text::Text;
pub use timestamp::{NotATimestamp, Timestamp};
pub use value::Value;
#[cfg(feature = "write")]
pub use write::{Compression, PartsWriter, Table, Write, Writer, write};

/// Reads the rows of a file as a struct with named fields: one for each column.
///
/// ```
/// use delayed_data::{Record, Timestamp, read};
///
/// #[derive(Record)]
/// #[record(rename_all = "camelCase")]
/// struct Ride<'r> {
///     /// The column `pickupTime`.
///     #[record(format = "%d.%m.%Y %H:%M")]
///     pickup_time: Timestamp,
///     /// The first of the two that the file has.
///     #[record(rename = "miles|distance")]
///     distance: f64,
///     /// Missing values are fine, and so is a file without the column.
///     #[record(default = 1)]
///     passengers: u8,
///     /// Text, borrowed from the chunk.
///     vendor: Option<&'r str>,
/// }
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let dir = tempfile::tempdir()?;
/// # let path = dir.path().join("rides.csv");
/// std::fs::write(&path, "pickupTime,vendor,distance\n15.1.2015 19:05,,1.5\n")?;
/// for rides in read(&path).rows::<Ride>()? {
///     for ride in &rides? {
///         assert_eq!(ride.pickup_time.to_string(), "2015-01-15 19:05:00");
///         assert_eq!((ride.distance, ride.passengers, ride.vendor), (1.5, 1, None));
///     }
/// }
/// # Ok(())
/// # }
/// ```
///
/// A field's type says what its column holds, as that of a [`Value`] does: a
/// time, a number, `bool` or text, or an `Option` of one where values may be
/// missing. Text is a `String`, which is copied when a row is looked at, or a
/// `&str`, which is not: then the struct has a lifetime, and a chunk of it is
/// called `Chunk<Ride<'static>>`.
///
/// Beside the struct there is one of its columns (here `RideColumns`), which
/// [`Chunk::columns`] gives: a slice for each field, or a [`Text`].
///
/// # Options of the struct
///
/// - `rename_all = "…"`: how the words of names are written in the file, in the
///   spellings that serde has: `lowercase`, `UPPERCASE`, `PascalCase`,
///   `camelCase`, `snake_case`, `SCREAMING_SNAKE_CASE`, `kebab-case`,
///   `SCREAMING-KEBAB-CASE`. As case matters only where it tells two columns
///   apart, it is of use where words are joined in another way.
/// - `crate = path`: where `delayed_data` is, if it was renamed.
///
/// # Options of a field
///
/// - `rename = "…"`: the name of the column, or several with `|` between them,
///   of which the first that the file has is read.
/// - `default`, `default = value`: stands where a value is missing (an empty
///   field, a null), and everywhere if the file has no such column. Without a
///   value it is that of the type (`Default`).
/// - `format = "…"`: how a time is written, part by part: `%Y` is a year of four
///   digits and `%y` one of two, from 1969 to 2068; `%m`, `%d`, `%H`, `%M` and `%S`
///   are one digit or two; `%b` is `Jan` to `Dec`; `%I` an hour from 1 to 12, with
///   `%p` for `AM` or `PM`; `%f` one to six digits of a second; `%F` is `%Y-%m-%d`
///   and `%T` `%H:%M:%S`; all other letters are themselves, and `%%` is `%`.
#[cfg(feature = "derive")]
pub use delayed_macros::Record;

/// The parts of Arrow that data frames are made of, in the versions that they
/// are made with: arrays, types, and what is computed with them.
#[cfg(feature = "arrow")]
pub mod arrow {
    pub use arrow_array as array;
    pub use arrow_ord as ord;
    pub use arrow_schema as schema;
    pub use arrow_select as select;
}

/// What derived code names, and nobody else.
#[doc(hidden)]
pub mod __private {
    pub use crate::record::{ColumnOf, Field, OfTime, Record, SliceOf, ValueOf};
    pub use crate::row::{Expected, Row, Visit, VisitMut};
    pub use crate::time_reader::TimeReader;
    pub use crate::value::Value;
    pub use delayed_runtime::NBytes;
}
