//! What the targets share: bytes as a file, and what readers say of it.

use std::fs;
use std::path::Path;

use delayed_data::{Reader, Result, Row, read};
use tempfile::NamedTempFile;

/// A file that is written anew for each input.
pub struct Input(NamedTempFile);

impl Input {
    /// An empty file.
    ///
    /// # Panics
    /// If it cannot be made.
    pub fn new() -> Input {
        Input(NamedTempFile::new().expect("a temporary file"))
    }

    /// Writes the bytes to the file and says to read it.
    ///
    /// # Panics
    /// If that fails.
    pub fn of(&self, bytes: &[u8]) -> Reader {
        let path: &Path = self.0.path();
        fs::write(path, bytes).expect("to write the temporary file");
        read(path)
    }
}

impl Default for Input {
    fn default() -> Input {
        Input::new()
    }
}

/// Every row as text, up to the first error, and that.
pub fn rows<R: Row>(reader: Reader, names: R::Names<'_>) -> (Vec<String>, Result<()>)
where
    for<'a> R::Item<'a>: std::fmt::Debug,
{
    let mut rows = Vec::new();
    let chunks = match reader.columns::<R>(names) {
        Ok(chunks) => chunks,
        Err(error) => return (rows, Err(error)),
    };
    for chunk in chunks {
        match chunk {
            Ok(chunk) => rows.extend(chunk.iter().map(|row| format!("{row:?}"))),
            Err(error) => return (rows, Err(error)),
        }
    }
    (rows, Ok(()))
}
