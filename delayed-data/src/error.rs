//! The one error of this crate: which file, which place in it, what is wrong
//! and what to do, in one line.

use std::fmt;
use std::path::{Path, PathBuf};

/// `Result` with this crate's [`Error`].
pub type Result<T> = std::result::Result<T, Error>;

/// What went wrong in which place of which file.
///
/// It prints as one line that says what happened, where, and what to do:
///
/// ```
/// let error = delayed_data::read("no-such.csv")
///     .columns::<(f64,)>(["trip_distance"])
///     .unwrap_err();
/// assert!(error.to_string().starts_with("no-such.csv: cannot open the file: "));
/// assert_eq!(error.path(), std::path::Path::new("no-such.csv"));
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Error(Box<Details>);

#[derive(Clone, PartialEq, Eq)]
struct Details {
    path: PathBuf,
    /// `line` or `row`, and its number, from 1.
    place: Option<(&'static str, u64)>,
    column: Option<String>,
    problem: String,
}

impl Error {
    pub(crate) fn new(path: &Path, problem: impl Into<String>) -> Error {
        Error(Box::new(Details {
            path: path.to_path_buf(),
            place: None,
            column: None,
            problem: problem.into(),
        }))
    }

    /// About a data frame, which may be of no file.
    #[cfg(feature = "arrow")]
    pub(crate) fn of_frame(problem: impl Into<String>) -> Error {
        Error::new(Path::new(""), problem)
    }

    pub(crate) fn at_line(mut self, line: u64) -> Error {
        self.0.place = Some(("line", line));
        self
    }

    #[cfg(feature = "arrow")]
    pub(crate) fn at_row(mut self, row: u64) -> Error {
        self.0.place = Some(("row", row));
        self
    }

    pub(crate) fn in_column(mut self, name: &str) -> Error {
        self.0.column = Some(name.to_owned());
        self
    }

    /// How many bytes it holds elsewhere, but for the room that is left.
    pub(crate) fn held(&self) -> usize {
        let Details {
            path,
            column,
            problem,
            ..
        } = &*self.0;
        let column = column.as_ref().map_or(0, String::len);
        size_of::<Details>() + path.as_os_str().len() + column + problem.len()
    }

    /// The same error with more to say about it.
    pub(crate) fn and(mut self, more: &str) -> Error {
        self.0.problem.push_str(more);
        self
    }

    /// The file (or the pattern, where the error is about one); empty where it is
    /// about a data frame.
    pub fn path(&self) -> &Path {
        &self.0.path
    }

    /// The line of a text file, from 1 and with the header counted, as an
    /// editor shows it: where the record starts.
    pub fn line(&self) -> Option<u64> {
        match self.0.place {
            Some(("line", line)) => Some(line),
            _ => None,
        }
    }

    /// The row of a file that has no lines (Parquet), from 1.
    pub fn row(&self) -> Option<u64> {
        match self.0.place {
            Some(("row", row)) => Some(row),
            _ => None,
        }
    }

    /// The column's name, as the file spells it.
    pub fn column(&self) -> Option<&str> {
        self.0.column.as_deref()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut place = Vec::new();
        if !self.0.path.as_os_str().is_empty() {
            place.push(self.0.path.display().to_string());
        }
        if let Some((unit, number)) = self.0.place {
            place.push(format!("{unit} {number}"));
        }
        if let Some(column) = &self.0.column {
            place.push(format!("column {}", shown(column)));
        }
        if !place.is_empty() {
            write!(f, "{}: ", place.join(", "))?;
        }
        f.write_str(&self.0.problem)
    }
}

/// The same line: an error that reaches `main` prints through `Debug`.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for Error {}

/// Text from a file as an error shows it: quoted, on one line, not too long.
pub(crate) fn shown(text: &str) -> String {
    const LONGEST: usize = 40;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{:?}…", &text[..end]),
        None => format!("{text:?}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_one_line_with_its_place() {
        let error = Error::new(Path::new("a.csv"), "found \"x\"")
            .at_line(7)
            .in_column("fare\namount");
        assert_eq!(
            error.to_string(),
            r#"a.csv, line 7, column "fare\namount": found "x""#
        );
        assert_eq!(format!("{error:?}"), error.to_string());
    }

    #[test]
    fn long_text_is_cut_at_a_character() {
        let long = "é".repeat(41);
        assert_eq!(shown(&long), format!("\"{}\"…", "é".repeat(40)));
        assert_eq!(shown("short"), "\"short\"");
    }
}
