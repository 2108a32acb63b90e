//! From the bytes of records to the values of columns.

use std::str;

use memchr::memchr_iter;

use super::dialect::{Marks, Names};
use super::fields::{Record, Tokenizer, for_each, lines_before};
use super::{Layout, Piece};
use crate::error::shown;
use crate::load::{Expected, Load};
use crate::{Error, Result};

/// The names in the first record, without the spaces around them.
pub(super) fn header(piece: &Piece) -> Result<Vec<String>> {
    let mut names = Vec::new();
    let marks = piece.layout.dialect.marks;
    for_each(marks, &piece.bytes, &piece.ends, |row, record| {
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

/// Shows the fields of the columns that are read, up to a record that is not as
/// wide as the header.
#[cfg(feature = "arrow")]
pub(super) fn sample(
    layout: &Layout,
    bytes: &[u8],
    ends: &[usize],
    mut see: impl FnMut(usize, &[u8]),
) {
    let all = for_each(layout.dialect.marks, bytes, ends, |_, record| {
        if record.len() != layout.header.len() {
            return Err(());
        }
        for slot in 0..layout.positions.len() {
            see(slot, field(layout, record, slot));
        }
        Ok(())
    });
    // A record of another width is reported when its rows are read.
    all.unwrap_or_default();
}

/// The field of a column that is read, as its type sees it.
#[inline]
fn field<'r>(layout: &Layout, record: Record<'r>, slot: usize) -> &'r [u8] {
    let field = layout.positions[slot].map_or(&b""[..], |at| record.field(at));
    match layout.as_they_are {
        true => field,
        false => layout.dialect.value(field),
    }
}

/// The number of fields in the first record of some.
pub(super) fn width(marks: Marks, bytes: &[u8], ends: &[usize]) -> usize {
    let mut width = 0;
    let first = for_each(marks, bytes, &ends[..1], |_, record| {
        width = record.len();
        Err(())
    });
    debug_assert!(first.is_err());
    width
}

/// Parses the wanted columns of every record. All bytes must be UTF-8, also
/// those of columns that nobody asked for.
pub(super) fn columns<L: Load>(piece: &Piece, schema: &L::Schema) -> Result<(L::Columns, usize)> {
    let Piece { bytes, ends, .. } = piece;
    let invalid = str::from_utf8(bytes).err().map(|why| why.valid_up_to());
    // The records before the first byte that is not UTF-8.
    let valid = invalid.unwrap_or(bytes.len());
    let rows = ends.partition_point(|&end| end <= valid);
    let layout = &*piece.layout;
    let mut columns = L::empty(schema);
    let (valid, marks) = (&bytes[..piece.start(rows)], layout.dialect.marks);
    for_each(marks, valid, &ends[..rows], |row, record| {
        if record.len() != layout.header.len() {
            return Err(wrong_count(piece, row, record.len()));
        }
        let field = |slot| field(layout, record, slot);
        L::push(&mut columns, field).map_err(|slot| {
            let expected = L::expected(schema, slot);
            misfit(piece, row, slot, expected, field(slot))
        })
    })?;
    match invalid {
        Some(at) => Err(not_utf8(piece, rows, at)),
        None => Ok((columns, rows)),
    }
}

/// Where a record starts, without the blank lines and comments before it.
fn record_start(piece: &Piece, row: usize) -> usize {
    let start = piece.start(row);
    start + lines_before(piece.layout.dialect.marks, &piece.bytes[start..])
}

/// An error in the line on which a record of the piece starts.
#[cold]
fn at(piece: &Piece, row: usize, problem: impl Into<String>) -> Error {
    let start = record_start(piece, row);
    let newlines = memchr_iter(b'\n', &piece.bytes[..start]).count() as u64;
    let mut problem = problem.into();
    if piece.layout.unpacked {
        problem
            .push_str(" (in the unpacked text; if it is garbage, the compressed file is damaged)");
    }
    Error::new(&piece.layout.path, problem).at_line(piece.line + newlines)
}

#[cold]
fn wrong_count(piece: &Piece, row: usize, count: usize) -> Error {
    let expected = piece.layout.header.len();
    let ends_early = row + 1 == piece.ends.len() && piece.bytes.last() != Some(&b'\n');
    let mark = piece.layout.dialect.marks.delimiter_name();
    let hint = match (ends_early, count < expected) {
        (true, true) => "the file ends in the middle of a line; is it complete?",
        (_, true) => &format!("is a {mark} missing?"),
        (_, false) => &format!("is a {mark} too many, or a quote missing?"),
    };
    let fields = if count == 1 { "field" } else { "fields" };
    let whose = match piece.layout.dialect.names {
        Names::Header => "the header has",
        Names::Numbers => "the first row has",
        Names::Given(_) => "the names given are",
    };
    at(
        piece,
        row,
        format!("{count} {fields} where {whose} {expected}; {hint}"),
    )
}

#[cold]
fn misfit(piece: &Piece, row: usize, slot: usize, expected: Expected<'_>, field: &[u8]) -> Error {
    let found = (!field.is_empty()).then(|| shown(&String::from_utf8_lossy(field)));
    let error = at(piece, row, expected.problem(found.as_deref()));
    let layout = &*piece.layout;
    match layout.positions[slot] {
        Some(position) => error.in_column(&layout.header[position]),
        None => error,
    }
}

#[cold]
fn not_utf8(piece: &Piece, row: usize, place: usize) -> Error {
    let start = record_start(piece, row);
    let byte = piece.bytes[place];
    let problem = format!("the byte 0x{byte:02x} is not UTF-8 text; convert the file to UTF-8");
    let error = at(piece, row, problem);
    let marks = piece.layout.dialect.marks;
    let position = Tokenizer::new(marks).fields_before(&piece.bytes[start..place]);
    match piece.layout.header.get(position) {
        Some(column) => error.in_column(column),
        None => error,
    }
}
