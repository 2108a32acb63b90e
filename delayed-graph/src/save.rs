//! Pictures of a graph as files.

use std::error::Error;
use std::ffi::OsStr;
use std::fmt;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

#[cfg(feature = "svg")]
use crate::Look;
use crate::{Graph, InvalidGraph};

/// The file extensions that [`Graph::save`] knows, and the feature of each.
const KNOWN: [(&str, &str, bool); 8] = [
    (".svg", "svg", cfg!(feature = "svg")),
    (".png", "png", cfg!(feature = "png")),
    (".html", "html", cfg!(feature = "html")),
    (".dot", "", true),
    (".gv", "", true),
    (".mmd", "", true),
    (".json", "json", cfg!(feature = "json")),
    (".txt", "", true),
];

/// The extensions of this build, and those that a feature would add.
fn known() -> String {
    let is_there = |there: bool| KNOWN.iter().filter(move |known| known.2 == there);
    let names = is_there(true).map(|(name, ..)| *name);
    let mut text = names.collect::<Vec<_>>().join(", ");
    for (name, feature, _) in is_there(false) {
        text += &format!(", or {name} with the feature `{feature}` of `delayed`");
    }
    text
}

/// Why a graph was not drawn or its picture not written.
#[derive(Debug)]
#[non_exhaustive]
pub enum VisualizeError {
    /// The file's extension names no known format.
    UnknownExtension {
        /// The file that was asked for.
        path: PathBuf,
    },
    /// The file could not be written.
    Io {
        /// The file that was asked for.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// The graph breaks a rule of [`Graph::check`], so it has no layout.
    Invalid(InvalidGraph),
    /// The graph is too large for a picture that anyone could read.
    TooLarge {
        /// How many nodes it has.
        nodes: usize,
        /// How many edges it has.
        edges: usize,
    },
}

impl fmt::Display for VisualizeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownExtension { path } => {
                let (path, known) = (path.display(), known());
                write!(
                    f,
                    "cannot tell a format from the name `{path}`: end it in one of {known}"
                )
            }
            Self::Io { path, source } => write!(f, "cannot write `{}`: {source}", path.display()),
            Self::Invalid(error) => error.fmt(f),
            Self::TooLarge { nodes, edges } => write!(
                f,
                "a graph of {nodes} nodes and {edges} edges is too large for a picture: \
                 save it as .txt or .dot"
            ),
        }
    }
}

impl Error for VisualizeError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Io { source, .. } => Some(source),
            Self::Invalid(error) => Some(error),
            Self::UnknownExtension { .. } | Self::TooLarge { .. } => None,
        }
    }
}

impl Graph {
    /// Draws the graph into a file, in the format that its extension names:
    /// `.svg` (feature `svg`), `.png` (feature `png`), `.html` (feature `html`), `.dot` or `.gv`, `.mmd` for
    /// Mermaid, `.json` (feature `json`), `.txt`.
    ///
    /// The file appears whole or not at all, and replaces one of that name.
    ///
    /// # Errors
    /// When the extension is unknown or missing, when the file cannot be
    /// written, and for `.svg` and `.png` as in `Graph::to_svg`.
    ///
    /// ```
    /// let graph = delayed_graph::GraphBuilder::new("empty").finish();
    /// let error = graph.save("graph.docx").unwrap_err().to_string();
    /// assert!(error.contains("`graph.docx`") && error.contains(".dot"));
    /// ```
    pub fn save(&self, path: impl AsRef<Path>) -> Result<(), VisualizeError> {
        #[cfg(feature = "svg")]
        let drawn = self.save_as(path.as_ref(), &Look::new());
        #[cfg(not(feature = "svg"))]
        let drawn = self.save_as(path.as_ref());
        drawn
    }

    /// [`save`](Graph::save) with a look of one's own.
    ///
    /// # Errors
    /// As `Graph::save`.
    #[cfg(feature = "svg")]
    pub fn save_with(&self, path: impl AsRef<Path>, look: &Look) -> Result<(), VisualizeError> {
        self.save_as(path.as_ref(), look)
    }

    fn save_as(
        &self,
        path: &Path,
        #[cfg(feature = "svg")] look: &Look,
    ) -> Result<(), VisualizeError> {
        let extension = path
            .extension()
            .and_then(OsStr::to_str)
            .map(str::to_ascii_lowercase);
        let picture = match extension.as_deref() {
            #[cfg(feature = "svg")]
            Some("svg") => self.to_svg_with(look)?.into_bytes(),
            #[cfg(feature = "png")]
            Some("png") => self.to_png_with(look)?,
            #[cfg(feature = "html")]
            Some("html") => self.to_html_with(look)?.into_bytes(),
            #[cfg(feature = "svg")]
            Some("dot" | "gv") => self.to_dot_with(look).into_bytes(),
            #[cfg(not(feature = "svg"))]
            Some("dot" | "gv") => self.to_dot().into_bytes(),
            #[cfg(feature = "svg")]
            Some("mmd") => self.to_mermaid_with(look).into_bytes(),
            #[cfg(not(feature = "svg"))]
            Some("mmd") => self.to_mermaid().into_bytes(),
            #[cfg(feature = "json")]
            Some("json") => self.to_json().into_bytes(),
            Some("txt") => format!("{self}\n").into_bytes(),
            _ => {
                let path = path.to_owned();
                return Err(VisualizeError::UnknownExtension { path });
            }
        };
        write_whole(path, &picture).map_err(|source| VisualizeError::Io {
            path: path.to_owned(),
            source,
        })
    }
}

/// Writes beside `path` first and renames, so that a reader never meets half a
/// file and a failed write leaves the old one.
fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let (draft, mut file) = create_draft(path)?;
    let written = file
        .write_all(bytes)
        .and_then(|()| fs::rename(&draft, path));
    if written.is_err() {
        // The error to report is the first one, so this one is let go.
        let _ = fs::remove_file(&draft);
    }
    written
}

/// A new file in the same folder, under a name that nothing else has.
fn create_draft(path: &Path) -> io::Result<(PathBuf, File)> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let process = std::process::id();
    for attempt in 0..1000 {
        let draft = path.with_file_name(format!(".{name}.{process}-{attempt}"));
        match File::create_new(&draft) {
            Ok(file) => return Ok((draft, file)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}
