//! A file that gets its name when it is whole.

use std::fs::File;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::{Error, Result};

/// A file to be, and the temporary one that becomes it. Dropped before that, it
/// leaves nothing.
pub(super) struct Target {
    path: PathBuf,
    temporary: NamedTempFile,
}

impl Target {
    /// Makes the temporary file, in the same folder so that giving it its name
    /// is one step.
    pub(super) fn create(path: &Path) -> Result<Target> {
        let folder = match path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        let mut builder = tempfile::Builder::new();
        builder.prefix(".").suffix(".partial");
        // Temporary files are for their owner alone, and this one does not stay so.
        #[cfg(unix)]
        let permissions: std::fs::Permissions = std::os::unix::fs::PermissionsExt::from_mode(0o666);
        #[cfg(unix)]
        builder.permissions(permissions);
        let temporary = builder
            .tempfile_in(folder)
            .map_err(|why| Error::new(path, format!("cannot write in its folder: {why}")))?;
        Ok(Target {
            path: path.to_path_buf(),
            temporary,
        })
    }

    /// The name that the file gets.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// The temporary file, to write to.
    pub(super) fn file(&self) -> Result<File> {
        let file = self.temporary.as_file().try_clone();
        file.map_err(|why| Error::new(&self.path, format!("cannot write the file: {why}")))
    }

    /// Gives the file its name; one that has it already is replaced.
    pub(super) fn persist(self) -> Result<()> {
        let Target { path, temporary } = self;
        match temporary.persist(&path) {
            Ok(_) => Ok(()),
            Err(error) => {
                let why = format!("cannot give the file its name: {}", error.error);
                Err(Error::new(&path, why))
            }
        }
    }
}
