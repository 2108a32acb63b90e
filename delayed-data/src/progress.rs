//! How far the reading of some files is, as a bar on the terminal.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use indicatif::{HumanCount, ProgressBar, ProgressStyle};

const LOOK: &str = "{bar:30.green} {decimal_bytes} of {decimal_total_bytes}, \
    {decimal_bytes_per_sec}, {rows_per_sec} rows/s, {eta} left";

/// How far the reading of some files is: a bar on the terminal with the bytes
/// read and their speed, rows a second and the time that is left.
///
/// It is drawn on standard error, and only if that is a terminal. The bar is
/// gone without a trace when it is finished or the last of its clones is
/// dropped.
///
/// Bytes are counted as they are in the files, so of compressed files it is the
/// compressed ones.
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let dir = tempfile::tempdir()?;
/// # let path = dir.path().join("trips.csv");
/// # std::fs::write(&path, "fare\n1.5\n")?;
/// # let files = [path];
/// use delayed_data::{Progress, read};
///
/// let progress = Progress::over(&files);
/// let mut fares = 0.0;
/// for path in &files {
///     for chunk in read(path).progress(&progress).columns::<(f64,)>(["fare"])? {
///         fares += chunk?.columns().0.iter().sum::<f64>();
///     }
/// }
/// progress.finish();
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Progress {
    bar: ProgressBar,
    rows: Arc<AtomicU64>,
}

impl Progress {
    /// A bar for the reading of these files. A file that does not exist, or a
    /// pipe, has no bytes to wait for.
    pub fn over<P: AsRef<Path>>(files: &[P]) -> Progress {
        let len = |file: &P| std::fs::metadata(file).map_or(0, |file| file.len());
        let rows = Arc::new(AtomicU64::new(0));
        let bar = ProgressBar::new(files.iter().map(len).sum());
        let counted = Arc::clone(&rows);
        if let Ok(style) = ProgressStyle::with_template(LOOK) {
            let style = style.progress_chars("━╸ ").with_key(
                "rows_per_sec",
                move |state: &indicatif::ProgressState, out: &mut dyn std::fmt::Write| {
                    let rows = counted.load(Ordering::Relaxed) as f64;
                    let speed = rows / state.elapsed().as_secs_f64().max(1e-3);
                    // A bar that cannot be drawn is no reason to stop reading.
                    let _ = write!(out, "{}", HumanCount(speed as u64));
                },
            );
            bar.set_style(style);
        }
        Progress { bar, rows }
    }

    /// Takes the bar off the terminal.
    pub fn finish(self) {
        self.bar.finish_and_clear();
    }

    pub(crate) fn add_bytes(&self, count: u64) {
        self.bar.inc(count);
    }

    pub(crate) fn add_rows(&self, count: usize) {
        self.rows.fetch_add(count as u64, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What was counted when all of a file has been read.
    fn counted(path: &Path) -> (u64, u64) {
        let progress = Progress::over(&[path, Path::new("no such file")]);
        let reader = crate::read(path).chunk_rows(7).progress(&progress);
        let chunks = reader.columns::<(i64,)>(["n"]).unwrap();
        assert_eq!(chunks.map(|chunk| chunk.unwrap().len()).sum::<usize>(), 100);
        assert_eq!(
            progress.bar.length(),
            Some(std::fs::metadata(path).unwrap().len())
        );
        (
            progress.bar.position(),
            progress.rows.load(Ordering::Relaxed),
        )
    }

    #[test]
    fn all_bytes_and_rows_of_a_text_are_counted() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("n.csv");
        let text = format!("n\n{}", "12\n".repeat(100));
        std::fs::write(&path, &text).unwrap();
        assert_eq!(counted(&path), (text.len() as u64, 100));
    }

    #[test]
    #[cfg(feature = "gzip")]
    fn compressed_bytes_are_counted() {
        use std::io::Write;
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("n.csv.gz");
        let file = std::fs::File::create(&path).unwrap();
        let mut gzip = flate2::write::GzEncoder::new(file, flate2::Compression::default());
        write!(gzip, "n\n{}", "12\n".repeat(100)).unwrap();
        gzip.finish().unwrap();
        let len = std::fs::metadata(&path).unwrap().len();
        assert_eq!(counted(&path), (len, 100));
    }

    #[test]
    #[cfg(feature = "parquet")]
    fn the_bytes_of_a_parquet_file_are_counted_by_its_rows() {
        use arrow_array::{ArrayRef, Int64Array, RecordBatch};
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("n.parquet");
        let numbers: ArrayRef = Arc::new(Int64Array::from_iter_values(0..100));
        let batch = RecordBatch::try_from_iter([("n", numbers)]).unwrap();
        let file = std::fs::File::create(&path).unwrap();
        let mut writer = parquet::arrow::ArrowWriter::try_new(file, batch.schema(), None).unwrap();
        writer.write(&batch).unwrap();
        writer.close().unwrap();
        let len = std::fs::metadata(&path).unwrap().len();
        assert_eq!(counted(&path), (len, 100));
    }

    #[test]
    fn the_look_is_well_formed() {
        assert!(ProgressStyle::with_template(LOOK).is_ok());
    }
}
