//! A file that was opened, and the parts in which it is read.

use std::marker::PhantomData;
use std::path::Path;
use std::sync::Arc;

use crate::bad_rows::{BadRows, Rejects};
#[cfg(feature = "arrow")]
use crate::csv::Lines;
use crate::csv::{self, Csv, Fault};
use crate::header::{self, Wanted};
use crate::load::Load;
use crate::meter::{self, Meter};
#[cfg(feature = "parquet")]
use crate::parquet::{self, Parquet, Table};
use crate::progress::Progress;
#[cfg(feature = "parquet")]
use crate::reader::ChunkSize;
use crate::source::{self, Source};
use crate::{Chunk, Error, Reader, Result, Row};

/// A file whose columns are known and not yet chosen.
pub(crate) enum Opened {
    Csv(Csv),
    #[cfg(feature = "parquet")]
    Parquet(Table),
}

impl Opened {
    /// Says which columns are read, and in which order.
    pub(crate) fn choose(&mut self, wanted: &[Wanted<'_>]) -> Result<()> {
        match self {
            Opened::Csv(csv) => csv.choose(wanted),
            #[cfg(feature = "parquet")]
            Opened::Parquet(table) => table.choose(wanted),
        }
    }

    /// All columns are read, in the order of the file.
    #[cfg(feature = "arrow")]
    pub(crate) fn choose_all(&mut self) -> Result<()> {
        match self {
            Opened::Csv(csv) => csv.choose_all(),
            #[cfg(feature = "parquet")]
            Opened::Parquet(table) => table.choose_all(),
        }
    }

    /// The names of the columns that are read, as the file spells them.
    #[cfg(feature = "arrow")]
    pub(crate) fn chosen(&self) -> Vec<String> {
        match self {
            Opened::Csv(csv) => csv.chosen(),
            #[cfg(feature = "parquet")]
            Opened::Parquet(table) => table.chosen(),
        }
    }

    /// The names of all columns, as the file spells them.
    pub(crate) fn names(&self) -> Vec<String> {
        match self {
            Opened::Csv(csv) => csv.names(),
            #[cfg(feature = "parquet")]
            Opened::Parquet(table) => table.names(),
        }
    }

    /// Refuses columns of types that no [`Value`](crate::Value) has.
    pub(crate) fn expect_values(&self) -> Result<()> {
        match self {
            Opened::Csv(_) => Ok(()),
            #[cfg(feature = "parquet")]
            Opened::Parquet(table) => table.expect_values(),
        }
    }
}

/// Chooses the columns of a file that was opened and says what they become; it
/// is told what those of the first file became.
pub(crate) type Plan<S> = Box<dyn Fn(&mut Opened, Option<&S>) -> Result<S> + Send>;

/// The parts of some files in order.
pub(crate) struct Parts<L: Load> {
    reader: Reader,
    plan: Plan<L::Schema>,
    meter: Meter,
    /// How many of the files were opened.
    opened: usize,
    /// The file that is being read, until it has no more parts.
    file: Option<File<L>>,
    /// What the first file has.
    first: L::Schema,
    first_names: Vec<String>,
}

/// A file that is being read.
struct File<L: Load> {
    path: Arc<Path>,
    format: Format<L>,
    schema: L::Schema,
    names: Vec<String>,
}

enum Format<L: Load> {
    Csv(Csv, PhantomData<L>),
    #[cfg(feature = "parquet")]
    Parquet(Parquet<L>),
}

/// Some rows of a file that are yet to be parsed.
pub(crate) struct Part<L: Load> {
    path: Arc<Path>,
    rows: Unparsed<L>,
    schema: L::Schema,
    bad_rows: BadRows,
    progress: Option<Progress>,
}

enum Unparsed<L: Load> {
    Csv(csv::Piece, PhantomData<L>),
    #[cfg(feature = "parquet")]
    Parquet(parquet::Piece<L>),
    Failed(Error),
}

impl<L: Load> Parts<L> {
    /// Opens the first file.
    pub(crate) fn open(reader: Reader, plan: Plan<L::Schema>) -> Result<Parts<L>> {
        let Some(path) = reader.paths.first() else {
            let problem = "no file is named; name one at least";
            return Err(Error::new(Path::new("read_files"), problem));
        };
        let meter = Meter::new(reader.progress.clone());
        let file = File::<L>::open(path, &reader, &meter, |opened| plan(opened, None))?;
        Ok(Parts {
            meter,
            reader,
            plan,
            opened: 1,
            first: file.schema.clone(),
            first_names: file.names.clone(),
            file: Some(file),
        })
    }

    /// The file that was opened last.
    pub(crate) fn path(&self) -> &Path {
        &self.reader.paths[self.opened - 1]
    }

    #[cfg(feature = "arrow")]
    pub(crate) fn schema(&self) -> &L::Schema {
        &self.first
    }

    /// How many bytes the files have, if each says.
    pub(crate) fn bytes(&self) -> Option<u64> {
        meter::bytes_of(&self.reader.paths)
    }

    /// How many of these were read.
    pub(crate) fn bytes_read(&self) -> u64 {
        self.meter.read()
    }

    /// The next part, of the next file if this one has no more.
    pub(crate) fn pull(&mut self) -> Option<Part<L>> {
        loop {
            let part = self
                .file
                .as_mut()
                .and_then(|file| file.pull(&self.reader, &self.meter));
            if part.is_some() {
                if matches!(&part, Some(part) if matches!(part.rows, Unparsed::Failed(_))) {
                    self.file = None;
                }
                return part;
            }
            self.file = None;
            let path = self.reader.paths.get(self.opened)?;
            self.opened += 1;
            match self.open_next(path) {
                Ok(file) => self.file = Some(file),
                Err(error) => {
                    return Some(Part {
                        path: path.as_path().into(),
                        rows: Unparsed::Failed(error),
                        schema: self.first.clone(),
                        bad_rows: BadRows::Fail,
                        progress: None,
                    });
                }
            }
        }
    }

    /// Opens a file that is not the first; what is wrong with its columns is
    /// said together with the columns that the first file has.
    fn open_next(&self, path: &Path) -> Result<File<L>> {
        File::open(path, &self.reader, &self.meter, |opened| {
            (self.plan)(opened, Some(&self.first)).map_err(|error| {
                if opened.names() == self.first_names {
                    return error;
                }
                let first = self.reader.paths[0].display();
                error.and(&format!(
                    "; {first} has {}",
                    header::list(&self.first_names)
                ))
            })
        })
    }
}

impl<L: Load> File<L> {
    fn open(
        path: &Path,
        reader: &Reader,
        meter: &Meter,
        plan: impl FnOnce(&mut Opened) -> Result<L::Schema>,
    ) -> Result<File<L>> {
        let size = reader.chunk_size(path)?;
        let source = source::open(path, meter)?;
        let path: Arc<Path> = path.into();
        let csv = |input, unpacked| {
            let dialect = reader.dialect.clone();
            Csv::open(Arc::clone(&path), input, unpacked, dialect, size).map(Opened::Csv)
        };
        let mut opened = match source {
            Source::Text(input) => csv(input, false)?,
            #[cfg(any(feature = "gzip", feature = "zstd"))]
            Source::Unpacked(input) => csv(input, true)?,
            #[cfg(feature = "parquet")]
            Source::Parquet(file) => Opened::Parquet(Table::open(Arc::clone(&path), file)?),
        };
        let schema = plan(&mut opened)?;
        let names = opened.names();
        let format = match opened {
            Opened::Csv(csv) => Format::Csv(csv, PhantomData),
            #[cfg(feature = "parquet")]
            Opened::Parquet(table) => {
                let chunk_rows = match size {
                    ChunkSize::Default => None,
                    ChunkSize::Rows(rows) => Some(rows),
                    ChunkSize::Bytes(bytes) => Some(table.rows_in(bytes)),
                };
                Format::Parquet(Parquet::new(table, schema.clone(), chunk_rows))
            }
        };
        Ok(File {
            path,
            format,
            schema,
            names,
        })
    }

    #[cfg_attr(
        not(feature = "parquet"),
        expect(
            unused_variables,
            reason = "the bytes of CSV are counted as they are read"
        )
    )]
    fn pull(&mut self, reader: &Reader, meter: &Meter) -> Option<Part<L>> {
        let rows = match &mut self.format {
            Format::Csv(csv, _) => match csv.pull() {
                Ok(piece) => piece.map(|piece| Unparsed::Csv(piece, PhantomData)),
                Err(error) => Some(Unparsed::Failed(error)),
            },
            #[cfg(feature = "parquet")]
            Format::Parquet(parquet) => parquet.pull().map(|piece| {
                meter.add(piece.bytes());
                Unparsed::Parquet(piece)
            }),
        }?;
        Some(Part {
            path: Arc::clone(&self.path),
            rows,
            schema: self.schema.clone(),
            bad_rows: reader.bad_rows,
            progress: reader.progress.clone(),
        })
    }
}

impl<L: Load> Part<L> {
    #[cfg(feature = "arrow")]
    pub(crate) fn schema(&self) -> L::Schema {
        self.schema.clone()
    }

    /// The columns of the rows.
    #[cfg(feature = "arrow")]
    pub(crate) fn load(self) -> Result<L::Columns> {
        let (columns, _) = self.load_with(|_, fault| Err(fault.error(&mut Lines::default())))?;
        Ok(columns)
    }

    /// The columns, and how many rows the file has of them: `bad` is given those
    /// that do not fit, and says whether to go on.
    fn load_with(
        self,
        bad: impl FnMut(&mut L::Columns, Fault<'_>) -> Result<()>,
    ) -> Result<(L::Columns, usize)> {
        let (columns, rows) = match self.rows {
            Unparsed::Csv(piece, _) => piece.parse::<L>(&self.schema, bad),
            #[cfg(feature = "parquet")]
            Unparsed::Parquet(piece) => piece.decode(),
            Unparsed::Failed(error) => Err(error),
        }?;
        if let Some(progress) = &self.progress {
            progress.add_rows(rows);
        }
        Ok((columns, rows))
    }
}

impl<R: Row> Part<R> {
    /// The rows, without bad ones if these are to be left out.
    pub(crate) fn chunk(self) -> Result<Chunk<R>> {
        let path = Arc::clone(&self.path);
        let mut rejects = Rejects::new(self.bad_rows);
        let (columns, rows) = self.load_with(|columns, fault| rejects.take::<R>(columns, fault))?;
        Ok(Chunk::of_file(path, columns, rows, rejects.finish()))
    }
}
