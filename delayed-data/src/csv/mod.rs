//! CSV: one thread finds the bounds of the chunks, any thread parses them.
//!
//! The text is UTF-8, fields are separated by commas and may be quoted, lines
//! end in `\n` or `\r\n`, and the first record is the header, unless a [`Dialect`]
//! says otherwise. A byte order mark is skipped and so are blank lines.

mod buffer;
#[cfg(feature = "encodings")]
mod decoder;
mod dialect;
mod encoding;
mod fault;
mod fields;
mod parse;
mod piece;
mod plain;
mod quotes;
mod records;

use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;

use memchr::memchr;

use self::buffer::{BLOCK, Input};
pub(crate) use self::dialect::{Dialect, Names};
pub(crate) use self::fault::{Fault, Lines};
use self::fields::lines_before;
pub(crate) use self::piece::Piece;
use self::records::{Found, OpenQuote, RecordEnds};
use crate::header::{self, Wanted};
use crate::reader::ChunkSize;
use crate::{Error, Result};

/// A piece ends with the block in which it reaches this many bytes, its second,
/// unless its number of records is given. That is enough to be worth a task, few
/// enough for a processor's cache, and the memory of each worker is known
/// whatever the records look like.
const PIECE: usize = BLOCK * 3 / 2;

/// The longest record there may be: beyond it a quote was left open, or the
/// file is no text.
const LONGEST_RECORD: usize = 16 << 20;

/// A CSV file that is being cut into pieces of some records each.
pub(crate) struct Csv {
    input: Input,
    layout: Arc<Layout>,
    /// How many records a piece has; if not, `piece` rules.
    chunk_rows: Option<usize>,
    /// A piece ends with the block in which it reaches so many bytes.
    piece: usize,
    /// The line on which what was not given away starts, from 1.
    line: u64,
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
    /// What the text is decoded from, unless that is UTF-8.
    encoding: Option<&'static str>,
    dialect: Dialect,
    /// Whether fields are values as they are: [`Dialect::is_exact`].
    as_they_are: bool,
    /// The names of all columns, as the header spells them.
    header: Vec<String>,
    /// The places of the columns that are read, in the order asked for; `None`
    /// for one that the file does not have and that is read as empty fields.
    positions: Vec<Option<usize>>,
}

impl Layout {
    /// How many of the first fields of a record are looked at.
    fn wanted(&self) -> usize {
        let last = self.positions.iter().flatten().max();
        last.map_or(0, |last| last + 1)
    }
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
        let (input, encoding) = encoding::utf8(&path, input, dialect.encoding.as_deref())?;
        let layout = Layout {
            path,
            unpacked,
            encoding,
            as_they_are: dialect.is_exact(),
            dialect,
            header: Vec::new(),
            positions: Vec::new(),
        };
        let mut csv = Csv {
            input: Input::new(input),
            layout: Arc::new(layout),
            chunk_rows,
            piece,
            line: 1,
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
            Names::Header => match self.take(1)? {
                Some(first) => parse::header(&first),
                None => Err(self.error(empty)),
            },
            Names::Numbers => {
                let (_, ends) = self.find(1);
                match ends[..] {
                    [] => Err(self.failure.take().unwrap_or_else(|| self.error(empty))),
                    [end, ..] => {
                        let width = parse::width(dialect.marks, &self.input.unread()[..end]);
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
        let positions = positions.map_err(|why| {
            let is_doubtful = self.layout.header.iter().any(|name| name.contains('\0'));
            let hint = if is_doubtful { encoding::HINT } else { "" };
            self.error(why + hint)
        })?;
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
        let (_, ends) = self.find(rows);
        let end = ends.last().copied().unwrap_or(0);
        parse::sample(&self.layout, &self.input.unread()[..end], see);
    }

    /// The next piece: exactly `chunk_rows` records if that is given, fewer only
    /// at the end of what can be read.
    pub(crate) fn pull(&mut self) -> Result<Option<Piece>> {
        match self.chunk_rows {
            Some(rows) => self.take(rows),
            None => self.take_bytes(),
        }
    }

    /// Takes so many records, fewer only at the end of what can be read.
    fn take(&mut self, rows: usize) -> Result<Option<Piece>> {
        let (records, ends) = self.find(rows);
        // The records before a failure are given out first.
        let Some(&end) = ends.last() else {
            return self.failure.take().map_or(Ok(None), Err);
        };
        Ok(Some(self.give_away(&records, end).with_ends(ends)))
    }

    /// Takes the records of so many bytes as a piece should have.
    fn take_bytes(&mut self) -> Result<Option<Piece>> {
        let marks = self.layout.dialect.marks;
        loop {
            let mut records = RecordEnds::new(marks);
            let mut ended = false;
            while !ended {
                records.skim(self.input.unread());
                let is_enough = self.input.unread().len() >= self.piece;
                if is_enough && records.open_start() > 0 {
                    break;
                }
                ended = !self.read_more(&records, Input::read_all);
            }
            if ended {
                self.finish(&mut records);
            }
            let end = records.open_start();
            if end == 0 {
                return self.failure.take().map_or(Ok(None), Err);
            }
            if lines_before(marks, &self.input.unread()[..end]) < end {
                return Ok(Some(self.give_away(&records, end)));
            }
            // Blank lines and comments only.
            self.pass(&records, end);
        }
    }

    /// Reads on until so many records are known, and finds where they end.
    fn find(&mut self, rows: usize) -> (RecordEnds, Vec<usize>) {
        let mut records = RecordEnds::new(self.layout.dialect.marks);
        let mut ends = Vec::new();
        while records.find(self.input.unread(), rows, &mut ends) == Found::NeedMore {
            if !self.read_more(&records, Input::read_some) {
                ends.extend(self.finish(&mut records));
                break;
            }
        }
        (records, ends)
    }

    /// Reads more for a record that has not ended; `false` if that is not
    /// possible. A failure is kept for when it is due.
    fn read_more(
        &mut self,
        records: &RecordEnds,
        read: impl FnOnce(&mut Input, usize) -> io::Result<()>,
    ) -> bool {
        if self.input.has_ended() || self.failure.is_some() {
            return false;
        }
        if records.open_bytes(self.input.unread()) > LONGEST_RECORD {
            let problem = "a line of more than 16 MiB; is a quote left open?";
            self.fail_in_record(records, problem);
            return false;
        }
        if let Err(why) = read(&mut self.input, BLOCK.min(self.piece)) {
            self.failure = Some(self.error(format!("cannot read the file: {why}")));
        }
        true
    }

    /// Ends the last record at the end of the file; where it ends.
    fn finish(&mut self, records: &mut RecordEnds) -> Option<usize> {
        if self.failure.is_some() {
            return None;
        }
        records
            .finish(self.input.unread())
            .unwrap_or_else(|OpenQuote| {
                self.fail_in_record(records, "a quote opens a field and never closes");
                None
            })
    }

    /// Takes the first `end` unread bytes, at which a record of these ends.
    fn give_away(&mut self, records: &RecordEnds, end: usize) -> Piece {
        let line = self.line;
        self.line += records.newlines_before_open(self.input.unread());
        Piece::new(Arc::clone(&self.layout), self.input.give_away(end), line)
    }

    /// The same, for nobody.
    fn pass(&mut self, records: &RecordEnds, end: usize) {
        self.line += records.newlines_before_open(self.input.unread());
        self.input.skip(end);
    }

    fn fail_in_record(&mut self, records: &RecordEnds, problem: &str) {
        let line = self.line + records.newlines_before_open(self.input.unread());
        self.failure = Some(self.error(problem).at_line(line));
    }

    fn skip_byte_order_mark(&mut self) {
        let mark = "\u{feff}".as_bytes();
        while mark.starts_with(self.input.unread()) && self.input.unread() != mark {
            if !self.read_some() {
                return;
            }
        }
        if self.input.unread().starts_with(mark) {
            self.input.skip(mark.len());
        }
    }

    /// Skips the lines before the header, whatever they hold.
    fn skip_lines(&mut self) {
        let end = self.layout.dialect.skip_lines as u64 + 1;
        while self.line < end {
            if let Some(at) = memchr(b'\n', self.input.unread()) {
                self.input.skip(at + 1);
                self.line += 1;
                continue;
            }
            self.input.skip(self.input.unread().len());
            if !self.read_some() {
                return;
            }
        }
    }

    /// Reads something; whether there was anything.
    fn read_some(&mut self) -> bool {
        self.read_more(&RecordEnds::default(), Input::read_some)
    }

    /// A file that ends after its header was most likely cut off.
    fn expect_a_row(&mut self) -> Result<()> {
        // What is wrong with the first row is said when it is due.
        let (_, ends) = self.find(1);
        match ends.is_empty() && self.failure.is_none() {
            true => Err(self.error("there are no rows after the header; is the file complete?")),
            false => Ok(()),
        }
    }

    fn error(&self, problem: impl Into<String>) -> Error {
        Error::new(&self.layout.path, problem)
    }
}
