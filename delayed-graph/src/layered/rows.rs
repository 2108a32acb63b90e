//! Which row each item is in, and the lanes of lines that pass a row.

use std::collections::BTreeMap;

use dugong::rank;

use super::{End, Item, MOST_LINKS, Net, RowWish, library};

/// How much a lane widens with each further line in it, to either side, and how
/// far that goes.
const LINE_IN_LANE: f64 = 5.0;
const WIDEST_LANE: f64 = 100.0;

/// Rows of cells, and the links between cells of neighbouring rows.
pub(super) struct Rows {
    /// First one cell an item, then the lanes.
    pub(super) cells: Vec<Cell>,
    /// Each links a cell to one in the next row.
    pub(super) links: Vec<Link>,
    /// The lanes that lines share.
    shared: BTreeMap<Way, usize>,
}

/// Lines that pass a row on the same way share a lane, so that a fan does not
/// grow wider by all its lines.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Way {
    row: usize,
    /// Whether they come from the left half of their row: those of a fan then
    /// pass its further rows on both sides.
    left: bool,
    /// Their only reader.
    reader: usize,
}

/// A place in a row: an item, or a lane for lines that pass.
pub(super) struct Cell {
    pub(super) row: usize,
    pub(super) start: Start,
    /// How far it reaches to the left and right of its centre.
    pub(super) left: f64,
    pub(super) right: f64,
    pub(super) is_lane: bool,
    /// Indices of the links from above and to below.
    pub(super) above: Vec<usize>,
    pub(super) below: Vec<usize>,
}

/// Where in its row a cell stands before crossings are reduced, and afterwards
/// where that is as good. A fan of many rows then opens to both sides of the line that
/// leads to it, and lines to its end pass outside.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Start {
    OuterLeft,
    Left,
    Middle,
    Right,
    OuterRight,
}

/// A piece of a net between two neighbouring rows.
pub(super) struct Link {
    pub(super) net: usize,
    pub(super) upper: Joint,
    pub(super) lower: Joint,
}

/// Where a link meets a cell.
#[derive(Clone, Copy)]
pub(super) struct Joint {
    pub(super) cell: usize,
    /// From the cell's centre.
    pub(super) offset: f64,
    /// Whether the layout may choose the offset.
    pub(super) free: bool,
}

impl Cell {
    fn new(row: usize, start: Start, left: f64, right: f64) -> Self {
        Self {
            row,
            start,
            left,
            right,
            is_lane: false,
            above: Vec::new(),
            below: Vec::new(),
        }
    }
}

impl Joint {
    fn lane(cell: usize) -> Self {
        Self {
            cell,
            offset: 0.0,
            free: true,
        }
    }

    fn end(end: End) -> Self {
        Self {
            cell: end.item,
            offset: end.offset.unwrap_or(0.0),
            free: end.offset.is_none(),
        }
    }
}

impl Rows {
    /// `None` if there would be more than [`MOST_LINKS`] links.
    pub(super) fn new(items: &[Item], nets: &[Net]) -> Option<Self> {
        let seats = seats(items, &ranks(items, nets)?);
        let mut rows = Self {
            cells: Vec::new(),
            links: Vec::new(),
            shared: BTreeMap::new(),
        };
        for (item, seat) in items.iter().zip(&seats) {
            let half = item.width / 2.0;
            let start = if seat.left { Start::Left } else { Start::Right };
            rows.cells
                .push(Cell::new(seat.row, start, half, half.max(item.label.0)));
        }
        for (index, net) in nets.iter().enumerate() {
            rows.add_net(index, net, &seats)?;
        }
        Some(rows)
    }

    /// A lane of its own for the line of a value with several readers.
    fn add_lane(&mut self, row: usize, start: Start) -> usize {
        self.cells.push(Cell {
            is_lane: true,
            ..Cell::new(row, start, 0.0, 0.0)
        });
        self.cells.len() - 1
    }

    /// Room for one more line in the lane of its way.
    fn share_lane(&mut self, way: Way) -> usize {
        if let Some(&lane) = self.shared.get(&way) {
            let cell = &mut self.cells[lane];
            cell.left = (cell.left + LINE_IN_LANE).min(WIDEST_LANE);
            cell.right = cell.left;
            return lane;
        }
        let start = if way.left {
            Start::OuterLeft
        } else {
            Start::OuterRight
        };
        let lane = self.add_lane(way.row, start);
        self.shared.insert(way, lane);
        lane
    }

    fn add_link(&mut self, net: usize, upper: Joint, lower: Joint) {
        self.cells[upper.cell].below.push(self.links.len());
        self.cells[lower.cell].above.push(self.links.len());
        self.links.push(Link { net, upper, lower });
    }

    /// One trunk of lanes down to the last reader, and a branch to each reader
    /// from the row above it.
    fn add_net(&mut self, index: usize, net: &Net, seats: &[Seat]) -> Option<()> {
        let Seat { row: first, left } = seats[net.from.item];
        let last = net.to.iter().map(|end| seats[end.item].row).max()?;
        if self.links.len() + (last - first) + net.to.len() > MOST_LINKS {
            return None;
        }
        let mut trunk = vec![Joint::end(net.from)];
        for row in first + 1..last {
            let lane = Joint::lane(match net.to[..] {
                [End { item: reader, .. }] => self.share_lane(Way { row, left, reader }),
                _ => self.add_lane(row, Start::Middle),
            });
            self.add_link(index, trunk[row - first - 1], lane);
            trunk.push(lane);
        }
        for end in &net.to {
            let above = trunk[seats[end.item].row - first - 1];
            self.add_link(index, above, Joint::end(*end));
        }
        Some(())
    }
}

/// Where an item stands.
#[derive(Clone, Copy, Default)]
struct Seat {
    row: usize,
    /// Whether it is in the left half of its row.
    left: bool,
}

/// The rank that the library gives to each item that may be in any row: below
/// all that it reads, with short lines. `None` if it finds the graph too large.
fn ranks(items: &[Item], nets: &[Net]) -> Option<Vec<usize>> {
    let is_free = |item: usize| items[item].row == RowWish::Any;
    let mut graph = library::graph();
    let free: Vec<usize> = (0..items.len()).filter(|&item| is_free(item)).collect();
    for &item in &free {
        library::add_node(&mut graph, item, 0.0);
    }
    for net in nets.iter().filter(|net| is_free(net.from.item)) {
        for end in net.to.iter().filter(|end| is_free(end.item)) {
            library::add_edge(&mut graph, net.from.item, end.item);
        }
    }
    let plan = rank::plan(&graph).ok()?;
    let mut ranks = vec![0; items.len()];
    for (item, node) in free.into_iter().zip(plan.nodes) {
        ranks[item] = usize::try_from(node.rank?).ok()?;
    }
    Some(ranks)
}

/// The seat of each item: ranks of too many items become several rows, or a
/// fan of 500 would make a picture that is all width. What must be first or
/// last has a row of its own.
fn seats(items: &[Item], ranks: &[usize]) -> Vec<Seat> {
    let is_free = |item: &usize| items[*item].row == RowWish::Any;
    let mut free: Vec<usize> = (0..items.len()).filter(is_free).collect();
    free.sort_by_key(|&item| ranks[item]);
    let most = ((2.0 * (free.len() as f64).sqrt()) as usize).max(12);
    let mut row = usize::from(items.iter().any(|item| item.row == RowWish::First));
    let mut seats = vec![Seat::default(); items.len()];
    for rank in free.chunk_by(|&a, &b| ranks[a] == ranks[b]) {
        for part in rank.chunks(most) {
            for (index, &item) in part.iter().enumerate() {
                let left = 2 * index < part.len();
                seats[item] = Seat { row, left };
            }
            row += 1;
        }
    }
    for (item, seat) in items.iter().zip(&mut seats) {
        if item.row == RowWish::Last {
            seat.row = row;
        }
    }
    seats
}
