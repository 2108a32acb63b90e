//! The chunks of files, one after the other or many at once.

use std::fmt;
use std::iter::FusedIterator;
use std::path::Path;

use delayed_runtime::source::Split;

use crate::header;
use crate::parts::{Opened, Part, Parts};
use crate::{Chunk, Reader, Result, Row};

/// The chunks of a file, or of several, in order: what [`Reader::columns`] gives.
///
/// Each has exactly as many rows as asked for (see [`Reader::chunk_rows`]), but
/// the last of a file may have fewer, and so may one whose bad rows are left out
/// (see [`Reader::bad_rows`]). A file is read as its chunks are asked for,
/// so what is in memory is a chunk and not the file.
///
/// It is an iterator, and a [`Split`] source: a pipeline's loop over it reads on
/// one thread and parses on all. Both ways give the same chunks. A chunk that
/// does not parse is an error in its place, and those after it still come; when
/// reading itself fails, the rows before the failure come as a shorter chunk,
/// then the error, then nothing more of that file.
///
/// [`Reader::bad_rows`]: crate::Reader::bad_rows
/// [`Reader::columns`]: crate::Reader::columns
/// [`Reader::chunk_rows`]: crate::Reader::chunk_rows
pub struct Chunks<R: Row> {
    parts: Parts<R>,
}

/// Some rows of a file that are yet to be parsed.
pub struct Piece<R: Row> {
    part: Part<R>,
}

impl<R: Row> Chunks<R> {
    pub(crate) fn open(reader: Reader, names: &[&str]) -> Result<Chunks<R>> {
        let names: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
        let missing = reader.missing_columns;
        let plan = move |file: &mut Opened, _: Option<&()>| {
            file.choose(&header::wanted::<R>(&names, missing))?;
            file.expect_values()
        };
        let parts = Parts::open(reader, Box::new(plan))?;
        Ok(Chunks { parts })
    }

    /// The file that is being read; of several, that of the chunk which was asked
    /// for last, unless it has begun the next already.
    pub fn path(&self) -> &Path {
        self.parts.path()
    }
}

impl<R: Row> Split for Chunks<R> {
    type Piece = Piece<R>;
    type Item = Result<Chunk<R>>;

    fn bytes(&self) -> Option<u64> {
        self.parts.bytes()
    }

    fn bytes_read(&self) -> u64 {
        self.parts.bytes_read()
    }

    fn pull(&mut self) -> Option<Piece<R>> {
        self.parts.pull().map(|part| Piece { part })
    }

    fn finish(piece: Piece<R>) -> Result<Chunk<R>> {
        piece.part.chunk()
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
            .field("path", &self.path())
            .finish_non_exhaustive()
    }
}

impl<R: Row> fmt::Debug for Piece<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Piece").finish_non_exhaustive()
    }
}
