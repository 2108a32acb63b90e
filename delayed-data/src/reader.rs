//! How a file is to be read.

use std::path::{Path, PathBuf};

use crate::csv::{Dialect, Names};
use crate::progress::Progress;
use crate::{BadRows, Bytes, Chunks, Error, MissingColumns, Result, Row};

/// The files to read and how to read them; see [`read`] and [`read_files`].
#[derive(Clone, Debug)]
#[must_use = "nothing is read before `columns` is called"]
pub struct Reader {
    pub(crate) paths: Vec<PathBuf>,
    chunk_rows: Option<usize>,
    chunk_bytes: Option<String>,
    pub(crate) dialect: Dialect,
    pub(crate) bad_rows: BadRows,
    pub(crate) missing_columns: MissingColumns,
    pub(crate) progress: Option<Progress>,
}

/// How large chunks are.
#[derive(Clone, Copy, Debug)]
pub(crate) enum ChunkSize {
    Default,
    Rows(usize),
    Bytes(usize),
}

/// Says which file to read; [`Reader::columns`] then opens it.
///
/// The file may be CSV (text in UTF-8, or in UTF-16 with its mark, with commas and a header line, unless
/// [`delimiter`](Reader::delimiter) and its like say otherwise), the same
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
        chunk_bytes: None,
        dialect: Dialect::default(),
        bad_rows: BadRows::Fail,
        missing_columns: MissingColumns::Fail,
        progress: None,
    }
}

impl Reader {
    /// How many rows each chunk has, bad ones that are left out included. No answer depends on it, but the memory
    /// needed does. Unless this says otherwise, a chunk has about 512 KiB of CSV,
    /// however many rows that is, or is a row group of Parquet, whose rows are
    /// compressed together, in pieces of 131,072 rows where that has more.
    pub fn chunk_rows(mut self, rows: usize) -> Reader {
        self.chunk_rows = Some(rows);
        self.chunk_bytes = None;
        self
    }

    /// How many bytes of the file each chunk has, such as `"8 MiB"` or `"2 MB"`:
    /// so many at least, but for the last of a file, and at most 256 KiB and a row
    /// more. Of Parquet it is about so many, when all columns are unpacked.
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let dir = tempfile::tempdir()?;
    /// # let path = dir.path().join("numbers.csv");
    /// std::fs::write(&path, "n\n".to_owned() + &"1\n".repeat(10_000))?;
    /// let chunks = delayed_data::read(&path).chunk_bytes("5 kB").columns::<(u8,)>(["n"])?;
    /// let rows = chunks.map(|chunk| chunk.map(|chunk| chunk.len()));
    /// let rows = rows.collect::<Result<Vec<_>, _>>()?;
    /// assert!(rows.len() > 1 && rows[0] >= 2500);
    /// # Ok(())
    /// # }
    /// ```
    pub fn chunk_bytes(mut self, bytes: &str) -> Reader {
        self.chunk_bytes = Some(bytes.to_owned());
        self.chunk_rows = None;
        self
    }

    /// What stands between the fields of text: a comma unless this says
    /// otherwise. This and what follows say how text is written, and mean nothing
    /// for Parquet.
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let dir = tempfile::tempdir()?;
    /// # let path = dir.path().join("zones.txt");
    /// std::fs::write(&path, "made by hand\n# zone;miles\n 7 ;'a;b';-\n")?;
    /// let mut chunks = delayed_data::read(&path)
    ///     .delimiter(b';')
    ///     .quote(Some(b'\''))
    ///     .skip_lines(1)
    ///     .comment(b'#')
    ///     .no_header()
    ///     .trim()
    ///     .nulls(["-", "NA"])
    ///     .columns::<(u8, String, Option<f64>)>(["1", "2", "3"])?;
    /// let chunk = chunks.next().ok_or("no chunk")??;
    /// assert_eq!(chunk.iter().next(), Some((7, "a;b", None)));
    /// # Ok(())
    /// # }
    /// ```
    pub fn delimiter(mut self, delimiter: u8) -> Reader {
        self.dialect.marks.delimiter = delimiter;
        self
    }

    /// What is before and behind a field that holds delimiters or line ends, and
    /// twice where the field holds it itself: `"` unless this says otherwise.
    /// With `None` there is nothing of the kind.
    pub fn quote(mut self, quote: Option<u8>) -> Reader {
        self.dialect.marks.quote = quote;
        self
    }

    /// Lines that start with this byte are no rows. There are none unless this
    /// says so.
    pub fn comment(mut self, mark: u8) -> Reader {
        self.dialect.marks.comment = Some(mark);
        self
    }

    /// The first line is a row, not a header: columns are called `"1"`, `"2"` and
    /// so on.
    pub fn no_header(mut self) -> Reader {
        self.dialect.names = Names::Numbers;
        self
    }

    /// The first line is a row, not a header: these are the names of all columns.
    pub fn header<'n>(mut self, names: impl IntoIterator<Item = &'n str>) -> Reader {
        let names = names.into_iter().map(str::to_owned);
        self.dialect.names = Names::Given(names.collect());
        self
    }

    /// What text is encoded in, by a name of the [web's encodings], such as
    /// `"windows-1252"` (of which Latin-1 is a part, and which also goes by that
    /// name), `"utf-16le"` or `"shift_jis"`. It is UTF-8 unless this says otherwise.
    /// A byte order mark of UTF-8 or UTF-16 outweighs this, so UTF-16 with its mark
    /// needs no name. Rows whose bytes are no text in the encoding are bad rows.
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let dir = tempfile::tempdir()?;
    /// # let path = dir.path().join("zones.csv");
    /// std::fs::write(&path, b"zone\nCaf\xe9\n")?;
    /// let mut zones = delayed_data::read(&path)
    ///     .encoding("windows-1252")
    ///     .columns::<(String,)>(["zone"])?;
    /// let chunk = zones.next().ok_or("no chunk")??;
    /// assert_eq!(chunk.columns().0.get(0), Some("Caf\u{e9}"));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// [web's encodings]: https://encoding.spec.whatwg.org/#names-and-labels
    #[cfg(feature = "encodings")]
    pub fn encoding(mut self, name: &str) -> Reader {
        self.dialect.encoding = Some(name.to_owned());
        self
    }

    /// How many lines come before the header, or before the rows without one.
    pub fn skip_lines(mut self, lines: usize) -> Reader {
        self.dialect.skip_lines = lines;
        self
    }

    /// Takes the white space around each field off, also inside of quotes.
    pub fn trim(mut self) -> Reader {
        self.dialect.trim = true;
        self
    }

    /// Fields that stand for a missing value, as an empty one does: `"NA"`,
    /// `"\\N"` or `"null"`, say.
    pub fn nulls<'n>(mut self, nulls: impl IntoIterator<Item = &'n str>) -> Reader {
        let nulls = nulls.into_iter().map(str::to_owned);
        self.dialect.nulls = nulls.collect();
        self
    }

    /// What becomes of rows of text that do not fit: those with another number of
    /// fields than the header, with a field that is not of its column's type, or
    /// with bytes that are not UTF-8. Unless this says otherwise, they are errors.
    ///
    /// A chunk whose bad rows are left out says how many these are, has so many
    /// rows less, and is given also if it has none left. Whatever the threads, the
    /// counts are the same.
    ///
    /// What makes the rows after it doubtful is an error in any case: a quote that
    /// never closes, or a line of more than 16 MiB. So is a column that is not
    /// there, and a value of Parquet that does not fit.
    ///
    /// ```
    /// use delayed_data::{BadRows, read};
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let dir = tempfile::tempdir()?;
    /// # let path = dir.path().join("trips.csv");
    /// std::fs::write(&path, "distance,tip\n1.5,1\nfar,2\n2.5\n3.5,3\n")?;
    /// let reader = read(&path).bad_rows(BadRows::Keep(1));
    /// for trips in reader.columns::<(f64, f64)>(["distance", "tip"])? {
    ///     let trips = trips?;
    ///     assert_eq!(trips.columns().0, [1.5, 3.5]);
    ///     assert_eq!(trips.skipped(), 2);
    ///     let [bad] = trips.bad_rows() else { panic!("one is kept") };
    ///     assert_eq!((bad.error().line(), bad.text()), (Some(3), "far,2"));
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn bad_rows(mut self, bad_rows: BadRows) -> Reader {
        self.bad_rows = bad_rows;
        self
    }

    /// What becomes of columns that a file does not have. Unless this says
    /// otherwise, the file is an error. As [`MissingColumns::Nulls`], columns that
    /// are asked for as an `Option` have no value there, and so have columns of
    /// frames that the first file has and a later one has not; all others are
    /// errors still. A field of a [`Record`](crate::Record) with a `default` has
    /// that in any case.
    ///
    /// ```
    /// use delayed_data::{MissingColumns, read_files};
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let dir = tempfile::tempdir()?;
    /// # let [old, new] = ["2018.csv", "2019.csv"].map(|name| dir.path().join(name));
    /// std::fs::write(&old, "fare\n9\n")?;
    /// std::fs::write(&new, "fare,surcharge\n8,2.5\n")?;
    /// let reader = read_files([old, new]).missing_columns(MissingColumns::Nulls);
    /// let mut surcharges: Vec<Option<f64>> = Vec::new();
    /// for trips in reader.columns::<(f64, Option<f64>)>(["fare", "surcharge"])? {
    ///     surcharges.extend(trips?.columns().1);
    /// }
    /// assert_eq!(surcharges, [None, Some(2.5)]);
    /// # Ok(())
    /// # }
    /// ```
    pub fn missing_columns(mut self, missing: MissingColumns) -> Reader {
        self.missing_columns = missing;
        self
    }

    /// How large chunks are to be.
    pub(crate) fn chunk_size(&self, path: &Path) -> Result<ChunkSize> {
        let none = |what| {
            Error::new(
                path,
                format!("{what} is 0; a chunk must have a row at least"),
            )
        };
        match (self.chunk_rows, &self.chunk_bytes) {
            (None, None) => Ok(ChunkSize::Default),
            (Some(0), _) => Err(none("chunk_rows")),
            (Some(rows), _) => Ok(ChunkSize::Rows(rows)),
            (None, Some(text)) => match text.parse() {
                Ok(Bytes(0)) => Err(none("chunk_bytes")),
                Ok(Bytes(bytes)) => Ok(ChunkSize::Bytes(bytes.try_into().unwrap_or(usize::MAX))),
                Err(why) => Err(Error::new(path, format!("chunk_bytes: {why}"))),
            },
        }
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
    /// cannot be read, or has no such column; if `chunk_rows` or
    /// `chunk_bytes` is 0 or no number, if two marks of text are the same, or if the
    /// encoding is not known. The
    /// rows are read later, so what is wrong with them is found by [`Chunks`].
    pub fn columns<R: Row>(self, names: R::Names<'_>) -> Result<Chunks<R>> {
        Chunks::open(self, names.as_ref())
    }
}
