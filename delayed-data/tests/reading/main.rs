//! Reading files: the right answers, and the right errors.

mod common;
mod errors;
mod generator;
#[cfg(feature = "gzip")]
mod gzip;
mod oracle;
#[cfg(feature = "parquet")]
mod parquet;
#[cfg(feature = "derive")]
mod records;
mod taxi_files;
