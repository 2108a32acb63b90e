//! The layout of one flat graph in rows: a value flows down from row to row.
//!
//! `dugong`, a port of dagre, does what makes a layout good: it ranks the items
//! so that lines are short ([`rows`]), orders each row so that few lines cross,
//! and finds where in its row each item stands ([`columns`]). What dagre has no
//! notion of is done here: lines that meet a region at a port ([`ports`]), one
//! line for all readers of a value, rows that are not endlessly wide, and the
//! strokes ([`wires`]).
//!
//! A line that passes a row owns a lane in it or shares one with others to the
//! same reader. Lines run straight down inside rows and bend only between them,
//! where nothing stands; so no line can cross an item, whatever the graph.
//!
//! Libraries compared in release builds: milliseconds for random graphs of 50
//! and 500 nodes, crates to build, and what decided.
//!
//! | crate | 50 | 500 | crates | |
//! |---|---|---|---|---|
//! | dugong 0.9.3 | 1.2 | 11 | 16 | no panic, no overlap; ranks and orders by themselves |
//! | rust-sugiyama 0.4.0 | 0.4 | 8 | 9 | in one step only: rows cannot be given, lines have no way |
//! | dagre 0.1.2 | 8 | 155 | 13 | does not build without default features |
//! | dagre-dgl-rs 0.1.1 | 6 | 131 | 6 | never returns for an empty graph |
//! | layout-rs 0.1.3 | 4 | 855 | 1 | panics on an empty and some random graphs |
//! | gen-sugiyama 0.5.1 | | | 7 | panics on graphs of several parts |
//! | elkrs 0.1.1 | | | 16 | not tried: a port of ELK (EPL-2.0) under Apache-2.0 |

mod columns;
mod library;
mod ports;
mod rows;
mod wires;

use rows::Rows;

/// The most pieces of lines, from row to row, of one layout.
pub(crate) const MOST_LINKS: usize = 60_000;

/// A box to be placed, in pixels. Here values flow down; a picture from left to
/// right is turned before and afterwards.
pub(crate) struct Item {
    pub(crate) width: f64,
    pub(crate) height: f64,
    /// Room for a text beside its lines where they leave, to the right and below.
    pub(crate) label: (f64, f64),
    pub(crate) row: RowWish,
}

/// Which row an item must be in.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum RowWish {
    First,
    Any,
    Last,
}

/// One value and all its readers: one line that branches.
pub(crate) struct Net {
    pub(crate) from: End,
    /// Without repetition, each after `from` in the items.
    pub(crate) to: Vec<End>,
}

/// Where a line meets an item.
#[derive(Clone, Copy, PartialEq)]
pub(crate) struct End {
    pub(crate) item: usize,
    /// The distance from the item's centre; `None` leaves it to the layout.
    pub(crate) offset: Option<f64>,
}

/// A finished layout; its left upper corner is the origin.
#[derive(Default)]
pub(crate) struct Layered {
    pub(crate) width: f64,
    pub(crate) height: f64,
    /// The left upper corner of each item.
    pub(crate) corners: Vec<(f64, f64)>,
    /// The line of each net.
    pub(crate) wires: Vec<Wire>,
}

/// The line of one net.
#[derive(Default)]
pub(crate) struct Wire {
    pub(crate) strokes: Vec<Stroke>,
    /// The items that read it, and where it reaches them from above.
    pub(crate) tips: Vec<(usize, (f64, f64))>,
    /// Where it leaves its item.
    pub(crate) start: (f64, f64),
}

impl Wire {
    /// Which strokes lead to the readers that `wanted` names by their items.
    pub(crate) fn ways_to(&self, wanted: impl Fn(usize) -> bool) -> Vec<bool> {
        let mut leads = vec![false; self.strokes.len()];
        for (_, tip) in self.tips.iter().filter(|(item, _)| wanted(*item)) {
            // Each stroke comes after the one that it goes on from.
            let mut at = *tip;
            for (stroke, leads) in self.strokes.iter().zip(&mut leads).rev() {
                let (start, end) = stroke.ends();
                if end == at {
                    *leads = true;
                    at = start;
                }
            }
        }
        leads
    }
}

/// A piece of a line.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Stroke {
    /// Straight down at `x`, from one `y` to the other.
    Down { x: f64, from: f64, to: f64 },
    /// A bend between two points, upright at both ends.
    Bend { from: (f64, f64), to: (f64, f64) },
}

impl Stroke {
    /// Where it begins and where it ends.
    pub(crate) fn ends(self) -> ((f64, f64), (f64, f64)) {
        match self {
            Self::Down { x, from, to } => ((x, from), (x, to)),
            Self::Bend { from, to } => (from, to),
        }
    }

    /// The same piece elsewhere.
    pub(crate) fn moved(self, (dx, dy): (f64, f64)) -> Self {
        match self {
            Self::Down { x, from, to } => Self::Down {
                x: x + dx,
                from: from + dy,
                to: to + dy,
            },
            Self::Bend { from, to } => Self::Bend {
                from: (from.0 + dx, from.1 + dy),
                to: (to.0 + dx, to.1 + dy),
            },
        }
    }
}

/// Lays out `items`, which come in an order that all nets respect. `None` if
/// the lines would be of more than [`MOST_LINKS`] pieces.
pub(crate) fn layered(items: &[Item], nets: &[Net]) -> Option<Layered> {
    let mut rows = Rows::new(items, nets)?;
    let centres = columns::columns(&mut rows);
    Some(wires::draw(items, nets, &rows, &centres))
}
