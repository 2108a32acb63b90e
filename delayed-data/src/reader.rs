//! How a file is to be read.

use std::path::{Path, PathBuf};

use crate::progress::Progress;
use crate::{Chunks, Result, Row};

/// A file to read and how to read it; see [`read`].
#[derive(Clone, Debug)]
#[must_use = "nothing is read before `columns` is called"]
pub struct Reader {
    pub(crate) path: PathBuf,
    pub(crate) chunk_rows: Option<usize>,
    pub(crate) progress: Option<Progress>,
}

/// Says which file to read; [`Reader::columns`] then opens it.
///
/// The file may be CSV (text in UTF-8 with commas and a header line), the same
/// compressed with gzip or zstd, or Parquet. CSV may come from a pipe.
pub fn read(path: impl AsRef<Path>) -> Reader {
    Reader {
        path: path.as_ref().to_path_buf(),
        chunk_rows: None,
        progress: None,
    }
}

impl Reader {
    /// How many rows each chunk has. No answer depends on it, but the memory
    /// needed does. Unless this says otherwise, a chunk has about 512 KiB of CSV,
    /// however many rows that is, or 50,000 rows of Parquet, where many are
    /// compressed together.
    pub fn chunk_rows(mut self, rows: usize) -> Reader {
        self.chunk_rows = Some(rows);
        self
    }

    /// Counts what is read in a [`Progress`] that the user sees.
    #[cfg(feature = "progress")]
    pub fn progress(mut self, progress: &Progress) -> Reader {
        self.progress = Some(progress.clone());
        self
    }

    /// Opens the file and finds the columns with these names, to be read as
    /// these types; the file's other columns are not converted.
    ///
    /// Case matters only where it tells two columns apart. A name may be
    /// several with `|` between them: the first that the file has is taken.
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let dir = tempfile::tempdir()?;
    /// # let path = dir.path().join("trips.csv");
    /// std::fs::write(&path, "Distance,tip\n1.5,\n2.25,0.5\n")?;
    /// let mut chunks = delayed_data::read(&path)
    ///     .chunk_rows(1000)
    ///     .columns::<(Option<f64>, f64)>(["tip|tip_amount", "distance"])?;
    /// let chunk = chunks.next().ok_or("no chunk")??;
    /// let rows: Vec<_> = chunk.iter().collect();
    /// assert_eq!(rows, [(None, 1.5), (Some(0.5), 2.25)]);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// If the file cannot be opened, is empty, has no rows, is in a format that
    /// cannot be read, or has no such column; and if `chunk_rows` is 0. The
    /// rows are read later, so what is wrong with them is found by [`Chunks`].
    pub fn columns<R: Row>(self, names: R::Names<'_>) -> Result<Chunks<R>> {
        Chunks::open(self, names.as_ref())
    }
}
