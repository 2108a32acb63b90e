//! Files written from chunks and frames: whole, or not at all.

mod csv;
#[cfg(feature = "parquet")]
mod parquet;
mod parts;
mod table;
mod target;
mod text;

use std::fmt;
use std::path::{Path, PathBuf};

use self::csv::CsvFile;
#[cfg(feature = "parquet")]
use self::parquet::ParquetFile;
pub use self::parts::PartsWriter;
pub use self::table::Table;
use self::target::Target;
pub(crate) use self::text::{float, text, time};
use crate::{Error, Result};

/// How the pages of a Parquet file are compressed: [`Write::compression`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Compression {
    /// Not at all.
    None,
    /// Snappy, which is fast.
    #[default]
    Snappy,
    /// Zstandard (feature `parquet-zstd`), which is small and still fast.
    Zstd,
    /// Gzip (feature `parquet-gzip`).
    Gzip,
    /// LZ4 (feature `parquet-lz4`).
    Lz4,
    /// Brotli (feature `parquet-brotli`), which is smaller and slow.
    Brotli,
}

/// A file to write and how to write it; see [`write()`].
#[derive(Clone, Debug)]
#[must_use = "nothing is written before `file` or `parts` is called"]
pub struct Write {
    path: PathBuf,
    compression: Compression,
}

/// Says which file to write. The ending of its name says what it is: `.csv`,
/// `.csv.gz` (feature `gzip`) or `.parquet` (feature `parquet`).
///
/// Under its name a file appears when it is finished, and whole. Until then it
/// is a temporary file in the same folder, which is gone if the writer is
/// dropped, as it is when something fails on the way.
///
/// ```
/// use delayed_data::{Chunk, Record, read, write};
///
/// #[derive(Record)]
/// struct Trip {
///     distance: f64,
///     zone: Option<String>,
/// }
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let dir = tempfile::tempdir()?;
/// # let (path, far) = (dir.path().join("trips.csv"), dir.path().join("far.csv"));
/// std::fs::write(&path, "zone,distance\nnorth,1.5\n,12\n\"a, b\",20.25\n")?;
/// let mut out = write(&far).file()?;
/// for trips in read(&path).rows::<Trip>()? {
///     let far: Chunk<Trip> = trips?.iter().filter(|trip| trip.distance > 10.0).collect();
///     out.write(&far)?;
/// }
/// assert!(!far.exists());
/// out.finish()?;
/// assert_eq!(std::fs::read_to_string(&far)?, "distance,zone\n12,\n20.25,\"a, b\"\n");
/// # Ok(())
/// # }
/// ```
pub fn write(path: impl AsRef<Path>) -> Write {
    Write {
        path: path.as_ref().to_path_buf(),
        compression: Compression::default(),
    }
}

impl Write {
    /// How the pages of a Parquet file are compressed; Snappy unless this says
    /// otherwise.
    pub fn compression(mut self, compression: Compression) -> Write {
        self.compression = compression;
        self
    }

    /// Begins the file.
    ///
    /// # Errors
    /// If the ending of its name is not known, needs a feature that is not
    /// there, or nothing can be written in its folder.
    pub fn file(self) -> Result<Writer> {
        Writer::create(&self.path, self.compression)
    }

    /// Writes a file for each chunk: the name must have a place for a number,
    /// `{}`, or `{:04}` for one with zeros in front. They are counted from 0, and
    /// appear together when the last one is finished.
    ///
    /// ```
    /// use delayed_data::{DataFrame, write};
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let dir = tempfile::tempdir()?;
    /// # let name = dir.path().join("part-{:02}.csv");
    /// let mut out = write(name).parts()?;
    /// for count in 1..=3 {
    ///     out.write(&DataFrame::new([("n", (0..count).collect::<Vec<i32>>())])?)?;
    /// }
    /// let files = out.finish()?;
    /// assert_eq!((files.len(), files[2].ends_with("part-02.csv")), (3, true));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// If the name has no place for a number, or as those of [`file`](Self::file).
    pub fn parts(self) -> Result<PartsWriter> {
        PartsWriter::new(&self.path, self.compression)
    }
}

/// A file that is being written: what [`Write::file`] gives.
///
/// In a pipeline it is an outer variable, and `out.write(&chunk)?` an effect in
/// the order of the loop.
#[must_use = "a writer that is dropped leaves no file; call `finish`"]
pub struct Writer {
    target: Target,
    content: Content,
    failed: bool,
}

enum Content {
    Csv(CsvFile),
    #[cfg(feature = "parquet")]
    Parquet(Box<ParquetFile>),
}

impl Writer {
    fn create(path: &Path, compression: Compression) -> Result<Writer> {
        // What is not known is refused before there is a file.
        let kind = Kind::of(path)?;
        let target = Target::create(path)?;
        let file = target.file()?;
        let content = match kind {
            Kind::Csv => Content::Csv(CsvFile::plain(file)),
            #[cfg(feature = "gzip")]
            Kind::Gzip => Content::Csv(CsvFile::gzip(file)),
            #[cfg(feature = "parquet")]
            Kind::Parquet => {
                let file = ParquetFile::new(file, compression);
                Content::Parquet(Box::new(file.map_err(|why| Error::new(path, why))?))
            }
        };
        #[cfg(not(feature = "parquet"))]
        let _ = compression;
        Ok(Writer {
            target,
            content,
            failed: false,
        })
    }

    /// Adds rows: a [`Chunk`](crate::Chunk) of records, or a data frame. The
    /// first ones say what the columns are, also if they are no rows at all.
    ///
    /// # Errors
    /// If the rows have other columns than those before them, a value cannot be
    /// written in this format, or the disk is full. Then the file cannot be
    /// finished.
    pub fn write<T: Table + ?Sized>(&mut self, rows: &T) -> Result<()> {
        let written = match &mut self.content {
            Content::Csv(file) => file.write(rows),
            #[cfg(feature = "parquet")]
            Content::Parquet(file) => file.write(rows),
        };
        self.failed |= written.is_err();
        written.map_err(|why| Error::new(self.target.path(), why))
    }

    /// Ends the file and gives it its name.
    ///
    /// # Errors
    /// If nothing was written, something failed before, or the last of it cannot
    /// be written. Then there is no file, or still the one that was there before.
    pub fn finish(self) -> Result<()> {
        self.close()?.persist()
    }

    /// Ends the file, which still has no name.
    fn close(self) -> Result<Target> {
        let path = self.target.path().to_path_buf();
        let error = |why: String| Error::new(&path, why);
        if self.failed {
            let why = "some of it could not be written, as an error said before";
            return Err(error(why.to_owned()));
        }
        match self.content {
            Content::Csv(file) => file.finish(),
            #[cfg(feature = "parquet")]
            Content::Parquet(file) => file.finish(),
        }
        .map_err(error)?;
        Ok(self.target)
    }
}

impl fmt::Debug for Writer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.target.path();
        f.debug_struct("Writer")
            .field("path", &path)
            .finish_non_exhaustive()
    }
}

/// What a file is, by the ending of its name.
enum Kind {
    Csv,
    #[cfg(feature = "gzip")]
    Gzip,
    #[cfg(feature = "parquet")]
    Parquet,
}

impl Kind {
    fn of(path: &Path) -> Result<Kind> {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let name = name.to_lowercase();
        if name.ends_with(".csv") {
            return Ok(Kind::Csv);
        }
        if name.ends_with(".csv.gz") {
            #[cfg(feature = "gzip")]
            return Ok(Kind::Gzip);
            #[cfg(not(feature = "gzip"))]
            return Err(without_feature(path, "gzip"));
        }
        if name.ends_with(".parquet") {
            #[cfg(feature = "parquet")]
            return Ok(Kind::Parquet);
            #[cfg(not(feature = "parquet"))]
            return Err(without_feature(path, "parquet"));
        }
        let why = "the ending of the name does not say what to write; it is one of .csv, .csv.gz \
                   and .parquet";
        Err(Error::new(path, why))
    }
}

#[cfg(not(all(feature = "gzip", feature = "parquet")))]
fn without_feature(path: &Path, feature: &str) -> Error {
    let why = format!("build delayed-data with its feature \"{feature}\" to write this");
    Error::new(path, why)
}
