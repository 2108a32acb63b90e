//! Opening a file and telling what it is by its first bytes: names lie.

use std::fs::{self, File};
use std::io::{self, Cursor, Read};
use std::path::Path;

use crate::meter::{Meter, Metered};
use crate::{Error, Result};

/// A file that was opened, by what its first bytes say it is.
pub(crate) enum Source {
    /// Text, or so it seems.
    Text(Box<dyn Read + Send>),
    /// Text that is being unpacked.
    #[cfg(any(feature = "gzip", feature = "zstd"))]
    Unpacked(Box<dyn Read + Send>),
    #[cfg(feature = "parquet")]
    Parquet(File),
}

/// Files that begin like this and cannot be read, and what to do about them.
const REFUSED: [(&[u8], &str); 3] = [
    (b"BZh", "compressed with bzip2; unpack it first"),
    (b"\xfd7zXZ", "compressed with xz; unpack it first"),
    (b"PK\x03\x04", "a zip archive; unpack it first"),
];

const GZIP: &[u8] = b"\x1f\x8b";
const PARQUET: &[u8] = b"PAR1";

/// Opens a file and looks at its first bytes.
pub(crate) fn open(path: &Path, meter: &Meter) -> Result<Source> {
    let cannot_open = |why| Error::new(path, format!("cannot open the file: {why}"));
    if fs::metadata(path).map_err(cannot_open)?.is_dir() {
        return Err(Error::new(
            path,
            "this is a directory; name the files in it",
        ));
    }
    let mut file = File::open(path).map_err(cannot_open)?;
    let start = first_bytes(&mut file)
        .map_err(|why| Error::new(path, format!("cannot read the file: {why}")))?;
    if start.is_empty() {
        return Err(Error::new(
            path,
            "the file is empty; a header line and rows were expected",
        ));
    }
    if let Some((_, what)) = REFUSED.iter().find(|(magic, _)| start.starts_with(magic)) {
        return Err(Error::new(path, format!("the file is {what}")));
    }
    if start.starts_with(PARQUET) {
        return parquet(path, file);
    }
    let unpack = match &start[..] {
        start if start.starts_with(GZIP) => gzip,
        start if is_zstd(start) => zstd,
        _ => |_: &Path, text| Ok(Source::Text(text)),
    };
    // Not a seek: the file may be a pipe.
    let text = Cursor::new(start).chain(file);
    let meter = meter.clone();
    unpack(path, Box::new(Metered { text, meter }))
}

/// Whether there is a frame of zstd, one with data or one to be skipped.
fn is_zstd(start: &[u8]) -> bool {
    match start {
        [kind, rest @ ..] if rest.starts_with(b"\x2a\x4d\x18") => kind & 0xf0 == 0x50,
        _ => start.starts_with(b"\x28\xb5\x2f\xfd"),
    }
}

/// The first bytes, fewer only if the file has fewer.
fn first_bytes(file: &mut File) -> io::Result<Vec<u8>> {
    let mut start = Vec::new();
    file.take(8).read_to_end(&mut start)?;
    Ok(start)
}

#[cfg(feature = "gzip")]
fn gzip(_: &Path, input: Box<dyn Read + Send>) -> Result<Source> {
    Ok(Source::Unpacked(Box::new(crate::gzip::unpack(input))))
}

#[cfg(not(feature = "gzip"))]
fn gzip(path: &Path, _: Box<dyn Read + Send>) -> Result<Source> {
    Err(without_feature(path, "compressed with gzip", "gzip"))
}

#[cfg(feature = "zstd")]
fn zstd(_: &Path, input: Box<dyn Read + Send>) -> Result<Source> {
    Ok(Source::Unpacked(Box::new(crate::zstd::unpack(input))))
}

#[cfg(not(feature = "zstd"))]
fn zstd(path: &Path, _: Box<dyn Read + Send>) -> Result<Source> {
    Err(without_feature(path, "compressed with zstd", "zstd"))
}

#[cfg(feature = "parquet")]
fn parquet(_: &Path, file: File) -> Result<Source> {
    Ok(Source::Parquet(file))
}

#[cfg(not(feature = "parquet"))]
fn parquet(path: &Path, _: File) -> Result<Source> {
    Err(without_feature(path, "Parquet", "parquet"))
}

#[cfg(not(all(
    feature = "encodings",
    feature = "gzip",
    feature = "parquet",
    feature = "zstd"
)))]
pub(crate) fn without_feature(path: &Path, what: &str, feature: &str) -> Error {
    let problem =
        format!("the file is {what}; build delayed-data with its feature \"{feature}\" to read it");
    Error::new(path, problem)
}
