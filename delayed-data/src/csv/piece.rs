//! Some records of a file, as text that is yet to be parsed.

use std::cell::OnceCell;
use std::sync::Arc;

use super::buffer::Bytes;
use super::fault::Fault;
use super::fields::lines_before;
use super::records::RecordEnds;
use super::{Layout, parse};
use crate::Result;
use crate::load::Load;

/// The bytes of some whole records.
pub(crate) struct Piece {
    pub(super) layout: Arc<Layout>,
    pub(super) bytes: Bytes,
    /// Where each record ends in `bytes`, once somebody wants to know: for text
    /// without quotes it takes an error to make that worth its time.
    ends: OnceCell<Vec<usize>>,
    /// The line on which `bytes` starts, from 1.
    pub(super) line: u64,
}

impl Piece {
    pub(super) fn new(layout: Arc<Layout>, bytes: Bytes, line: u64) -> Piece {
        Piece {
            layout,
            bytes,
            ends: OnceCell::new(),
            line,
        }
    }

    /// The same, of records whose ends are known.
    pub(super) fn with_ends(self, ends: Vec<usize>) -> Piece {
        Piece {
            ends: OnceCell::from(ends),
            ..self
        }
    }

    /// Where each record ends.
    pub(super) fn ends(&self) -> &[usize] {
        self.ends.get_or_init(|| {
            let mut records = RecordEnds::new(self.layout.dialect.marks);
            let mut ends = Vec::new();
            records.find(&self.bytes, usize::MAX, &mut ends);
            // There is no quote open: where one is, no piece ends.
            ends.extend(records.finish(&self.bytes).unwrap_or_default());
            ends
        })
    }

    /// Where a record starts, without the blank lines and comments before it.
    pub(super) fn record_start(&self, record: usize) -> usize {
        let start = match record {
            0 => 0,
            _ => self.ends()[record - 1],
        };
        start + lines_before(self.layout.dialect.marks, &self.bytes[start..])
    }

    /// The bytes of a record with its line end.
    pub(super) fn record(&self, record: usize) -> &[u8] {
        &self.bytes[self.record_start(record)..self.ends()[record]]
    }

    /// Parses the columns that are read, and counts the records. One that does
    /// not fit is given to `bad`, which says whether to go on; it may have values
    /// in the first columns.
    pub(crate) fn parse<L: Load>(
        &self,
        schema: &L::Schema,
        bad: impl FnMut(&mut L::Columns, Fault<'_>) -> Result<()>,
    ) -> Result<(L::Columns, usize)> {
        parse::columns::<L>(self, schema, bad)
    }
}
