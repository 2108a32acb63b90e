//! What is wrong with a record, and the error that says so.

use memchr::memchr_iter;

use super::Piece;
use super::dialect::Names;
use super::encoding;
use super::fields::Tokenizer;
use crate::Error;
use crate::error::shown;
use crate::load::Expected;

/// A record that does not fit, and why.
pub(crate) struct Fault<'a> {
    piece: &'a Piece,
    record: usize,
    why: Why<'a>,
}

pub(super) enum Why<'a> {
    /// It has so many fields, not as many as there are names.
    Width(usize),
    /// A field is not what its column is read as.
    Misfit {
        slot: usize,
        expected: Expected<'a>,
        field: &'a [u8],
    },
    /// Its byte at this place is not UTF-8.
    NotUtf8 { place: usize },
}

/// Counts the lines of a piece up to places that ascend, and each byte once.
#[derive(Default)]
pub(crate) struct Lines {
    place: usize,
    newlines: u64,
}

impl Lines {
    fn before(&mut self, bytes: &[u8], place: usize) -> u64 {
        self.newlines += memchr_iter(b'\n', &bytes[self.place..place]).count() as u64;
        self.place = place;
        self.newlines
    }
}

impl<'a> Fault<'a> {
    #[cold]
    pub(super) fn new(piece: &'a Piece, record: usize, why: Why<'a>) -> Fault<'a> {
        Fault { piece, record, why }
    }

    /// The number of the record in its piece, from 0.
    pub(crate) fn record(&self) -> usize {
        self.record
    }

    /// The record as the file has it, without its line end.
    pub(crate) fn text(&self) -> &'a [u8] {
        let record = self.piece.record(self.record);
        let record = record.strip_suffix(b"\n").unwrap_or(record);
        record.strip_suffix(b"\r").unwrap_or(record)
    }

    /// What to say of it; `lines` counted up to earlier faults of the piece at most.
    #[cold]
    pub(crate) fn error(&self, lines: &mut Lines) -> Error {
        let (problem, column) = match &self.why {
            Why::Width(count) => (self.wrong_count(*count), None),
            Why::Misfit {
                slot,
                expected,
                field,
            } => {
                let found = (!field.is_empty()).then(|| shown(&String::from_utf8_lossy(field)));
                let problem = expected.problem(found.as_deref());
                (problem, self.piece.layout.positions[*slot])
            }
            Why::NotUtf8 { place } => self.not_utf8(*place),
        };
        let error = error_at(self.piece, self.record, lines, problem);
        match column.and_then(|column| self.piece.layout.header.get(column)) {
            Some(column) => error.in_column(column),
            None => error,
        }
    }

    fn wrong_count(&self, count: usize) -> String {
        let layout = &self.piece.layout;
        let expected = layout.header.len();
        let ends_early = self.piece.record(self.record).last() != Some(&b'\n');
        let mark = layout.dialect.marks.delimiter_name();
        let hint = match (ends_early, count < expected) {
            (true, true) => "the file ends in the middle of a line; is it complete?",
            (_, true) => &format!("is a {mark} missing?"),
            (_, false) => &format!("is a {mark} too many, or a quote missing?"),
        };
        let fields = if count == 1 { "field" } else { "fields" };
        let whose = match layout.dialect.names {
            Names::Header => "the header has",
            Names::Numbers => "the first row has",
            Names::Given(_) => "the names given are",
        };
        format!("{count} {fields} where {whose} {expected}; {hint}")
    }

    /// What to say, and the position of the field that has the byte.
    fn not_utf8(&self, place: usize) -> (String, Option<usize>) {
        let record = self.piece.record(self.record);
        let byte = record[place];
        let marks = self.piece.layout.dialect.marks;
        let position = Tokenizer::new(marks).fields_before(&record[..place]);
        let problem = match self.piece.layout.encoding {
            Some(encoding) => format!("bytes that are not {encoding} text; is the file damaged?"),
            None => format!(
                "the byte 0x{byte:02x} is not UTF-8 text; {}",
                encoding::WHAT_TO_DO
            ),
        };
        (problem, Some(position))
    }
}

/// An error in the line on which a record of the piece starts.
#[cold]
pub(super) fn error_at(
    piece: &Piece,
    record: usize,
    lines: &mut Lines,
    problem: impl Into<String>,
) -> Error {
    let newlines = lines.before(&piece.bytes, piece.record_start(record));
    let mut problem = problem.into();
    if piece.layout.unpacked {
        problem
            .push_str(" (in the unpacked text; if it is garbage, the compressed file is damaged)");
    }
    Error::new(&piece.layout.path, problem).at_line(piece.line + newlines)
}
