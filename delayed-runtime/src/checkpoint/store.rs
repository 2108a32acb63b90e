//! The folder with the results: a file for each, whole or not there at all.
//!
//! A file is written under `.partial` and then renamed to its place, which
//! happens at once or not at all. A process may be ended at any moment: what it
//! leaves is a file under `.partial`, which the next one to open the folder
//! removes. It knows that nobody writes it any more by the lock on it, which
//! ends with its process. Of several processes that write one result the last
//! to rename wins, and as it is one result it does not matter who that is.

use std::fs::{self, File, TryLockError};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicU64, Ordering};

use super::record::{self, Fault, Key, Value};
use super::report::Report;

/// Where results are kept.
#[derive(Debug)]
pub(crate) struct Store {
    folder: PathBuf,
    pub(super) report: Report,
}

/// The folder, inside of the store's, of files that are not whole yet.
const PARTIAL: &str = ".partial";

impl Store {
    /// Opens the folder, which is made where it is not there, and removes what
    /// processes have left there that were ended.
    ///
    /// # Errors
    ///
    /// When it cannot be made or written to.
    pub(crate) fn open(folder: &Path) -> io::Result<Self> {
        let open = || {
            let store = Self {
                folder: std::path::absolute(folder)?,
                report: Report::default(),
            };
            fs::create_dir_all(store.partial())?;
            store.remove_partial()?;
            // So that a folder nobody may write to is an error before the run.
            let (path, _locked) = store.new_partial()?;
            match fs::remove_file(path) {
                // Another process that opens the folder may have been faster.
                Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
                _ => Ok(store),
            }
        };
        open().map_err(|error: io::Error| {
            let folder = folder.display();
            let why = format!("cannot keep the results of tasks in {folder}: {error}");
            io::Error::new(error.kind(), why)
        })
    }

    pub(crate) fn report(&self) -> super::Checkpoints {
        self.report.so_far()
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Where the result of a call is. The name of the task is for readers: its
    /// path is in the address.
    pub(super) fn path(&self, task: &str, key: &Key) -> PathBuf {
        let name: String = task.chars().take(60).map(plain).collect();
        let file = format!("{:032x}", key.address);
        self.folder.join(name).join(file)
    }

    /// The result in the file at `path`, if there is one.
    pub(super) fn read(&self, path: &Path, key: &Key) -> Result<Option<Value>, Fault> {
        match fs::metadata(path) {
            // To open a pipe could take forever.
            Ok(metadata) if !metadata.is_file() => return Err(Fault::Foreign),
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(Fault::Unreadable(error)),
        }
        let file = match File::open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(Fault::Unreadable(error)),
        };
        let size = file.metadata().map_err(Fault::Unreadable)?.len();
        record::decode(file, size, key).map(Some)
    }

    /// Puts a result in its place.
    pub(super) fn write(&self, path: &Path, key: &Key, value: &Value) -> io::Result<()> {
        let whole = record::encode(key, value);
        loop {
            let (partial, mut file) = self.new_partial()?;
            let written = file.write_all(&whole).and_then(|()| rename(&partial, path));
            match written {
                Ok(()) => return Ok(()),
                // Who cleans up has come between the making and the lock.
                Err(error) if error.kind() == ErrorKind::NotFound && !partial.exists() => {}
                Err(error) => {
                    // The first error says more than one of the removal.
                    let _ = fs::remove_file(&partial);
                    return Err(error);
                }
            }
        }
    }

    fn partial(&self) -> PathBuf {
        self.folder.join(PARTIAL)
    }

    /// A new file that is locked.
    fn new_partial(&self) -> io::Result<(PathBuf, File)> {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        loop {
            let number = NEXT.fetch_add(1, Ordering::Relaxed);
            let name = format!("{}-{number}", process::id());
            let path = self.partial().join(name);
            match File::create_new(&path) {
                Ok(file) => match file.try_lock() {
                    Ok(()) => return Ok((path, file)),
                    // Who cleans up has it, and will remove it.
                    Err(TryLockError::WouldBlock) => {}
                    // Where there are no locks nobody cleans up.
                    Err(TryLockError::Error(_)) => return Ok((path, file)),
                },
                // Left by another process of that number, or on another machine.
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Removes the files that nobody writes any more.
    fn remove_partial(&self) -> io::Result<()> {
        for entry in fs::read_dir(self.partial())? {
            let path = entry?.path();
            let is_left = |file: File| file.try_lock().is_ok();
            if path.is_file() && File::open(&path).is_ok_and(is_left) {
                // Another process may have been faster.
                let _ = fs::remove_file(&path);
            }
        }
        Ok(())
    }
}

/// Renames a file to its place in a folder that may have to be made.
fn rename(partial: &Path, path: &Path) -> io::Result<()> {
    match fs::rename(partial, path) {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            if let Some(folder) = path.parent() {
                fs::create_dir_all(folder)?;
            }
            fs::rename(partial, path)
        }
        renamed => renamed,
    }
}

/// A letter that every file system can have in a name.
fn plain(letter: char) -> char {
    if letter.is_ascii_alphanumeric() || letter == '-' {
        letter
    } else {
        '_'
    }
}
