//! Why there is no picture.

use std::error::Error;
use std::fmt;
use std::io;
use std::path::PathBuf;

/// Why a plot was not drawn, or its picture not written.
#[derive(Debug)]
#[non_exhaustive]
pub enum PlotError {
    /// There is nothing to draw: no values, or none that the axes can show.
    Empty {
        /// How many values were given.
        given: usize,
    },
    /// The columns of a plot are not equally long, or the rows of a heat map.
    Lengths {
        /// How long the first one is.
        first: usize,
        /// How long another one is.
        other: usize,
    },
    /// Two kinds of plots that share no axes were put together.
    Kinds {
        /// The kind of the one.
        one: &'static str,
        /// The kind of the other.
        other: &'static str,
    },
    /// A logarithmic axis was asked of a plot that has none.
    Log {
        /// The kind of the plot.
        kind: &'static str,
    },
    /// The picture is too small for its text, or larger than any viewer shows.
    Size {
        /// Its width in pixels.
        width: u32,
        /// Its height in pixels.
        height: u32,
    },
    /// A text is too narrow for its axes, or wider than any terminal.
    Width {
        /// How many characters were asked for.
        width: usize,
    },
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
}

impl fmt::Display for PlotError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty { given: 0 } => write!(f, "there is nothing to plot: the data is empty"),
            Self::Empty { given } => write!(
                f,
                "there is nothing to plot: none of the {given} values can be shown, as they are \
                 NaN, infinite, or not above 0 on a logarithmic axis"
            ),
            Self::Lengths { first, other } => write!(
                f,
                "columns of a plot are equally long, and these have {first} and {other} values"
            ),
            Self::Kinds { one, other } => write!(
                f,
                "a {one} and a {other} have no axes in common: draw two plots"
            ),
            Self::Log { kind } => write!(
                f,
                "this axis of a {kind} cannot be logarithmic: take the logarithm of the values"
            ),
            Self::Size { width, height } => write!(
                f,
                "a picture of {width} x {height} pixels cannot be drawn: take 160 x 120 at least \
                 and 10000 x 10000 at most"
            ),
            Self::Width { width } => write!(
                f,
                "a plot cannot be drawn in lines of {width} characters: take 30 at least and \
                 1000 at most"
            ),
            Self::UnknownExtension { path } => {
                let png = match cfg!(feature = "png") {
                    true => ".svg, .png",
                    false => ".svg, or .png with the feature `png` of the plots",
                };
                let path = path.display();
                write!(
                    f,
                    "cannot tell a format from the name `{path}`: end it in one of {png}"
                )
            }
            Self::Io { path, source } => write!(f, "cannot write `{}`: {source}", path.display()),
        }
    }
}

impl Error for PlotError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Io { source, .. } => Some(source),
            _ => None,
        }
    }
}
