//! The chunks of a file, one after the other or many at once.

use std::fmt;
use std::iter::FusedIterator;
use std::path::Path;
use std::sync::Arc;

use delayed_runtime::source::Split;

use crate::csv::{self, Csv};
#[cfg(feature = "parquet")]
use crate::parquet::{self, Parquet};
use crate::progress::Progress;
use crate::source::{self, Source};
use crate::{Chunk, Error, Reader, Result, Row};

/// How many rows a chunk of Parquet has unless the user says otherwise. Chunks
/// that share compressed pages wait for each other, so they are not small.
#[cfg(feature = "parquet")]
const PARQUET_ROWS: usize = 50_000;

/// The chunks of a file in order: what [`Reader::columns`] gives.
///
/// Each has exactly as many rows as asked for (see [`Reader::chunk_rows`]), but
/// the last of the file may have fewer. A file is read as its chunks are asked for, so what is in memory
/// is a chunk and not the file.
///
/// It is an iterator, and a [`Split`] source: a pipeline's loop over it reads on
/// one thread and parses on all. Both ways give the same chunks. A chunk that
/// does not parse is an error in its place, and those after it still come; when
/// reading itself fails, the rows before the failure come as a shorter chunk,
/// then the error, then nothing.
///
/// [`Reader::columns`]: crate::Reader::columns
/// [`Reader::chunk_rows`]: crate::Reader::chunk_rows
pub struct Chunks<R: Row> {
    path: Arc<Path>,
    format: Format<R>,
    progress: Option<Progress>,
    ended: bool,
}

enum Format<R: Row> {
    Csv(Csv, std::marker::PhantomData<R>),
    #[cfg(feature = "parquet")]
    Parquet(Parquet<R>),
}

/// Some rows of a file that are yet to be parsed.
pub struct Piece<R: Row> {
    rows: Unparsed<R>,
    progress: Option<Progress>,
}

enum Unparsed<R: Row> {
    Csv(csv::Piece, std::marker::PhantomData<R>),
    #[cfg(feature = "parquet")]
    Parquet(parquet::Piece<R>),
    Failed(Error),
}

impl<R: Row> Chunks<R> {
    pub(crate) fn open(reader: Reader, names: &[&str]) -> Result<Chunks<R>> {
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
        let format = match source {
            Source::Text(input) => {
                let csv = Csv::open(Arc::clone(&path), input, false, names, chunk_rows)?;
                Format::Csv(csv, std::marker::PhantomData)
            }
            #[cfg(feature = "gzip")]
            Source::Unpacked(input) => {
                let csv = Csv::open(Arc::clone(&path), input, true, names, chunk_rows)?;
                Format::Csv(csv, std::marker::PhantomData)
            }
            #[cfg(feature = "parquet")]
            Source::Parquet(file) => {
                let chunk_rows = chunk_rows.unwrap_or(PARQUET_ROWS);
                Format::Parquet(Parquet::open(Arc::clone(&path), file, names, chunk_rows)?)
            }
        };
        Ok(Chunks {
            path,
            format,
            progress,
            ended: false,
        })
    }

    /// The file that is read.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl<R: Row> Split for Chunks<R> {
    type Piece = Piece<R>;
    type Item = Result<Chunk<R>>;

    fn pull(&mut self) -> Option<Piece<R>> {
        if self.ended {
            return None;
        }
        let piece = match &mut self.format {
            Format::Csv(csv, row) => match csv.pull() {
                Ok(piece) => piece.map(|piece| Unparsed::Csv(piece, *row)),
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
        self.ended |= piece.is_none();
        let progress = self.progress.clone();
        piece.map(|rows| Piece { rows, progress })
    }

    fn finish(piece: Piece<R>) -> Result<Chunk<R>> {
        let chunk = match piece.rows {
            Unparsed::Csv(piece, _) => piece.parse(),
            #[cfg(feature = "parquet")]
            Unparsed::Parquet(piece) => piece.decode(),
            Unparsed::Failed(error) => Err(error),
        }?;
        if let Some(progress) = &piece.progress {
            progress.add_rows(chunk.len());
        }
        Ok(chunk)
    }
}

impl<R: Row> Iterator for Chunks<R> {
    type Item = Result<Chunk<R>>;
    fn next(&mut self) -> Option<Result<Chunk<R>>> {
        self.pull().map(Self::finish)
    }
}

impl<R: Row> FusedIterator for Chunks<R> {}

impl<R: Row> fmt::Debug for Chunks<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Chunks")
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

impl<R: Row> fmt::Debug for Piece<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Piece").finish_non_exhaustive()
    }
}
