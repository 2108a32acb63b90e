//! The layout of one flat graph in rows: a value flows down from row to row.
//!
//! The steps are those of Sugiyama, Tagawa and Toda (1981): put each item in a
//! row below all it reads ([`rows`]), order the rows so that few lines cross
//! ([`order`]), choose where each item stands in its row ([`columns`]), and
//! draw the lines ([`wires`]).
//!
//! A line that passes a row owns a lane in it, as wide as a thin item. Lines
//! run straight down inside rows and bend only between them, where nothing
//! stands; so no line can cross an item, whatever the graph.

mod columns;
mod order;
mod rows;
mod wires;

use rows::Rows;

/// The most places (items and lanes) of one layout.
pub(crate) const MOST_PLACES: usize = 60_000;

/// A box to be placed, in pixels.
pub(crate) struct Item {
    pub(crate) width: f64,
    pub(crate) height: f64,
    /// Room for a text to the right of where its lines leave, if any.
    pub(crate) label: f64,
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

/// A piece of a line.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Stroke {
    /// Straight down at `x`, from one `y` to the other.
    Down { x: f64, from: f64, to: f64 },
    /// A bend between two points, upright at both ends.
    Bend { from: (f64, f64), to: (f64, f64) },
}

impl Stroke {
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
/// the lines would need more than [`MOST_PLACES`] places.
pub(crate) fn layered(items: &[Item], nets: &[Net]) -> Option<Layered> {
    let mut rows = Rows::new(items, nets)?;
    order::reduce_crossings(&mut rows);
    let centres = columns::columns(&mut rows);
    Some(wires::draw(items, nets, &rows, &centres))
}
