//! Which way a picture is read.
//!
//! The layout knows one direction: rows that follow each other. A picture from
//! left to right is the same layout with its two axes exchanged.

/// Where values flow to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Direction {
    #[default]
    Down,
    #[cfg_attr(
        not(feature = "svg"),
        expect(dead_code, reason = "only a `Look` asks for it")
    )]
    Right,
}

impl Direction {
    /// Its name in DOT.
    pub(crate) fn rankdir(self) -> &'static str {
        match self {
            Self::Down => "TB",
            Self::Right => "LR",
        }
    }

    /// Its name in Mermaid.
    pub(crate) fn flowchart(self) -> &'static str {
        match self {
            Self::Down => "TD",
            Self::Right => "LR",
        }
    }

    /// A point or size of the layout, whose second axis is that of the flow, in
    /// the picture, and the other way round.
    #[cfg(feature = "svg")]
    pub(crate) fn turn(self, (across, along): (f64, f64)) -> (f64, f64) {
        match self {
            Self::Down => (across, along),
            Self::Right => (along, across),
        }
    }
}
