//! A CSV file that is being written.

use std::fs::File;
use std::io::{self, BufWriter, Write};

use super::table::Table;
use super::text::text;

/// Where the text goes.
trait Output: Write + Send {
    /// Writes what is still held back.
    fn end(self: Box<Self>) -> io::Result<()>;
}

impl Output for BufWriter<File> {
    fn end(mut self: Box<Self>) -> io::Result<()> {
        self.flush()
    }
}

#[cfg(feature = "gzip")]
impl Output for flate2::write::GzEncoder<BufWriter<File>> {
    fn end(self: Box<Self>) -> io::Result<()> {
        self.finish()?.flush()
    }
}

/// Text with commas between the fields, names first, and a line for each row.
pub(super) struct CsvFile {
    output: Box<dyn Output>,
    /// The names of the columns, once they are known.
    titles: Option<Vec<String>>,
}

impl CsvFile {
    pub(super) fn plain(file: File) -> CsvFile {
        CsvFile {
            output: Box::new(BufWriter::new(file)),
            titles: None,
        }
    }

    #[cfg(feature = "gzip")]
    pub(super) fn gzip(file: File) -> CsvFile {
        let level = flate2::Compression::default();
        CsvFile {
            output: Box::new(flate2::write::GzEncoder::new(BufWriter::new(file), level)),
            titles: None,
        }
    }

    pub(super) fn write<T: Table + ?Sized>(&mut self, rows: &T) -> Result<(), String> {
        let mut out = Vec::new();
        let titles = rows.titles();
        match &self.titles {
            None => header(&mut out, &titles),
            Some(before) if *before != titles => {
                let (found, before) = (titles.join(", "), before.join(", "));
                return Err(format!(
                    "these rows have the columns {found}, and those before {before}"
                ));
            }
            Some(_) => {}
        }
        self.titles = Some(titles);
        rows.lines(&mut out)?;
        self.output.write_all(&out).map_err(cannot_write)
    }

    pub(super) fn finish(self) -> Result<(), String> {
        if self.titles.is_none() {
            return Err("nothing was written, so its columns are not known".to_owned());
        }
        self.output.end().map_err(cannot_write)
    }
}

/// The line of names. A single one without letters would be a blank line.
fn header(out: &mut Vec<u8>, titles: &[String]) {
    for (number, title) in titles.iter().enumerate() {
        if number > 0 {
            out.push(b',');
        }
        text(out, title);
    }
    if out.is_empty() {
        out.extend_from_slice(b"\"\"");
    }
    out.push(b'\n');
}

fn cannot_write(why: io::Error) -> String {
    format!("cannot write the file: {why}")
}
