//! How many bytes of some files were read.

use std::fs;
use std::io::{self, Read};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::progress::Progress;

/// Counts the bytes that are read of some files, as they are in the files.
#[derive(Clone)]
pub(crate) struct Meter {
    read: Arc<AtomicU64>,
    progress: Option<Progress>,
}

impl Meter {
    /// Nothing was read; the user may see what is.
    pub(crate) fn new(progress: Option<Progress>) -> Meter {
        Meter {
            read: Arc::default(),
            progress,
        }
    }

    pub(crate) fn add(&self, bytes: u64) {
        self.read.fetch_add(bytes, Ordering::Relaxed);
        if let Some(progress) = &self.progress {
            progress.add_bytes(bytes);
        }
    }

    /// How many bytes were read.
    pub(crate) fn read(&self) -> u64 {
        self.read.load(Ordering::Relaxed)
    }
}

/// How many bytes these files have, if each says: a pipe does not.
pub(crate) fn bytes_of(paths: &[PathBuf]) -> Option<u64> {
    let len = |path: &PathBuf| {
        let file = fs::metadata(path).ok()?;
        file.is_file().then_some(file.len())
    };
    paths.iter().map(len).sum()
}

/// What tells a [`Meter`] how much was read of it.
pub(crate) struct Metered<T> {
    pub(crate) text: T,
    pub(crate) meter: Meter,
}

impl<T: Read> Read for Metered<T> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.text.read(into)?;
        self.meter.add(read as u64);
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use delayed_runtime::source::Split;

    #[test]
    fn a_source_knows_how_far_it_is() {
        let dir = tempfile::tempdir().unwrap();
        let paths = ["a.csv", "b.csv"].map(|name| dir.path().join(name));
        for path in &paths {
            std::fs::write(path, "n\n".to_owned() + &"1\n".repeat(200_000)).unwrap();
        }
        let reader = crate::read_files(&paths).chunk_rows(1000);
        let mut chunks = reader.columns::<(u8,)>(["n"]).unwrap();
        assert_eq!(chunks.bytes(), Some(800_004));
        assert!(chunks.bytes_read() < 400_002);
        let mut before = chunks.bytes_read();
        while chunks.pull().is_some() {
            assert!(before <= chunks.bytes_read());
            before = chunks.bytes_read();
        }
        assert_eq!(before, 800_004);
    }
}
