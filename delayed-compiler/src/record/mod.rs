//! The expansion of `#[derive(Record)]`.
//!
//! A record is a struct whose fields are columns of a file. The steps are a file
//! each: `shape` reads the struct and `options` what stands in its
//! `#[record(…)]`s (with `case` for names and `format` for times), and `emit`
//! (with `field`) writes how columns are filled and how rows are made of them.

mod case;
mod door;
mod emit;
mod field;
mod format;
mod options;
mod shape;
#[cfg(test)]
mod tests;

use proc_macro2::TokenStream;

use self::shape::Shape;
use crate::diagnostics::Diagnostics;

/// Expands `#[derive(Record)]` on `item`.
///
/// Where something is wrong there is no record, and the faults say why.
///
/// ```
/// let item = "struct Trip { distance: f64 }".parse().unwrap();
/// let code = delayed_compiler::record::expand(item);
/// assert!(code.to_string().contains("TripColumns"));
/// ```
#[must_use]
pub fn expand(item: TokenStream) -> TokenStream {
    let mut faults = Diagnostics::default();
    match Shape::parse(item, &mut faults) {
        Some(shape) if faults.is_empty() => emit::record(&shape),
        _ => faults.to_tokens(),
    }
}
