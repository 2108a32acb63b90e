//! CSV: one thread finds the bounds of the chunks, any thread parses them.
//!
//! The text is UTF-8, fields are separated by commas and may be quoted, lines
//! end in `\n` or `\r\n`, and the first record is the header, unless a [`Dialect`]
//! says otherwise. A byte order mark is skipped and so are blank lines.

mod dialect;
mod fault;
mod fields;
mod parse;
mod records;

use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use memchr::memchr;

pub(crate) use self::dialect::{Dialect, Names};
pub(crate) use self::fault::{Fault, Lines};
use self::fields::lines_before;
use self::records::{Found, RecordEnds};
use crate::header::{self, Wanted};
use crate::load::Load;
use crate::reader::ChunkSize;
use crate::{Error, Result};

/// How many bytes are read at a time: few enough to be in the processor's cache
/// still when the ends of the records are searched.
const BLOCK: u64 = 1 << 18;

/// A piece ends with the block in which it reaches this many bytes, its second,
/// unless its number of records is given. That is enough to be worth a task, few
/// enough for a processor's cache, and the memory of each worker is known
/// whatever the records look like.
const PIECE: usize = BLOCK as usize * 3 / 2;

/// The longest record there may be: beyond it a quote was left open, or the
/// file is no text.
const LONGEST_RECORD: usize = 16 << 20;

/// A CSV file that is being cut into pieces of some records each.
pub(crate) struct Csv {
    input: Box<dyn Read + Send>,
    layout: Arc<Layout>,
    /// How many records a piece has; if not, `piece` rules.
    chunk_rows: Option<usize>,
    /// A piece ends with the block in which it reaches so many bytes.
    piece: usize,
    buffer: Vec<u8>,
    /// What comes before this in the buffer has been given away.
    start: usize,
    /// The line on which the rest of the buffer starts, from 1.
    line: u64,
    input_ended: bool,
    /// What stopped the reading, until it is reported.
    failure: Option<Error>,
}

/// What all pieces of a file have in common.
#[derive(Clone, Debug)]
struct Layout {
    path: Arc<Path>,
    /// The text is unpacked from a compressed file, whose checksum comes last:
    /// damage may show as bad rows first.
    unpacked: bool,
    dialect: Dialect,
    /// Whether fields are values as they are: [`Dialect::is_exact`].
    as_they_are: bool,
    /// The names of all columns, as the header spells them.
    header: Vec<String>,
    /// The places of the columns that are read, in the order asked for; `None`
    /// for one that the file does not have and that is read as empty fields.
    positions: Vec<Option<usize>>,
}

/// The bytes of some whole records.
pub(crate) struct Piece {
    layout: Arc<Layout>,
    bytes: Vec<u8>,
    /// Where each record ends in `bytes`.
    ends: Vec<usize>,
    /// The line on which `bytes` starts, from 1.
    line: u64,
}

impl Csv {
    /// Reads the header.
    pub(crate) fn open(
        path: Arc<Path>,
        input: Box<dyn Read + Send>,
        unpacked: bool,
        dialect: Dialect,
        size: ChunkSize,
    ) -> Result<Csv> {
        let (chunk_rows, piece) = match size {
            ChunkSize::Default => (None, PIECE),
            ChunkSize::Rows(rows) => (Some(rows), PIECE),
            ChunkSize::Bytes(bytes) => (None, bytes),
        };
        dialect.marks.check(&path)?;
        let layout = Layout {
            path,
            unpacked,
            as_they_are: dialect.is_exact(),
            dialect,
            header: Vec::new(),
            positions: Vec::new(),
        };
        let mut csv = Csv {
            input,
            layout: Arc::new(layout),
            chunk_rows,
            piece,
            buffer: Vec::new(),
            start: 0,
            line: 1,
            input_ended: false,
            failure: None,
        };
        csv.skip_byte_order_mark();
        csv.skip_lines();
        let header = csv.read_names()?;
        Arc::make_mut(&mut csv.layout).header = header;
        Ok(csv)
    }

    /// The names of the columns, and those of the first record if that is where
    /// they are.
    fn read_names(&mut self) -> Result<Vec<String>> {
        let dialect = self.layout.dialect.clone();
        let empty = "the file is empty; a header line and rows were expected";
        match &dialect.names {
            Names::Header => match self.take(Some(1))? {
                Some(first) => parse::header(&first),
                None => Err(self.error(empty)),
            },
            Names::Numbers => {
                let (_, ends) = self.find(Some(1));
                match ends[..] {
                    [] => Err(self.failure.take().unwrap_or_else(|| self.error(empty))),
                    _ => {
                        let width = parse::width(dialect.marks, self.unread(), &ends);
                        Ok((1..=width).map(|number| number.to_string()).collect())
                    }
                }
            }
            Names::Given(names) => Ok(names.clone()),
        }
    }

    /// Finds the columns that are to be read.
    pub(crate) fn choose(&mut self, wanted: &[Wanted<'_>]) -> Result<()> {
        let positions = header::find_all(&self.layout.header, wanted);
        let positions = positions.map_err(|why| self.error(why))?;
        self.read_columns(positions)
    }

    /// All columns are to be read.
    #[cfg(feature = "arrow")]
    pub(crate) fn choose_all(&mut self) -> Result<()> {
        self.read_columns((0..self.layout.header.len()).map(Some).collect())
    }

    fn read_columns(&mut self, positions: Vec<Option<usize>>) -> Result<()> {
        Arc::make_mut(&mut self.layout).positions = positions;
        self.expect_a_row()
    }

    /// The names of all columns.
    pub(crate) fn names(&self) -> Vec<String> {
        self.layout.header.clone()
    }

    /// The names of the columns that are read.
    #[cfg(feature = "arrow")]
    pub(crate) fn chosen(&self) -> Vec<String> {
        let Layout {
            header, positions, ..
        } = &*self.layout;
        let positions = positions.iter().flatten();
        positions
            .map(|&position| header[position].clone())
            .collect()
    }

    /// Shows the fields of the first rows, each with its column, without taking
    /// them: at most `rows`, and up to one that is not as wide as the header.
    #[cfg(feature = "arrow")]
    pub(crate) fn sample(&mut self, rows: usize, see: impl FnMut(usize, &[u8])) {
        let (_, ends) = self.find(Some(rows));
        let end = ends.last().copied().unwrap_or(0);
        parse::sample(&self.layout, &self.unread()[..end], &ends, see);
    }

    /// The next piece: exactly `chunk_rows` records if that is given, fewer only
    /// at the end of what can be read.
    pub(crate) fn pull(&mut self) -> Result<Option<Piece>> {
        self.take(self.chunk_rows)
    }

    fn take(&mut self, wanted: Option<usize>) -> Result<Option<Piece>> {
        let (records, ends) = self.find(wanted);
        // The records before a failure are given out first.
        let Some(&end) = ends.last() else {
            return self.failure.take().map_or(Ok(None), Err);
        };
        let (layout, line) = (Arc::clone(&self.layout), self.line);
        self.line += records.newlines;
        Ok(Some(Piece {
            layout,
            bytes: self.give_away(end),
            ends,
            line,
        }))
    }

    /// Reads on until as many records as are wanted are known, and finds where
    /// they end.
    fn find(&mut self, wanted: Option<usize>) -> (RecordEnds, Vec<usize>) {
        let mut records = RecordEnds::new(self.layout.dialect.marks);
        let mut ends = Vec::new();
        let most = wanted.unwrap_or(usize::MAX);
        while records.find(self.unread(), most, &mut ends) == Found::NeedMore
            && self.failure.is_none()
        {
            if wanted.is_none() && self.unread().len() >= self.piece && !ends.is_empty() {
                break;
            }
            if self.input_ended {
                if !records.finish(self.unread(), &mut ends) {
                    self.fail_in_record(&records, "a quote opens a field and never closes");
                }
                break;
            }
            if records.open_bytes(self.unread()) > LONGEST_RECORD {
                self.fail_in_record(
                    &records,
                    "a line of more than 16 MiB; is a quote left open?",
                );
            } else {
                self.read_block();
            }
        }
        (records, ends)
    }

    /// What was read and has not been given away.
    fn unread(&self) -> &[u8] {
        &self.buffer[self.start..]
    }

    /// Takes the first `len` unread bytes, and copies these or what is left,
    /// whichever is less.
    fn give_away(&mut self, len: usize) -> Vec<u8> {
        let end = self.start + len;
        if len < self.buffer.len() - end {
            let bytes = self.buffer[self.start..end].to_vec();
            self.start = end;
            return bytes;
        }
        // The next piece will need about as much.
        let mut rest = Vec::with_capacity(len + 2 * BLOCK as usize);
        rest.extend_from_slice(&self.buffer[end..]);
        let mut bytes = std::mem::replace(&mut self.buffer, rest);
        bytes.truncate(end);
        bytes.drain(..std::mem::take(&mut self.start));
        bytes
    }

    fn fail_in_record(&mut self, records: &RecordEnds, problem: &str) {
        let line = self.line + records.newlines_before_open(self.unread());
        self.failure = Some(self.error(problem).at_line(line));
    }

    /// Reads more into the buffer. A failure is kept for when it is due.
    fn read_block(&mut self) {
        self.buffer.drain(..std::mem::take(&mut self.start));
        let len = BLOCK.min(self.piece as u64);
        let mut block = self.input.by_ref().take(len);
        match block.read_to_end(&mut self.buffer) {
            Ok(read) => self.input_ended = (read as u64) < len,
            Err(why) => self.failure = Some(self.error(format!("cannot read the file: {why}"))),
        }
    }

    fn skip_byte_order_mark(&mut self) {
        while self.buffer.len() < 3 && !self.input_ended && self.failure.is_none() {
            self.read_block();
        }
        if self.buffer.starts_with("\u{feff}".as_bytes()) {
            self.start = 3;
        }
    }

    /// Skips the lines before the header, whatever they hold.
    fn skip_lines(&mut self) {
        let end = self.layout.dialect.skip_lines as u64 + 1;
        while self.line < end {
            match memchr(b'\n', self.unread()) {
                Some(at) => {
                    self.start += at + 1;
                    self.line += 1;
                }
                None if self.input_ended || self.failure.is_some() => {
                    self.start = self.buffer.len();
                    return;
                }
                None => {
                    self.start = self.buffer.len();
                    self.read_block();
                }
            }
        }
    }

    /// A file that ends after its header was most likely cut off.
    fn expect_a_row(&mut self) -> Result<()> {
        // What is wrong with the first row is said when it is due.
        let (_, ends) = self.find(Some(1));
        match ends.is_empty() && self.failure.is_none() {
            true => Err(self.error("there are no rows after the header; is the file complete?")),
            false => Ok(()),
        }
    }

    fn error(&self, problem: impl Into<String>) -> Error {
        Error::new(&self.layout.path, problem)
    }
}

impl Piece {
    /// Where a record starts, without the blank lines and comments before it.
    fn record_start(&self, record: usize) -> usize {
        let start = match record {
            0 => 0,
            _ => self.ends[record - 1],
        };
        start + lines_before(self.layout.dialect.marks, &self.bytes[start..])
    }

    /// The bytes of a record with its line end.
    fn record(&self, record: usize) -> &[u8] {
        &self.bytes[self.record_start(record)..self.ends[record]]
    }

    /// How many records there are.
    pub(crate) fn records(&self) -> usize {
        self.ends.len()
    }

    /// Parses the columns that are read. A record that does not fit is given to
    /// `bad`, which says whether to go on; it may have values in the first columns.
    pub(crate) fn parse<L: Load>(
        &self,
        schema: &L::Schema,
        bad: impl FnMut(&mut L::Columns, Fault<'_>) -> Result<()>,
    ) -> Result<L::Columns> {
        parse::columns::<L>(self, schema, bad)
    }
}
