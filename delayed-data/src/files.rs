//! From a program's arguments to the files they name.

use std::fs;
use std::path::{Path, PathBuf};

use crate::{Error, Result};

/// The files that arguments name: each is a file name, or a pattern with `*`,
/// `?` or `[…]` that stands for all files it matches, or a directory that stands
/// for the files in it. Those are sorted by name; the order of the arguments is
/// kept.
///
/// Of a directory, files whose names start with `.` or `_` are left out, as many
/// programs keep notes of their own in such, and so are the directories in it.
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
/// If there is no argument, a pattern is malformed, matches no file or leads
/// through a directory that cannot be read, or a directory has no file.
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
            _ if argument.is_dir() => files.extend(files_in(argument)?),
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

/// The files that a name with a number in it stands for, in the order of the
/// numbers: `{}` is the number, and `{:02}` the number with zeros before it so
/// that it has two digits at least.
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let dir = tempfile::tempdir()?;
/// # for name in ["trips-09.csv", "trips-10.csv"] { std::fs::write(dir.path().join(name), "")?; }
/// # let folder = dir.path().display();
/// let files = delayed_data::numbered_files(&format!("{folder}/trips-{{:02}}.csv"), 9..=10)?;
/// assert_eq!(files, [dir.path().join("trips-09.csv"), dir.path().join("trips-10.csv")]);
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// If one of the files does not exist, if there is no number, or if the template
/// has no place for it or braces of another kind.
pub fn numbered_files(
    template: &str,
    numbers: impl IntoIterator<Item = u64>,
) -> Result<Vec<PathBuf>> {
    let error = |problem: String| Error::new(Path::new(template), problem);
    let mut files = Vec::new();
    for number in numbers {
        let name = numbered(template, number).ok_or_else(|| {
            error("the place of the number is written {}, or {:02} for two digits".to_owned())
        })?;
        let path = PathBuf::from(name);
        if !path.exists() {
            let problem = format!("there is no such file; {template} names it for {number}");
            return Err(Error::new(&path, problem));
        }
        files.push(path);
    }
    match files.is_empty() {
        true => Err(error("there is no number to name a file".to_owned())),
        false => Ok(files),
    }
}

/// The template with the number in each of its places; `None` if it has none.
fn numbered(template: &str, number: u64) -> Option<String> {
    let (start, mut rest) = template.split_once('{')?;
    let mut name = start.to_owned();
    loop {
        let (format, after) = rest.split_once('}')?;
        let width = match format.strip_prefix(":0") {
            Some(width) => width.parse().ok().filter(|&width| width <= 20)?,
            None if format.is_empty() => 0,
            None => return None,
        };
        name += &format!("{number:0width$}");
        let Some((between, next)) = after.split_once('{') else {
            name += after;
            return Some(name);
        };
        name += between;
        rest = next;
    }
}

fn files_in(directory: &Path) -> Result<Vec<PathBuf>> {
    let cannot_read = |why| {
        Error::new(
            directory,
            format!("cannot look for files in the directory: {why}"),
        )
    };
    let mut files = Vec::new();
    for entry in fs::read_dir(directory).map_err(cannot_read)? {
        let path = entry.map_err(cannot_read)?.path();
        let is_hidden = path
            .file_name()
            .is_some_and(|name| matches!(name.as_encoded_bytes().first(), Some(b'.' | b'_')));
        if !is_hidden && !path.is_dir() {
            files.push(path);
        }
    }
    files.sort();
    match files.is_empty() {
        true => Err(Error::new(directory, "there is no file in the directory")),
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
    fn a_directory_stands_for_its_files() {
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join(name);
        let error = files([dir.path()]).unwrap_err().to_string();
        assert!(
            error.ends_with(": there is no file in the directory"),
            "{error}"
        );
        for name in ["2.csv", "10.csv", ".hidden", "_SUCCESS"] {
            std::fs::write(at(name), "").unwrap();
        }
        std::fs::create_dir(at("3.csv")).unwrap();
        assert_eq!(
            files([dir.path()]),
            Ok(["10.csv", "2.csv"].map(at).to_vec())
        );
    }

    #[test]
    fn numbers_are_put_into_their_places() {
        assert_eq!(numbered("a-{:02}.csv", 7).as_deref(), Some("a-07.csv"));
        assert_eq!(numbered("{}/{:03}", 1234).as_deref(), Some("1234/1234"));
        for template in ["a.csv", "{:2}", "{:0x}", "{", "{:099}", "{n}", "{}{"] {
            assert_eq!(numbered(template, 1), None, "{template}");
        }
    }

    #[test]
    fn a_missing_number_is_an_error() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("1.csv"), "").unwrap();
        let template = dir.path().join("{}.csv").display().to_string();
        let error = numbered_files(&template, 1..=2).unwrap_err();
        assert_eq!(error.path(), dir.path().join("2.csv"));
        let problem = format!(": there is no such file; {template} names it for 2");
        assert!(error.to_string().ends_with(&problem), "{error}");
        assert!(numbered_files(&template, 3..3).is_err());
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
