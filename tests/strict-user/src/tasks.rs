//! Tasks of several kinds.

use std::fmt;
use std::ops::AddAssign;

use dask::delayed;

/// What has been counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// Words.
    pub words: u64,
    /// Letters.
    pub letters: u64,
}

impl AddAssign for Count {
    fn add_assign(&mut self, other: Self) {
        self.words += other.words;
        self.letters += other.letters;
    }
}

/// A text that cannot be counted.
#[derive(Debug, PartialEq, Eq)]
pub struct NoText;

impl fmt::Display for NoText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("there is no text")
    }
}

impl std::error::Error for NoText {}

/// Counts the words of a text.
///
/// # Errors
///
/// When the text is empty.
#[delayed(crate = dask)]
pub fn count(text: &str) -> Result<Count, NoText> {
    if text.is_empty() {
        return Err(NoText);
    }
    let mut count = Count::default();
    for word in text.split_whitespace() {
        count.words += 1;
        count.letters += word.chars().count() as u64;
    }
    Ok(count)
}

/// The lines of a text.
#[delayed(crate = dask)]
#[must_use]
pub fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::to_owned).collect()
}

/// A value and how often it stands there.
#[delayed(crate = dask, name = "tally")]
#[must_use]
pub fn tally<T: PartialEq + Send + Sync + 'static>(values: &[T], wanted: T) -> (T, usize) {
    let times = values.iter().filter(|value| **value == wanted).count();
    (wanted, times)
}

/// The mean of a count.
#[delayed(crate = dask)]
#[must_use]
pub fn letters_a_word(Count { words, letters }: Count) -> u64 {
    letters.checked_div(words).unwrap_or_default()
}

/// Parses a number, with all that can be asked of a task.
///
/// # Errors
///
/// When it is not a number.
#[delayed(
    crate = dask,
    name = "parse a number",
    retries = 2,
    backoff = "1ms",
    timeout = "1h",
    limit = 4,
    priority = 1
)]
pub fn number<T: Copy + From<u32>>((text, base): (String, u32), or: T) -> Result<T, String> {
    match u32::from_str_radix(&text, base) {
        Ok(0) => Ok(or),
        Ok(number) => Ok(T::from(number)),
        Err(error) => Err(error.to_string()),
    }
}

/// A letter, in time.
#[delayed(crate = dask, timeout = "1h", limit = 1)]
#[must_use]
pub fn first(text: &str, or: char) -> char {
    text.chars().next().unwrap_or(or)
}
