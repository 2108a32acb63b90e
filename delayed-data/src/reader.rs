//! How a file is to be read.

use std::path::{Path, PathBuf};

use crate::progress::Progress;
use crate::{Chunks, Result, Row};

/// The files to read and how to read them; see [`read`] and [`read_files`].
#[derive(Clone, Debug)]
#[must_use = "nothing is read before `columns` is called"]
pub struct Reader {
    pub(crate) paths: Vec<PathBuf>,
    pub(crate) chunk_rows: Option<usize>,
    pub(crate) progress: Option<Progress>,
}

/// Says which file to read; [`Reader::columns`] then opens it.
///
/// The file may be CSV (text in UTF-8 with commas and a header line), the same
/// compressed with gzip or zstd, or Parquet. CSV may come from a pipe.
pub fn read(path: impl AsRef<Path>) -> Reader {
    read_files([path])
}

/// Says which files to read, as if they were one: the chunks of the first, then
/// those of the second, and so on. Each knows its file, [`Chunk::path`].
///
/// Columns are looked for in each file by name, so the files may have them in
/// another order, spelled in another case, of a wider or narrower type, and have
/// others besides. [`files`](crate::files) and
/// [`numbered_files`](crate::numbered_files) find files.
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let dir = tempfile::tempdir()?;
/// # let [january, july] = ["january.csv", "july.csv"].map(|name| dir.path().join(name));
/// std::fs::write(&january, "distance,tip\n1.5,1\n2.5,2\n")?;
/// std::fs::write(&july, "Tip,vendor,Distance\n9,1,0.5\n")?;
/// let mut tips = 0.0;
/// for trips in delayed_data::read_files([&january, &july]).columns::<(f64,)>(["tip"])? {
///     let trips = trips?;
///     tips += trips.columns().0.iter().sum::<f64>();
///     assert_eq!(trips.path(), Some(if tips < 9.0 { &*january } else { &*july }));
/// }
/// assert_eq!(tips, 12.0);
/// # Ok(())
/// # }
/// ```
///
/// The first file is opened at once, each other when those before it are done.
/// What is wrong with one is an error in its place, and those after it still
/// come.
///
/// [`Chunk::path`]: crate::Chunk::path
pub fn read_files<P: AsRef<Path>>(paths: impl IntoIterator<Item = P>) -> Reader {
    let paths = paths.into_iter().map(|path| path.as_ref().to_path_buf());
    Reader {
        paths: paths.collect(),
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
    /// If there is no file, or the first cannot be opened, is empty, has no rows, is in a format that
    /// cannot be read, or has no such column; and if `chunk_rows` is 0. The
    /// rows are read later, so what is wrong with them is found by [`Chunks`].
    pub fn columns<R: Row>(self, names: R::Names<'_>) -> Result<Chunks<R>> {
        Chunks::open(self, names.as_ref())
    }
}
