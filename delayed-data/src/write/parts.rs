//! A file for each chunk.

use std::fmt;
use std::path::{Path, PathBuf};

use super::target::Target;
use super::{Compression, Kind, Table, Writer};
use crate::{Error, Result};

/// Files that are being written, one for each chunk: what
/// [`Write::parts`](super::Write::parts) gives.
#[must_use = "a writer that is dropped leaves no files; call `finish`"]
pub struct PartsWriter {
    name: PathBuf,
    /// What is before and behind the number, and how many digits that has.
    before: String,
    behind: String,
    digits: usize,
    compression: Compression,
    done: Vec<Target>,
    failed: bool,
}

impl PartsWriter {
    pub(super) fn new(path: &Path, compression: Compression) -> Result<PartsWriter> {
        Kind::of(path)?;
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let (before, digits, behind) = place(&name).ok_or_else(|| {
            let why = "the name has no place for the number of a part; write it as \
                       part-{}.csv, or part-{:04}.csv for one of four digits";
            Error::new(path, why)
        })?;
        Ok(PartsWriter {
            name: path.to_path_buf(),
            before: before.to_owned(),
            behind: behind.to_owned(),
            digits,
            compression,
            done: Vec::new(),
            failed: false,
        })
    }

    /// Writes the rows as the next file.
    ///
    /// # Errors
    /// As those of [`Writer::write`]. Then the files cannot be finished.
    pub fn write<T: Table + ?Sized>(&mut self, rows: &T) -> Result<()> {
        let number = format!("{:0width$}", self.done.len(), width = self.digits);
        let name = format!("{}{number}{}", self.before, self.behind);
        let written = Writer::create(&self.name.with_file_name(name), self.compression)
            .and_then(|mut writer| writer.write(rows).and_then(|()| writer.close()));
        self.failed |= written.is_err();
        self.done.push(written?);
        Ok(())
    }

    /// Gives the files their names, and says which these are.
    ///
    /// # Errors
    /// If something failed before, or a file cannot get its name; those before
    /// it have theirs then.
    pub fn finish(self) -> Result<Vec<PathBuf>> {
        if self.failed {
            let why = "some of the parts could not be written, as an error said before";
            return Err(Error::new(&self.name, why));
        }
        let persist = |target: Target| {
            let path = target.path().to_path_buf();
            target.persist().map(|()| path)
        };
        self.done.into_iter().map(persist).collect()
    }
}

/// What is before the place for the number, how many digits that has at least,
/// and what is behind it.
fn place(name: &str) -> Option<(&str, usize, &str)> {
    let (before, rest) = name.split_once('{')?;
    let (format, behind) = rest.split_once('}')?;
    let digits = match format {
        "" => 0,
        format => format
            .strip_prefix(":0")?
            .parse()
            .ok()
            .filter(|digits| *digits < 20)?,
    };
    Some((before, digits, behind))
}

impl fmt::Debug for PartsWriter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PartsWriter")
            .field("name", &self.name)
            .field("parts", &self.done.len())
            .finish_non_exhaustive()
    }
}
