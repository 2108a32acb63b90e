//! Rows of text that do not fit: what becomes of them.

use delayed_runtime::NBytes;

use crate::csv::{Fault, Lines};
use crate::row::VisitMut;
use crate::{Error, Result, Row, Value};

/// What becomes of a row of text that does not fit: see
/// [`Reader::bad_rows`](crate::Reader::bad_rows).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BadRows {
    /// The chunk that it is in is an error, which names the place.
    #[default]
    Fail,
    /// It is left out and counted: [`Chunk::skipped`](crate::Chunk::skipped).
    Skip,
    /// The same, and the first so many of each chunk are kept with what is wrong
    /// with them: [`Chunk::bad_rows`](crate::Chunk::bad_rows).
    Keep(usize),
}

/// A row that was left out, and why: one of
/// [`Chunk::bad_rows`](crate::Chunk::bad_rows).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadRow {
    error: Error,
    text: String,
}

impl BadRow {
    /// What is wrong with it, and where: the error that reading would have
    /// stopped with.
    pub fn error(&self) -> &Error {
        &self.error
    }

    /// The row as the file has it, without its line end. Bytes that are not UTF-8
    /// are each shown as `\u{fffd}`.
    pub fn text(&self) -> &str {
        &self.text
    }
}

impl NBytes for BadRow {
    fn nbytes(&self) -> usize {
        size_of::<Self>() + self.error.held() + self.text.capacity()
    }
}

/// The bad rows of a chunk.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rejected {
    pub(crate) count: usize,
    pub(crate) kept: Vec<BadRow>,
}

/// Collects the bad rows of a chunk while it is parsed.
pub(crate) struct Rejects {
    policy: BadRows,
    rejected: Rejected,
    lines: Lines,
}

impl Rejects {
    pub(crate) fn new(policy: BadRows) -> Rejects {
        Rejects {
            policy,
            rejected: Rejected::default(),
            lines: Lines::default(),
        }
    }

    /// Takes a row out of the columns, whose first values may be there already;
    /// or the error, if that is what is asked for.
    #[cold]
    pub(crate) fn take<R: Row>(
        &mut self,
        columns: &mut R::Columns,
        fault: Fault<'_>,
    ) -> Result<()> {
        let most = match self.policy {
            BadRows::Fail => return Err(fault.error(&mut self.lines)),
            BadRows::Skip => 0,
            BadRows::Keep(most) => most,
        };
        if self.rejected.kept.len() < most {
            self.rejected.kept.push(BadRow {
                error: fault.error(&mut self.lines),
                text: String::from_utf8_lossy(fault.text()).into_owned(),
            });
        }
        R::visit_mut(columns, &mut Truncate(fault.record() - self.rejected.count));
        self.rejected.count += 1;
        Ok(())
    }

    pub(crate) fn finish(self) -> Rejected {
        self.rejected
    }
}

/// Leaves so many rows.
struct Truncate(usize);

impl VisitMut for Truncate {
    fn column<T: Value>(&mut self, column: &mut T::Column) {
        T::truncate(column, self.0);
    }

    fn custom<T: Value>(&mut self, column: &mut T::Column, _: fn(&mut T::Column, &[u8]) -> bool) {
        T::truncate(column, self.0);
    }
}
