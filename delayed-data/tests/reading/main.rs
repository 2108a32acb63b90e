//! Reading files: the right answers, and the right errors.

mod common;
mod errors;
mod generator;
#[cfg(feature = "gzip")]
mod gzip;
mod oracle;
#[cfg(feature = "parquet")]
mod parquet;
mod taxi_files;
