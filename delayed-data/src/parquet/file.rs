//! A file that many threads read at once.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use parquet::errors::{ParquetError, Result};
use parquet::file::reader::{ChunkReader, Length};

/// A file of which every reader has a place of its own. (A `File` that is cloned
/// has one place for all its clones.)
#[derive(Clone)]
pub(super) struct SharedFile {
    file: Arc<Mutex<File>>,
    len: u64,
}

impl SharedFile {
    pub(super) fn new(file: File) -> io::Result<SharedFile> {
        let len = file.metadata()?.len();
        Ok(SharedFile {
            file: Arc::new(Mutex::new(file)),
            len,
        })
    }
}

impl Length for SharedFile {
    fn len(&self) -> u64 {
        self.len
    }
}

impl ChunkReader for SharedFile {
    type T = BufReader<From>;

    fn get_read(&self, start: u64) -> Result<BufReader<From>> {
        Ok(BufReader::new(From {
            file: self.clone(),
            at: start,
        }))
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes> {
        // Asked before memory is set aside: damaged files ask for anything.
        let end = start.checked_add(length as u64);
        if end.is_none_or(|end| end > self.len) {
            let problem = format!("{length} bytes are expected at {start}, beyond its end");
            return Err(ParquetError::EOF(problem));
        }
        let mut bytes = vec![0; length];
        From {
            file: self.clone(),
            at: start,
        }
        .read_exact(&mut bytes)?;
        Ok(bytes.into())
    }
}

/// Reads a file from a place on.
pub(super) struct From {
    file: SharedFile,
    at: u64,
}

impl Read for From {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        // A thread that panicked while it read left nothing half done: the
        // place is set before each read.
        let mut file = self
            .file
            .file
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        file.seek(SeekFrom::Start(self.at))?;
        let read = file.read(into)?;
        self.at += read as u64;
        Ok(read)
    }
}
