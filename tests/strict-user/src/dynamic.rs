//! Graphs that are built as the program runs.

use dask::{Delayed, Error, compute, delayed};

use crate::tasks::{count, lines};

/// Adds two numbers.
#[delayed(crate = dask)]
#[must_use]
pub fn add(x: u64, y: u64) -> u64 {
    x + y
}

/// The words of all texts together.
///
/// # Errors
///
/// When a text is empty.
pub fn words(texts: &[&str]) -> Result<u64, Error> {
    let counts = texts
        .iter()
        .map(|text| count((*text).to_owned()).map(|found| found.words));
    let total: Delayed<u64> = counts.sum();
    add(total, 0).compute()
}

/// The lines and the letters of a text in one run.
///
/// # Errors
///
/// When the text is empty.
pub fn both(text: &str) -> Result<(Vec<String>, u64), Error> {
    let text = Delayed::from(text.to_owned());
    let letters = count(&text).map(|found| found.letters);
    compute((lines(&text), letters))
}
