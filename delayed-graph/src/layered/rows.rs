//! Which row each item is in, and the lanes of lines that pass a row.

use super::{End, Item, MOST_PLACES, Net, RowWish};

/// Rows of cells, and the links between cells of neighbouring rows.
pub(super) struct Rows {
    /// First one cell an item, then the lanes.
    pub(super) cells: Vec<Cell>,
    /// The cells of each row, from left to right.
    pub(super) rows: Vec<Vec<usize>>,
    /// Each links a cell to one in the next row.
    pub(super) links: Vec<Link>,
}

/// A place in a row: an item, or a lane for a line that passes.
pub(super) struct Cell {
    pub(super) row: usize,
    /// How far it reaches to the left and right of its centre.
    pub(super) left: f64,
    pub(super) right: f64,
    pub(super) is_lane: bool,
    /// Indices of the links from above and to below.
    pub(super) above: Vec<usize>,
    pub(super) below: Vec<usize>,
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

impl Joint {
    fn lane(cell: usize) -> Self {
        Self {
            cell,
            offset: 0.0,
            free: false,
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
    /// `None` if there would be more than [`MOST_PLACES`] cells.
    pub(super) fn new(items: &[Item], nets: &[Net]) -> Option<Self> {
        let rank = ranks(items, nets);
        let mut rows = Self {
            cells: Vec::new(),
            rows: vec![Vec::new(); rank.iter().max().map_or(0, |last| last + 1)],
            links: Vec::new(),
        };
        for (item, &row) in items.iter().zip(&rank) {
            let half = item.width / 2.0;
            rows.add_cell(row, half, half.max(item.label), false);
        }
        for (index, net) in nets.iter().enumerate() {
            rows.add_net(index, net, &rank)?;
        }
        Some(rows)
    }

    fn add_cell(&mut self, row: usize, left: f64, right: f64, is_lane: bool) -> usize {
        let cell = self.cells.len();
        // Items start in program order, and lines that pass in their middle: a
        // fan of more than one row then opens to both sides.
        let row_cells = &mut self.rows[row];
        let place = if is_lane {
            row_cells.len() / 2
        } else {
            row_cells.len()
        };
        row_cells.insert(place, cell);
        self.cells.push(Cell {
            row,
            left,
            right,
            is_lane,
            above: Vec::new(),
            below: Vec::new(),
        });
        cell
    }

    fn add_link(&mut self, net: usize, upper: Joint, lower: Joint) {
        self.cells[upper.cell].below.push(self.links.len());
        self.cells[lower.cell].above.push(self.links.len());
        self.links.push(Link { net, upper, lower });
    }

    /// One trunk of lanes down to the last reader, and a branch to each reader
    /// from the row above it.
    fn add_net(&mut self, index: usize, net: &Net, rank: &[usize]) -> Option<()> {
        let first = rank[net.from.item];
        let last = net.to.iter().map(|end| rank[end.item]).max()?;
        if self.cells.len() + last.saturating_sub(first) > MOST_PLACES {
            return None;
        }
        let mut trunk = vec![Joint::end(net.from)];
        for row in first + 1..last {
            let lane = Joint::lane(self.add_cell(row, 0.0, 0.0, true));
            self.add_link(index, trunk[row - first - 1], lane);
            trunk.push(lane);
        }
        for end in &net.to {
            self.add_link(index, trunk[rank[end.item] - first - 1], Joint::end(*end));
        }
        Some(())
    }
}

/// The row of each item: below all that it reads, and close to what reads it.
///
/// A row takes only so many items and the rest goes further down, or a fan of
/// 500 would make a picture that is all width.
fn ranks(items: &[Item], nets: &[Net]) -> Vec<usize> {
    let any = items.iter().filter(|item| item.row == RowWish::Any).count();
    let most = ((2.0 * (any as f64).sqrt()) as usize).max(12);
    let has_first = items.iter().any(|item| item.row == RowWish::First);
    let base = usize::from(has_first);
    let mut below = vec![base; items.len()];
    let mut nets_from = vec![Vec::new(); items.len()];
    for net in nets {
        nets_from[net.from.item].push(net);
    }
    let mut rank = vec![0; items.len()];
    let mut used: Vec<usize> = Vec::new();
    let mut first_free = base;
    for (index, item) in items.iter().enumerate() {
        if item.row == RowWish::Any {
            let mut row = below[index].max(first_free);
            while used.get(row).is_some_and(|&used| used >= most) {
                row += 1;
            }
            if used.len() <= row {
                used.resize(row + 1, 0);
            }
            used[row] += 1;
            rank[index] = row;
            while used.get(first_free).is_some_and(|&used| used >= most) {
                first_free += 1;
            }
        }
        for end in nets_from[index].iter().flat_map(|net| &net.to) {
            below[end.item] = below[end.item].max(rank[index] + 1);
        }
    }
    let last = used.len().max(base);
    for (index, item) in items.iter().enumerate() {
        if item.row == RowWish::Last {
            rank[index] = last;
        }
    }
    let reads: Vec<bool> = below.iter().map(|&below| below > base).collect();
    lower_sources(items, &nets_from, &reads, &mut rank, &mut used, most);
    rank
}

/// Moves items that read nothing down to their first reader, so that an input
/// stands where it is needed.
fn lower_sources(
    items: &[Item],
    nets_from: &[Vec<&Net>],
    reads: &[bool],
    rank: &mut [usize],
    used: &mut [usize],
    most: usize,
) {
    for index in (0..items.len()).rev() {
        if items[index].row != RowWish::Any || reads[index] {
            continue;
        }
        let readers = nets_from[index].iter().flat_map(|net| &net.to);
        let Some(first) = readers.map(|end| rank[end.item]).min() else {
            continue;
        };
        let free = (rank[index] + 1..first).rev().find(|&row| used[row] < most);
        if let Some(row) = free {
            used[rank[index]] -= 1;
            used[row] += 1;
            rank[index] = row;
        }
    }
}
