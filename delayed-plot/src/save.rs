//! Plots as files.

use std::ffi::OsStr;
use std::fs;
use std::path::Path;

use crate::{Plot, PlotError};

impl Plot {
    /// Draws the plot into a file, in the format that its extension names: `.svg`,
    /// or `.png` with the feature `png`. A file of that name is replaced.
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
        fs::write(path, picture).map_err(|source| PlotError::Io {
            path: path.to_owned(),
            source,
        })
    }
}
