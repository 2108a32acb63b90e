//! Values as they stand in CSV.

use std::io::Write as _;

use crate::Timestamp;

/// Adds text, in quotes where it would be taken for something else without.
pub(crate) fn text(out: &mut Vec<u8>, text: &str) {
    let is_special = |byte: u8| matches!(byte, b',' | b'"' | b'\n' | b'\r');
    if !text.bytes().any(is_special) && !text.starts_with('\u{feff}') {
        out.extend_from_slice(text.as_bytes());
        return;
    }
    out.push(b'"');
    for (number, part) in text.split('"').enumerate() {
        if number > 0 {
            out.extend_from_slice(b"\"\"");
        }
        out.extend_from_slice(part.as_bytes());
    }
    out.push(b'"');
}

/// Adds a number, in the shortest form that is read as the same one.
pub(crate) fn float(
    out: &mut Vec<u8>,
    number: impl Into<f64>,
    shortest: impl std::fmt::Display + std::fmt::LowerExp,
) {
    let size = number.into().abs();
    let is_long = size.is_finite() && (size >= 1e16 || (size < 1e-5 && size > 0.0));
    // There is always room in a vector.
    let _ = match is_long {
        true => write!(out, "{shortest:e}"),
        false => write!(out, "{shortest}"),
    };
}

/// Adds a time; `false` if its year has not four digits, as all readers expect.
pub(crate) fn time(out: &mut Vec<u8>, time: Timestamp) -> bool {
    if !time.has_text() {
        return false;
    }
    let _ = write!(out, "{time}");
    true
}
