//! The most frequent words of any number of text files.
//!
//! ```text
//! cargo run --release --example word_count [FILE or 'PATTERN*']…
//! ```
//!
//! If no file is named, the chapters of this project's guide are read.

use std::collections::BTreeMap;
use std::error::Error;
use std::io::{Write, stdout};
use std::ops::AddAssign;
use std::path::Path;
use std::{env, fs, io};

use delayed::Associative;
use delayed::prelude::*;
use delayed_data::files;

const GUIDE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/guide/*.md");

/// How often each word was met.
#[derive(Default)]
struct Counts(BTreeMap<String, u64>);

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        for (word, count) in other.0 {
            *self.0.entry(word).or_default() += count;
        }
    }
}

/// Counts of neighbouring files may be added up before they are added here.
impl Associative for Counts {}

#[delayed]
fn text_of(path: &Path) -> io::Result<String> {
    fs::read_to_string(path)
        .map_err(|error| io::Error::new(error.kind(), format!("{}: {error}", path.display())))
}

#[delayed]
fn count(text: &str) -> Counts {
    let mut counts = Counts::default();
    for word in text.split(|letter: char| !letter.is_alphabetic()) {
        if word.chars().count() > 3 {
            *counts.0.entry(word.to_lowercase()).or_default() += 1;
        }
    }
    counts
}

fn main() -> Result<(), Box<dyn Error>> {
    let named: Vec<_> = env::args_os().skip(1).collect();
    let files = match named.is_empty() {
        true => files([GUIDE])?,
        false => files(named)?,
    };
    let words = pipeline!({
        let mut words = Counts::default();
        for path in files {
            let text = text_of(&path)?;
            words += count(&text);
        }
        words
    });
    let mut words: Vec<_> = words.compute()?.0.into_iter().collect();
    words.sort_by(|(left, many), (right, more)| more.cmp(many).then(left.cmp(right)));
    let mut out = stdout().lock();
    for (word, count) in words.iter().take(20) {
        writeln!(out, "{count:>8}  {word}")?;
    }
    Ok(())
}
