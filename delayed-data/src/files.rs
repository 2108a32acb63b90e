//! From a program's arguments to the files they name.

use std::path::{Path, PathBuf};

use crate::{Error, Result};

/// The files that arguments name: each is a file name, or a pattern with `*`,
/// `?` or `[…]` that stands for all files it matches, sorted by name. The order
/// of the arguments is kept.
///
/// An argument that is the name of an existing file is never a pattern. File
/// names are not looked up: [`read`](crate::read) says which does not exist.
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let dir = tempfile::tempdir()?;
/// # for name in ["trips-02.csv", "trips-01.csv"] { std::fs::write(dir.path().join(name), "")?; }
/// let pattern = dir.path().join("trips-*.csv");
/// let files = delayed_data::files([&pattern])?;
/// assert_eq!(files, [dir.path().join("trips-01.csv"), dir.path().join("trips-02.csv")]);
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// If there is no argument, or a pattern is malformed, matches no file or leads
/// through a folder that cannot be read.
pub fn files<A: AsRef<Path>>(arguments: impl IntoIterator<Item = A>) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut is_empty = true;
    for argument in arguments {
        is_empty = false;
        let argument = argument.as_ref();
        match argument.to_str() {
            Some(text) if text.contains(['*', '?', '[']) && !argument.exists() => {
                files.extend(matches(text)?);
            }
            _ => files.push(argument.to_path_buf()),
        }
    }
    match is_empty {
        true => Err(Error::new(
            Path::new("arguments"),
            "no file was named; name one at least",
        )),
        false => Ok(files),
    }
}

fn matches(pattern: &str) -> Result<Vec<PathBuf>> {
    let error = |problem: String| Error::new(Path::new(pattern), problem);
    let found = glob::glob(pattern).map_err(|why| error(format!("not a pattern: {why}")))?;
    let mut files = Vec::new();
    for path in found {
        let path = path.map_err(|why| error(format!("cannot look for files: {why}")))?;
        if !path.is_dir() {
            files.push(path);
        }
    }
    files.sort();
    match files.is_empty() {
        true => Err(error("the pattern matches no file".to_owned())),
        false => Ok(files),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_expanded_where_they_stand() {
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join(name);
        for name in ["b.csv", "a.csv", "c.txt", "odd[1].csv"] {
            std::fs::write(at(name), "").unwrap();
        }
        std::fs::create_dir(at("folder.csv")).unwrap();
        let found = files([
            at("missing.csv"),
            at("?.csv"),
            at("odd[1].csv"),
            at("a.csv"),
        ]);
        let expected = ["missing.csv", "a.csv", "b.csv", "odd[1].csv", "a.csv"]
            .map(at)
            .to_vec();
        assert_eq!(found, Ok(expected));
    }

    #[test]
    fn what_names_nothing_is_an_error() {
        let dir = tempfile::tempdir().unwrap();
        let pattern = dir.path().join("*.csv");
        let error = files([&pattern]).unwrap_err();
        assert_eq!(error.path(), pattern);
        assert!(
            error
                .to_string()
                .ends_with("*.csv: the pattern matches no file")
        );
        assert!(
            files(["a***"])
                .unwrap_err()
                .to_string()
                .starts_with("a***: not a pattern: ")
        );
        let error = files::<&str>([]).unwrap_err();
        assert_eq!(
            error.to_string(),
            "arguments: no file was named; name one at least"
        );
    }
}
