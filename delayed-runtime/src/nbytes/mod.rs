//! How much memory a value holds, as far as it says.

mod collections;
mod flat;
mod pointers;
#[cfg(test)]
mod tests;
pub(crate) mod weigh;

/// Values that say how much memory they hold.
///
/// A runtime with a memory limit counts what tasks return, and the items of
/// loops, where their type has this trait; types without it count for nothing.
/// The types of the standard library that hold data have it, and so have the
/// chunks of `delayed-data`. A type of one's own derives it (`#[derive(NBytes)]`
/// of `delayed`), or adds up its parts:
///
/// ```
/// use delayed_runtime::NBytes;
///
/// struct Table {
///     names: Vec<String>,
///     values: Vec<f64>,
/// }
///
/// impl NBytes for Table {
///     fn nbytes(&self) -> usize {
///         self.names.nbytes() + self.values.nbytes()
///     }
/// }
///
/// let table = Table { names: vec!["fare".to_owned()], values: vec![0.0; 1000] };
/// assert!(table.nbytes() > 8000);
/// ```
///
/// What is counted:
///
/// - a value's own place, and all that it owns elsewhere, with the room that is
///   kept for more (`capacity`);
/// - of maps and sets, the entries and not what links them;
/// - of a reference, its own place: what it borrows belongs to somebody else;
/// - of an [`Arc`](std::sync::Arc) or [`Rc`](std::rc::Rc), the whole value, each
///   time that one is met. A share of it would depend on who else has one at the
///   moment, and a run has to give the same answer each time;
/// - of a `Result`, an `Ok`. An `Err` counts its place, so that errors of any
///   type will do.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say how many bytes it holds",
    label = "has no `NBytes`",
    note = "give it `#[derive(delayed::NBytes)]`, or, as a field of a type that derives it, `#[nbytes(skip)]`"
)]
pub trait NBytes {
    /// Whether a value is its own place and nothing else, so that many of them
    /// need not be asked one by one.
    #[doc(hidden)]
    const IS_FLAT: bool = false;

    /// How many bytes the value holds, its own place included.
    fn nbytes(&self) -> usize;
}

/// What a value holds besides its own place.
#[must_use]
pub fn elsewhere<T: NBytes>(value: &T) -> usize {
    value.nbytes().saturating_sub(size_of::<T>())
}

/// The sum of what values hold.
fn sum<'a, T: NBytes + 'a>(values: impl IntoIterator<Item = &'a T>) -> usize {
    values
        .into_iter()
        .fold(0, |sum, value| sum.saturating_add(value.nbytes()))
}
