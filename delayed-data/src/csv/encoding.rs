//! What text is encoded in: UTF-8, unless its first bytes or the user say otherwise.

use std::io::{Cursor, Read};
use std::path::Path;

use crate::{Error, Result};

/// What to do about text that is not UTF-8.
pub(super) const WHAT_TO_DO: &str =
    "convert the file to UTF-8, or give its .encoding(\"…\") (feature \"encodings\")";

/// What is said where the names of columns hold NUL.
pub(super) const HINT: &str =
    "; is it UTF-16? Then say so: .encoding(\"utf-16le\") or \"utf-16be\" (feature \"encodings\")";

/// Text as UTF-8, and what it is decoded from.
type Text = (Box<dyn Read + Send>, Option<&'static str>);

/// The text as UTF-8. A mark at its start outweighs the encoding asked for.
pub(super) fn utf8(
    path: &Path,
    mut text: Box<dyn Read + Send>,
    asked: Option<&str>,
) -> Result<Text> {
    #[cfg(feature = "encodings")]
    if let Some(label) = asked {
        named(path, label)?;
    }
    let mut start = Vec::new();
    if let Err(why) = text.by_ref().take(4).read_to_end(&mut start) {
        return Err(Error::new(path, format!("cannot read the file: {why}")));
    }
    let marked = match &start[..] {
        [0xff, 0xfe, 0, 0] | [0, 0, 0xfe, 0xff] => {
            return Err(Error::new(
                path,
                "the file is UTF-32 text; convert it to UTF-8",
            ));
        }
        [0xff, 0xfe, ..] => Some("UTF-16LE"),
        [0xfe, 0xff, ..] => Some("UTF-16BE"),
        [0xef, 0xbb, 0xbf, ..] => Some("UTF-8"),
        _ => None,
    };
    let text = Box::new(Cursor::new(start).chain(text));
    match marked.or(asked) {
        None | Some("UTF-8") => Ok((text, None)),
        Some(label) => decoded(path, text, label),
    }
}

#[cfg(feature = "encodings")]
fn decoded(path: &Path, text: Box<dyn Read + Send>, label: &str) -> Result<Text> {
    let encoding = named(path, label)?;
    if encoding == encoding_rs::UTF_8 {
        return Ok((text, None));
    }
    let text = super::decoder::decoded(text, encoding);
    Ok((Box::new(text), Some(encoding.name())))
}

/// The encoding of a name.
#[cfg(feature = "encodings")]
fn named(path: &Path, label: &str) -> Result<&'static encoding_rs::Encoding> {
    let encoding = encoding_rs::Encoding::for_label_no_replacement(label.as_bytes());
    encoding.ok_or_else(|| {
        let problem = format!(
            "encoding: {label:?} is not known; the names are those of the web, \
             such as windows-1252, utf-16le or shift_jis"
        );
        Error::new(path, problem)
    })
}

#[cfg(not(feature = "encodings"))]
fn decoded(path: &Path, _: Box<dyn Read + Send>, label: &str) -> Result<Text> {
    let what = format!("{label} text");
    Err(crate::source::without_feature(path, &what, "encodings"))
}
