//! A file that was opened, and the parts in which it is read.

use std::marker::PhantomData;
use std::path::Path;
use std::sync::Arc;

use crate::csv::{self, Csv};
use crate::header::Wanted;
use crate::load::Load;
#[cfg(feature = "parquet")]
use crate::parquet::{self, Parquet, Table};
use crate::progress::Progress;
use crate::source::{self, Source};
use crate::{Error, Reader, Result};

/// How many rows a chunk of Parquet has unless the user says otherwise. Chunks
/// that share compressed pages wait for each other, so they are not small.
#[cfg(feature = "parquet")]
const PARQUET_ROWS: usize = 50_000;

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
            Opened::Parquet(table) => {
                table.choose_all();
                Ok(())
            }
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

    /// Refuses columns of types that no [`Value`](crate::Value) has.
    pub(crate) fn expect_values(&self) -> Result<()> {
        match self {
            Opened::Csv(_) => Ok(()),
            #[cfg(feature = "parquet")]
            Opened::Parquet(table) => table.expect_values(),
        }
    }
}

/// The parts of a file in order.
pub(crate) struct Parts<L: Load> {
    path: Arc<Path>,
    format: Format<L>,
    schema: L::Schema,
    progress: Option<Progress>,
    ended: bool,
}

enum Format<L: Load> {
    Csv(Csv, PhantomData<L>),
    #[cfg(feature = "parquet")]
    Parquet(Parquet<L>),
}

/// Some rows of a file that are yet to be parsed.
pub(crate) struct Part<L: Load> {
    rows: Unparsed<L>,
    schema: L::Schema,
    progress: Option<Progress>,
}

enum Unparsed<L: Load> {
    Csv(csv::Piece, PhantomData<L>),
    #[cfg(feature = "parquet")]
    Parquet(parquet::Piece<L>),
    Failed(Error),
}

impl<L: Load> Parts<L> {
    /// Opens a file; `plan` chooses its columns and says what they become.
    pub(crate) fn open(
        reader: Reader,
        plan: impl FnOnce(&mut Opened) -> Result<L::Schema>,
    ) -> Result<Parts<L>> {
        let Reader {
            path,
            chunk_rows,
            progress,
        } = reader;
        if chunk_rows == Some(0) {
            return Err(Error::new(
                &path,
                "chunk_rows is 0; a chunk must have a row at least",
            ));
        }
        let source = source::open(&path, progress.as_ref())?;
        let path: Arc<Path> = path.into();
        let mut opened = match source {
            Source::Text(input) => {
                Opened::Csv(Csv::open(Arc::clone(&path), input, false, chunk_rows)?)
            }
            #[cfg(any(feature = "gzip", feature = "zstd"))]
            Source::Unpacked(input) => {
                Opened::Csv(Csv::open(Arc::clone(&path), input, true, chunk_rows)?)
            }
            #[cfg(feature = "parquet")]
            Source::Parquet(file) => Opened::Parquet(Table::open(Arc::clone(&path), file)?),
        };
        let schema = plan(&mut opened)?;
        let format = match opened {
            Opened::Csv(csv) => Format::Csv(csv, PhantomData),
            #[cfg(feature = "parquet")]
            Opened::Parquet(table) => {
                let chunk_rows = chunk_rows.unwrap_or(PARQUET_ROWS);
                Format::Parquet(Parquet::new(table, schema.clone(), chunk_rows))
            }
        };
        Ok(Parts {
            path,
            format,
            schema,
            progress,
            ended: false,
        })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    #[cfg(feature = "arrow")]
    pub(crate) fn schema(&self) -> &L::Schema {
        &self.schema
    }

    pub(crate) fn pull(&mut self) -> Option<Part<L>> {
        if self.ended {
            return None;
        }
        let part = match &mut self.format {
            Format::Csv(csv, _) => match csv.pull() {
                Ok(piece) => piece.map(|piece| Unparsed::Csv(piece, PhantomData)),
                Err(error) => {
                    self.ended = true;
                    Some(Unparsed::Failed(error))
                }
            },
            #[cfg(feature = "parquet")]
            Format::Parquet(parquet) => parquet.pull().map(|piece| {
                if let Some(progress) = &self.progress {
                    progress.add_bytes(piece.bytes());
                }
                Unparsed::Parquet(piece)
            }),
        };
        self.ended |= part.is_none();
        let progress = self.progress.clone();
        let schema = self.schema.clone();
        part.map(|rows| Part {
            rows,
            schema,
            progress,
        })
    }
}

impl<L: Load> Part<L> {
    #[cfg(feature = "arrow")]
    pub(crate) fn schema(&self) -> L::Schema {
        self.schema.clone()
    }

    /// The columns of the rows, and how many rows there are.
    pub(crate) fn load(self) -> Result<(L::Columns, usize)> {
        let (columns, rows) = match self.rows {
            Unparsed::Csv(piece, _) => piece.parse::<L>(&self.schema),
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
