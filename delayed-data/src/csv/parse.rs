//! From the bytes of records to the values of columns.

use std::str;

use super::dialect::Marks;
use super::encoding;
use super::fault::{Fault, Lines, Why, error_at};
use super::fields::{Record, for_each};
use super::{Layout, Piece};
use crate::Result;
use crate::load::Load;

/// The names in the first record, without the spaces around them.
pub(super) fn header(piece: &Piece) -> Result<Vec<String>> {
    let mut names = Vec::new();
    let marks = piece.layout.dialect.marks;
    for_each(marks, &piece.bytes, usize::MAX, |row, record| {
        for position in 0..record.len() {
            let name = str::from_utf8(record.field(position)).map_err(|_| {
                let encoding_name = piece.layout.encoding.unwrap_or("UTF-8");
                let what_to_do = encoding::WHAT_TO_DO;
                let problem = format!("the header is not {encoding_name} text; {what_to_do}");
                error_at(piece, row, &mut Lines::default(), problem)
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
pub(super) fn sample(layout: &Layout, bytes: &[u8], mut see: impl FnMut(usize, &[u8])) {
    let all = for_each(layout.dialect.marks, bytes, layout.wanted(), |_, record| {
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
#[inline(always)]
fn field<'r>(layout: &Layout, record: Record<'r>, slot: usize) -> &'r [u8] {
    let field = match layout.positions[slot] {
        Some(position) => record.field(position),
        None => b"",
    };
    match layout.as_they_are {
        true => field,
        false => layout.dialect.value(field),
    }
}

/// The number of fields in the first record of some.
pub(super) fn width(marks: Marks, bytes: &[u8]) -> usize {
    let mut width = 0;
    let first = for_each(marks, bytes, 0, |_, record| {
        width = record.len();
        Err(())
    });
    debug_assert!(first.is_err());
    width
}

/// Parses the wanted columns of every record, and counts these. All bytes of records must be UTF-8,
/// also those of columns that nobody asked for. A record that does not fit is
/// given to `bad`, which says whether to go on; it may have values in the first
/// columns.
pub(super) fn columns<L: Load>(
    piece: &Piece,
    schema: &L::Schema,
    mut bad: impl FnMut(&mut L::Columns, Fault<'_>) -> Result<()>,
) -> Result<(L::Columns, usize)> {
    let layout = &*piece.layout;
    let (mut columns, mut rows) = (L::empty(schema), 0);
    for_each(
        layout.dialect.marks,
        &piece.bytes,
        layout.wanted(),
        |row, record| {
            rows = row + 1;
            let field = |slot| field(layout, record, slot);
            let why = if !record.is_ascii
                && let Err(why) = str::from_utf8(record.text)
            {
                Why::NotUtf8 {
                    place: why.valid_up_to(),
                }
            } else if record.len() != layout.header.len() {
                Why::Width(record.len())
            } else if let Err(slot) = L::push(&mut columns, field) {
                Why::Misfit {
                    slot,
                    expected: L::expected(schema, slot),
                    field: field(slot),
                }
            } else {
                return Ok(());
            };
            bad(&mut columns, Fault::new(piece, row, why))
        },
    )?;
    Ok((columns, rows))
}
