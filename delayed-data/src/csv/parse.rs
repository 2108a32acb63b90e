//! From the bytes of records to the values of columns.

use std::str;

use memchr::memchr_iter;

use super::Piece;
use super::fields::{Tokenizer, blank_lines, for_each};
use crate::error::shown;
use crate::{Chunk, Error, Result, Row};

/// The names in the first record, without the spaces around them.
pub(super) fn header(piece: &Piece) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for_each(&piece.bytes, &piece.ends, |row, record| {
        for position in 0..record.len() {
            let name = str::from_utf8(record.field(position)).map_err(|_| {
                let problem = "the header is not UTF-8 text; convert the file to UTF-8";
                at(piece, row, problem)
            })?;
            names.push(name.trim().to_owned());
        }
        Ok(())
    })?;
    Ok(names)
}

/// Parses the wanted columns of every record. All bytes must be UTF-8, also
/// those of columns that nobody asked for.
pub(super) fn chunk<R: Row>(piece: &Piece) -> Result<Chunk<R>> {
    let Piece { bytes, ends, .. } = piece;
    let invalid = str::from_utf8(bytes).err().map(|why| why.valid_up_to());
    // The records before the first byte that is not UTF-8.
    let valid = invalid.unwrap_or(bytes.len());
    let rows = ends.partition_point(|&end| end <= valid);
    let layout = &*piece.layout;
    let mut columns = R::empty();
    for_each(&bytes[..piece.start(rows)], &ends[..rows], |row, record| {
        if record.len() != layout.header.len() {
            return Err(wrong_count(piece, row, record.len()));
        }
        let field = |slot: usize| record.field(layout.positions[slot]);
        R::push(&mut columns, field).map_err(|slot| misfit::<R>(piece, row, slot, field(slot)))
    })?;
    match invalid {
        Some(at) => Err(not_utf8(piece, rows, at)),
        None => Ok(Chunk::new(columns, rows)),
    }
}

/// Where a record starts, without the blank lines before it.
fn record_start(piece: &Piece, row: usize) -> usize {
    let start = piece.start(row);
    start + blank_lines(&piece.bytes[start..])
}

/// An error in the line on which a record of the piece starts.
#[cold]
fn at(piece: &Piece, row: usize, problem: impl Into<String>) -> Error {
    let start = record_start(piece, row);
    let newlines = memchr_iter(b'\n', &piece.bytes[..start]).count() as u64;
    let mut problem = problem.into();
    if piece.layout.unpacked {
        problem.push_str(" (in the unpacked text; if it is garbage, the gzip file is damaged)");
    }
    Error::new(&piece.layout.path, problem).at_line(piece.line + newlines)
}

#[cold]
fn wrong_count(piece: &Piece, row: usize, count: usize) -> Error {
    let expected = piece.layout.header.len();
    let ends_early = row + 1 == piece.ends.len() && piece.bytes.last() != Some(&b'\n');
    let hint = match (ends_early, count < expected) {
        (true, true) => "the file ends in the middle of a line; is it complete?",
        (_, true) => "is a comma missing?",
        (_, false) => "is a comma too many, or a quote missing?",
    };
    let fields = if count == 1 { "field" } else { "fields" };
    at(
        piece,
        row,
        format!("{count} {fields} where the header has {expected}; {hint}"),
    )
}

#[cold]
fn misfit<R: Row>(piece: &Piece, row: usize, slot: usize, field: &[u8]) -> Error {
    let expected = R::EXPECTED[slot].what;
    let problem = match field {
        b"" => format!("no value where {expected} is expected; read it as an Option to allow that"),
        field => {
            let found = shown(&String::from_utf8_lossy(field));
            format!("found {found} where {expected} is expected")
        }
    };
    let layout = &*piece.layout;
    at(piece, row, problem).in_column(&layout.header[layout.positions[slot]])
}

#[cold]
fn not_utf8(piece: &Piece, row: usize, place: usize) -> Error {
    let start = record_start(piece, row);
    let byte = piece.bytes[place];
    let problem = format!("the byte 0x{byte:02x} is not UTF-8 text; convert the file to UTF-8");
    let error = at(piece, row, problem);
    let position = Tokenizer::new().fields_before(&piece.bytes[start..place]);
    match piece.layout.header.get(position) {
        Some(column) => error.in_column(column),
        None => error,
    }
}
