//! A Parquet file that is being written.

use std::fs::File;
use std::io::{BufWriter, Write};

use parquet::arrow::ArrowWriter;
use parquet::basic::Compression as Codec;
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;

use super::Compression;
use super::table::Table;
use crate::DataFrame;

/// How many rows a row group has at most: a few megabytes a column, so that
/// several threads find work in one file, and none needs much memory.
const GROUP_ROWS: usize = 1 << 17;

/// Row groups of columns, with the types of the first rows.
pub(super) struct ParquetFile {
    /// Where the rows go, until the first ones say what they are.
    file: Option<File>,
    begun: Option<Begun>,
    properties: WriterProperties,
}

struct Begun {
    writer: ArrowWriter<BufWriter<File>>,
    /// The first rows' columns, without a row.
    columns: DataFrame,
}

impl ParquetFile {
    pub(super) fn new(file: File, compression: Compression) -> Result<ParquetFile, String> {
        let properties = WriterProperties::builder()
            .set_compression(codec(compression)?)
            .set_max_row_group_row_count(Some(GROUP_ROWS));
        Ok(ParquetFile {
            file: Some(file),
            begun: None,
            properties: properties.build(),
        })
    }

    pub(super) fn write<T: Table + ?Sized>(&mut self, rows: &T) -> Result<(), String> {
        let frame = rows.to_frame().map_err(|error| error.to_string())?;
        if let Some(file) = self.file.take() {
            let (schema, properties) = (frame.batch().schema(), self.properties.clone());
            let writer = ArrowWriter::try_new(BufWriter::new(file), schema, Some(properties));
            self.begun = Some(Begun {
                writer: writer.map_err(cannot_write)?,
                columns: frame.head(0),
            });
        }
        let Some(begun) = &mut self.begun else {
            return Err("its first rows could not be written".to_owned());
        };
        let frame = frame
            .like(&begun.columns)
            .map_err(|why| format!("these rows differ: {why}"))?;
        begun.writer.write(frame.batch()).map_err(cannot_write)
    }

    pub(super) fn finish(self) -> Result<(), String> {
        let Some(begun) = self.begun else {
            return Err("nothing was written, so its columns are not known".to_owned());
        };
        let mut file = begun.writer.into_inner().map_err(cannot_write)?;
        file.flush().map_err(|why| cannot_write(why.into()))
    }
}

fn cannot_write(why: ParquetError) -> String {
    format!("cannot write the file: {why}").replace(['\n', '\r'], " ")
}

/// What the `parquet` crate calls it, if it was built with it.
fn codec(compression: Compression) -> Result<Codec, String> {
    let (codec, feature, is_there) = match compression {
        Compression::None => (Codec::UNCOMPRESSED, "", true),
        Compression::Snappy => (Codec::SNAPPY, "", true),
        Compression::Zstd => {
            let is_there = cfg!(feature = "parquet-zstd");
            (Codec::ZSTD(Default::default()), "parquet-zstd", is_there)
        }
        Compression::Gzip => {
            let is_there = cfg!(feature = "parquet-gzip");
            (Codec::GZIP(Default::default()), "parquet-gzip", is_there)
        }
        Compression::Lz4 => (Codec::LZ4_RAW, "parquet-lz4", cfg!(feature = "parquet-lz4")),
        Compression::Brotli => {
            let is_there = cfg!(feature = "parquet-brotli");
            (
                Codec::BROTLI(Default::default()),
                "parquet-brotli",
                is_there,
            )
        }
    };
    if is_there {
        return Ok(codec);
    }
    Err(format!(
        "build delayed-data with its feature \"{feature}\" to write this"
    ))
}
