//! Plots as files.

use std::ffi::OsStr;
use std::io::{self, Write};
use std::path::Path;

use crate::{Plot, PlotError};

impl Plot {
    /// Draws the plot into a file, in the format that its extension names: `.svg`,
    /// or `.png` with the feature `png`. A file of that name is replaced; the new one
    /// gets its name when it is whole, so a failure leaves the old one or none.
    ///
    /// # Errors
    /// When the extension is unknown or missing, when the file cannot be written,
    /// and as [`to_svg`](Plot::to_svg).
    ///
    /// ```
    /// let error = delayed_plot::Plot::scatter(&[1.0], &[2.0]).save("trips.docx").unwrap_err();
    /// assert!(error.to_string().contains("`trips.docx`: end it in one of .svg"));
    /// ```
    pub fn save(&self, path: impl AsRef<Path>) -> Result<(), PlotError> {
        let path = path.as_ref();
        let extension = path.extension().and_then(OsStr::to_str);
        let picture = match extension.map(str::to_ascii_lowercase).as_deref() {
            Some("svg") => self.to_svg()?.into_bytes(),
            #[cfg(feature = "png")]
            Some("png") => self.to_png()?,
            _ => {
                let path = path.to_owned();
                return Err(PlotError::UnknownExtension { path });
            }
        };
        write_whole(path, &picture).map_err(|source| PlotError::Io {
            path: path.to_owned(),
            source,
        })
    }
}

/// Writes a temporary file in the same folder, so that giving it its name is one
/// step, which happens when all is written.
fn write_whole(path: &Path, content: &[u8]) -> io::Result<()> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let mut builder = tempfile::Builder::new();
    builder.prefix(".").suffix(".partial");
    // Temporary files are for their owner alone, and this one does not stay so.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut temporary = builder.tempfile_in(folder)?;
    temporary.write_all(content)?;
    temporary.persist(path)?;
    Ok(())
}
