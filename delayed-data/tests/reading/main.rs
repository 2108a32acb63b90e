//! Reading files: the right answers, and the right errors.

mod bad_rows;
mod common;
mod dialect;
#[cfg(feature = "encodings")]
mod encodings;
mod errors;
#[cfg(all(feature = "arrow", feature = "derive"))]
mod frames;
mod generator;
#[cfg(feature = "gzip")]
mod gzip;
#[cfg(target_os = "linux")]
mod iterators;
mod many;
#[cfg(target_os = "linux")]
mod memory;
mod oracle;
#[cfg(feature = "parquet")]
mod parquet;
#[cfg(feature = "derive")]
mod records;
mod splitting;
mod taxi_files;
#[cfg(all(feature = "derive", feature = "write"))]
mod writers;
#[cfg(feature = "zstd")]
mod zstd;
