//! A file that was opened, and the parts in which it is read.

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
    Csv(Csv, std::marker::PhantomData<L>),
    #[cfg(feature = "parquet")]
    Parquet(Parquet<L>),
}

/// Some rows of a file that are yet to be parsed.
pub(crate) struct Part<L: Load> {
    rows: Unparsed<L>,
    progress: Option<Progress>,
}

enum Unparsed<L: Load> {
    Csv(csv::Piece, L::Schema),
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
            #[cfg(feature = "gzip")]
            Source::Unpacked(input) => {
                Opened::Csv(Csv::open(Arc::clone(&path), input, true, chunk_rows)?)
            }
            #[cfg(feature = "parquet")]
            Source::Parquet(file) => Opened::Parquet(Table::open(Arc::clone(&path), file)?),
        };
        let schema = plan(&mut opened)?;
        let format = match opened {
            Opened::Csv(csv) => Format::Csv(csv, std::marker::PhantomData),
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

    pub(crate) fn pull(&mut self) -> Option<Part<L>> {
        if self.ended {
            return None;
        }
        let part = match &mut self.format {
            Format::Csv(csv, _) => match csv.pull() {
                Ok(piece) => piece.map(|piece| Unparsed::Csv(piece, self.schema.clone())),
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
        part.map(|rows| Part { rows, progress })
    }
}

impl<L: Load> Part<L> {
    /// The columns of the rows, and how many rows there are.
    pub(crate) fn load(self) -> Result<(L::Columns, usize)> {
        let (columns, rows) = match self.rows {
            Unparsed::Csv(piece, schema) => piece.parse::<L>(&schema),
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
