//! From the bytes of records to the values of columns.

use std::borrow::Cow;
use std::str;

use memchr::{memchr, memchr_iter};

use super::Piece;
use super::fields::{fields, pick};
use crate::error::shown;
use crate::{Chunk, Error, Result, Row};

/// The names in the first record, without the spaces around them.
pub(super) fn header(piece: &Piece) -> Result<Vec<String>> {
    let record = str::from_utf8(&piece.bytes).map_err(|_| {
        at(
            piece,
            0,
            "the header is not UTF-8 text; convert the file to UTF-8",
        )
    })?;
    Ok(fields(without_line_ends(record))
        .map(|name| name.trim().to_owned())
        .collect())
}

/// Parses the wanted columns of every record. All bytes must be UTF-8, also
/// those of columns that nobody asked for.
pub(super) fn chunk<R: Row>(piece: &Piece) -> Result<Chunk<R>> {
    let (text, invalid) = valid_records(piece);
    let may_have_quotes = memchr(b'"', &piece.bytes).is_some();
    let layout = &*piece.layout;
    let mut columns = R::empty();
    let mut slots = vec![Cow::Borrowed(""); layout.wanted.len()];
    let mut start = 0;
    let rows = piece.ends.partition_point(|&end| end <= text.len());
    for (row, &end) in piece.ends[..rows].iter().enumerate() {
        let record = without_line_ends(&text[start..end]);
        start = end;
        let count = pick(record, may_have_quotes, &layout.wanted, &mut slots);
        if count != layout.header.len() {
            return Err(wrong_count(piece, row, count));
        }
        if let Err(slot) = R::push(&mut columns, &slots) {
            return Err(misfit::<R>(piece, row, slot, &slots[slot]));
        }
    }
    match invalid {
        Some(at) => Err(not_utf8(piece, rows, at)),
        None => Ok(Chunk::new(columns, rows)),
    }
}

/// The records before the first byte that is not UTF-8, and that byte's place.
fn valid_records(piece: &Piece) -> (&str, Option<usize>) {
    let mut valid = match str::from_utf8(&piece.bytes) {
        Ok(text) => return (text, None),
        Err(why) => why.valid_up_to(),
    };
    let invalid = Some(valid);
    let whole = piece.ends.partition_point(|&end| end <= valid);
    valid = if whole == 0 { 0 } else { piece.ends[whole - 1] };
    (str::from_utf8(&piece.bytes[..valid]).unwrap_or(""), invalid)
}

/// A record as the fields see it: blank lines before it and its line end gone.
#[inline]
fn without_line_ends(record: &str) -> &str {
    let record = &record[blank_lines(record.as_bytes())..];
    let record = record.strip_suffix('\n').unwrap_or(record);
    record.strip_suffix('\r').unwrap_or(record)
}

/// How many bytes the blank lines before a record take.
#[inline]
fn blank_lines(record: &[u8]) -> usize {
    let mut len = 0;
    loop {
        match &record[len..] {
            [b'\n', ..] => len += 1,
            [b'\r', b'\n', ..] => len += 2,
            _ => return len,
        }
    }
}

/// An error in the line on which a record of the piece starts.
#[cold]
fn at(piece: &Piece, row: usize, problem: impl Into<String>) -> Error {
    let start = if row == 0 { 0 } else { piece.ends[row - 1] };
    let start = start + blank_lines(&piece.bytes[start..]);
    let newlines = memchr_iter(b'\n', &piece.bytes[..start]).count() as u64;
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
fn misfit<R: Row>(piece: &Piece, row: usize, slot: usize, field: &str) -> Error {
    let expected = R::EXPECTED[slot].what;
    let problem = match field {
        "" => format!("no value where {expected} is expected; read it as an Option to allow that"),
        field => format!("found {} where {expected} is expected", shown(field)),
    };
    let wanted = piece
        .layout
        .wanted
        .iter()
        .find(|wanted| wanted.slot == slot);
    let column = wanted.map_or("", |wanted| &piece.layout.header[wanted.position]);
    at(piece, row, problem).in_column(column)
}

#[cold]
fn not_utf8(piece: &Piece, row: usize, place: usize) -> Error {
    let start = if row == 0 { 0 } else { piece.ends[row - 1] };
    let byte = piece.bytes[place];
    let problem = format!("the byte 0x{byte:02x} is not UTF-8 text; convert the file to UTF-8");
    let error = at(piece, row, problem);
    let before = str::from_utf8(&piece.bytes[start..place]).unwrap_or("");
    let position = fields(without_line_ends(before)).count() - 1;
    match piece.layout.header.get(position) {
        Some(column) => error.in_column(column),
        None => error,
    }
}
