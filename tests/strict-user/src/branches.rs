//! Static graphs with branches, jumps and state.

use dask::{Error, delayed, pipeline};

use crate::tasks::{Count, count, lines, tally};

/// Adds a count to a state.
#[delayed(crate = dask)]
#[must_use]
pub fn advance(state: Count, found: Count) -> Count {
    Count {
        words: state.words + found.words,
        letters: state.letters.max(found.letters),
    }
}

/// Puts a line behind the others.
#[delayed(crate = dask)]
pub fn append(all: &mut Vec<String>, line: String) {
    all.push(line);
}

/// Sorts the lines of a text by what is in them, up to the word `stop`.
///
/// # Errors
///
/// When a line is empty.
pub fn sort(text: &str) -> Result<(Vec<String>, Vec<String>, u64), Error> {
    pipeline!({
        let mut short = Vec::new();
        let mut long = Vec::new();
        let mut skipped = 0;
        for line in lines(text) {
            if line.starts_with('#') {
                skipped += 1;
                continue;
            }
            let found = count(&line)?;
            match found.words {
                1 if line == "stop" => break,
                0..=2 => short.push(line),
                _ => {
                    let (_, times) = tally(&[found], found);
                    long.push(format!("{line} ({times})"));
                }
            }
        }
        (short, long, skipped)
    })
    .compute()
}

/// A chain of states, and a list that a task changes in place.
///
/// # Errors
///
/// When a line is empty.
pub fn chain(text: &str) -> Result<(Count, Vec<String>), Error> {
    pipeline!({
        let mut state = Count::default();
        let mut all = Vec::new();
        for line in lines(text) {
            let found = count(&line)?;
            state = advance(state, found);
            append(&mut all, line);
        }
        (state, all)
    })
    .compute()
}

/// The first words, where there are any, and a pipeline inside of a pipeline.
///
/// # Errors
///
/// When a line is empty.
pub fn first_words(text: &str) -> Result<(Vec<String>, u64), Error> {
    pipeline!({
        let firsts = for line in lines(text) {
            let Some((first, _)) = line.split_once(' ') else {
                continue;
            };
            let wanted = if count(first)?.letters > 3 {
                first.to_uppercase()
            } else {
                first.to_owned()
            };
            wanted
        };
        let inner = pipeline!({ count(text)?.words });
        let words = inner.compute()?;
        (firsts, words)
    })
    .compute()
}

/// The words of the first lines that are short, and the number of lines read.
///
/// # Errors
///
/// When a line is empty.
///
/// # Panics
///
/// When a line has a thousand words.
pub fn beginning(text: &str) -> Result<(u64, Vec<String>), Error> {
    pipeline!({
        let mut words = 0;
        let mut read = Vec::new();
        for line in lines(text) {
            let found = count(&line)?;
            read.push(line);
            match found.words {
                0 => continue,
                1000.. => panic!("a line has a thousand words"),
                few => {
                    words += few;
                    if found.letters > 9 {
                        break;
                    }
                }
            }
        }
        (words, read)
    })
    .compute()
}
