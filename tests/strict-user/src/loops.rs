//! Static graphs.

use std::path::{Path, PathBuf};

use dask::{Error, Pipeline, Runtime, pipeline};

use crate::tasks::{Count, NoText, count, letters_a_word, lines, tally};

/// Counts everything, text by text and line by line.
///
/// # Errors
///
/// When a line is empty.
pub fn total(texts: &[&str]) -> Result<Count, Error> {
    let total = pipeline!({
        let mut total = Count::default();
        for text in texts {
            for line in lines(text) {
                total += count(&line)?;
            }
        }
        total
    });
    total.compute()
}

/// A table: for each text its name, its counts by line and its mean.
///
/// # Errors
///
/// When a line is empty.
pub fn table(texts: Vec<(String, String)>) -> Result<Vec<(String, Vec<u64>, u64)>, Error> {
    pipeline!({
        for (name, text) in texts {
            let words = for line in lines(&text) {
                let found = count(&line)?;
                found.words
            };
            let mean = letters_a_word(count(&text)?);
            let label = format!("{name}: {} lines", words.len());
            (label, words, mean)
        }
    })
    .compute()
}

/// Reads and counts, and notes what was done.
///
/// # Errors
///
/// When a file cannot be read or has no text.
pub fn files(paths: &[PathBuf], runtime: &Runtime) -> Result<(Vec<String>, u64), Error> {
    let mut log = Vec::new();
    let words = pipeline!({
        let mut words = 0;
        for path in paths {
            let text = { std::fs::read_to_string(path) }?;
            let found = count(&text)?;
            log.push(format!("{}: {}", path.display(), found.words));
            words += found.words;
            let name = path.file_name().ok_or("a file without a name")?;
            log.push(name.to_string_lossy().into_owned());
        }
        words
    });
    let words = words.compute_on(runtime)?;
    Ok((log, words))
}

/// Two tasks side by side, and a generic one.
pub fn pair<'env>(first: &'env str, second: &'env str) -> Pipeline<'env, (u64, usize)> {
    pipeline!({
        let left = count(first)?;
        let right = count(second)?;
        let both = [left, right];
        let (_, times) = tally(&both, right);
        (letters_a_word(left), times)
    })
}

/// A loop without tasks, and one over a constant range.
///
/// # Errors
///
/// Never: nothing in there can fail.
pub fn squares(limit: u32) -> Result<(u32, Vec<String>), Error> {
    pipeline!({
        let mut sum = 0;
        for x in 0..limit {
            sum += x * x;
        }
        let mut all = Vec::new();
        for x in 0..3 {
            let (text, _) = tally(&[x], x);
            all.push(text.to_string());
        }
        (sum, all)
    })
    .compute()
}

/// A method with a pipeline that borrows from `self`.
#[derive(Debug)]
pub struct Library {
    /// The texts.
    pub texts: Vec<String>,
}

impl Library {
    /// Whether each text has words.
    ///
    /// # Errors
    ///
    /// When a text is empty.
    pub fn has_words(&self) -> Result<bool, Error> {
        let mut seen = 0;
        let all = pipeline!({
            let mut all = true;
            for text in &self.texts {
                let found = count(text)?;
                all &= found.words > 0;
                seen += 1;
            }
            all
        });
        let all = all.compute()?;
        Ok(all && seen == self.texts.len())
    }
}

/// Takes what it counts.
pub fn owned(text: String) -> Pipeline<'static, u64> {
    pipeline!(move {
        let found = count(&text)?;
        found.words
    })
}

/// The error that a failed pipeline was stopped by.
#[must_use]
pub fn cause(error: &Error) -> Option<&NoText> {
    std::error::Error::source(error)?.downcast_ref()
}

/// Draws the graph of [`total`]'s inner loop.
///
/// # Errors
///
/// When the file cannot be written.
pub fn draw(path: &Path) -> Result<(), dask::VisualizeError> {
    let graph = pipeline!({
        let mut total = Count::default();
        for line in ["one", "two"] {
            total += count(line)?;
        }
        total
    });
    graph.visualize(path)
}
