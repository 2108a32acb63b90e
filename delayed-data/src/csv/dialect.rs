//! How a file of delimited text is written.

use std::path::Path;

use crate::{Error, Result};

/// What a reader was told about text.
#[derive(Clone, Debug, Default)]
pub(crate) struct Dialect {
    /// What the text is encoded in if no mark at its start says so; else UTF-8.
    pub(crate) encoding: Option<String>,
    pub(crate) marks: Marks,
    pub(crate) names: Names,
    /// How many lines come before the header.
    pub(crate) skip_lines: usize,
    /// Whether the spaces around fields are taken off.
    pub(crate) trim: bool,
    /// The fields that are as good as empty ones.
    pub(crate) nulls: Vec<String>,
}

/// The bytes that have a meaning of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Marks {
    pub(crate) delimiter: u8,
    pub(crate) quote: Option<u8>,
    /// What a line that is no record starts with.
    pub(crate) comment: Option<u8>,
}

/// Where the names of the columns are.
#[derive(Clone, Debug, Default)]
pub(crate) enum Names {
    /// In the first record.
    #[default]
    Header,
    /// Nowhere: columns are called by their numbers, from 1.
    Numbers,
    /// These.
    Given(Vec<String>),
}

impl Default for Marks {
    fn default() -> Marks {
        Marks {
            delimiter: b',',
            quote: Some(b'"'),
            comment: None,
        }
    }
}

impl Marks {
    /// Refuses bytes that cannot be told from each other or from text.
    pub(crate) fn check(self, path: &Path) -> Result<()> {
        let marks = [
            ("delimiter", Some(self.delimiter)),
            ("quote", self.quote),
            ("comment", self.comment),
        ];
        let given = |&(name, mark): &(&'static str, Option<u8>)| Some((name, mark?));
        let given: Vec<_> = marks.iter().filter_map(given).collect();
        for (number, &(name, mark)) in given.iter().enumerate() {
            let shown = mark.escape_ascii();
            if !mark.is_ascii() || matches!(mark, b'\r' | b'\n') {
                let problem = format!(
                    "the {name} cannot be b'{shown}'; it is an ASCII byte that ends no line"
                );
                return Err(Error::new(path, problem));
            }
            if let Some((other, _)) = given[..number].iter().find(|&&(_, other)| other == mark) {
                let problem =
                    format!("{other} and {name} are both b'{shown}'; they have to differ");
                return Err(Error::new(path, problem));
            }
        }
        Ok(())
    }

    /// What `csv-core` takes for a quote, also where quotes mean nothing.
    pub(super) fn quote_byte(self) -> u8 {
        self.quote.unwrap_or(b'"')
    }

    /// What a delimiter is called in errors.
    pub(super) fn delimiter_name(self) -> &'static str {
        match self.delimiter {
            b',' => "comma",
            b'\t' => "tab",
            b';' => "semicolon",
            _ => "delimiter",
        }
    }
}

impl Dialect {
    /// Whether fields are values as they are, but for their quotes.
    pub(super) fn is_exact(&self) -> bool {
        !self.trim && self.nulls.is_empty()
    }

    /// What a field stands for: nothing if it is one of the nulls.
    pub(super) fn value<'f>(&self, field: &'f [u8]) -> &'f [u8] {
        let value = if self.trim { field.trim_ascii() } else { field };
        match self.nulls.iter().any(|null| null.as_bytes() == value) {
            true => b"",
            false => value,
        }
    }
}
