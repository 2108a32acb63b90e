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
//! A file is CSV, CSV compressed with gzip (feature `gzip`) or Parquet (feature
//! `parquet`); which one, its first bytes tell, not its name. Only the columns
//! asked for are converted, and each to the type asked for. Every error is one
//! line that names the file, the place in it, what was found and what to do.

#[cfg(feature = "parquet")]
mod cell;
mod chunk;
mod chunks;
mod csv;
mod error;
mod files;
#[cfg(feature = "gzip")]
mod gzip;
mod header;
mod load;
mod memory;
#[cfg(feature = "parquet")]
mod parquet;
mod parts;
mod plain;
#[cfg_attr(not(feature = "progress"), path = "no_progress.rs")]
mod progress;
mod reader;
mod row;
mod source;
pub mod taxi;
mod text;
mod timestamp;
mod value;

pub use chunk::{Chunk, Rows};
pub use chunks::{Chunks, Piece};
pub use error::{Error, Result};
pub use files::files;
pub use memory::{Bytes, memory_footprint, peak_memory};
#[cfg(feature = "progress")]
pub use progress::Progress;
pub use reader::{Reader, read};
pub use row::Row;
pub use text::Text;
pub use timestamp::{NotATimestamp, Timestamp};
pub use value::Value;
