//! How many cells go together.
//!
//! A band is a few rows that one thread runs, a tile a few columns of a band:
//! behind each tile the thread tells how far it is, and in front of each it looks
//! how far the bands before are. That takes about as long as fifty additions, so
//! a tile should take some microseconds, and yet there should be several tiles
//! for each thread in both directions, as the first and the last ones have nobody
//! beside them.

use std::time::Duration;

/// In so many rows is a single loop cut, and so many bands are there at most.
pub(super) const MOST_ROWS: usize = 4096;
/// How long a tile takes.
const TILE: Duration = Duration::from_micros(8);
/// How many tiles there should be for a thread, in each direction.
const EACH: usize = 4;
/// More rows would save little, and keep the next band waiting.
const MOST_HEIGHT: usize = 32;

/// The size of a tile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Tile {
    pub(super) height: usize,
    pub(super) width: usize,
}

impl Tile {
    /// For `rows` rows of about `columns` cells, which took `each`, on `threads`
    /// threads. Where rows need each other they are `chained`.
    pub(super) fn of(
        (rows, columns): (usize, usize),
        each: Duration,
        threads: usize,
        chained: bool,
    ) -> Self {
        let cells = (TILE.as_nanos() / each.as_nanos().max(1)).max(1);
        let cells = usize::try_from(cells).unwrap_or(usize::MAX);
        let share = |all: usize| (all / (EACH * threads)).max(1);
        let (height, width) = if chained {
            let height = share(rows).min(MOST_HEIGHT).min(cells.isqrt());
            (height, (cells / height).min(share(columns)))
        } else {
            (share(rows).min((cells / columns.max(1)).max(1)), cells)
        };
        let height = height.max(rows.div_ceil(MOST_ROWS));
        let width = width.max(1);
        Self { height, width }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tile(shape: (usize, usize), nanos: u64, threads: usize, chained: bool) -> (usize, usize) {
        let Tile { height, width } = Tile::of(shape, Duration::from_nanos(nanos), threads, chained);
        (height, width)
    }

    #[test]
    fn cells_that_take_long_go_alone_and_short_ones_together() {
        assert_eq!(tile((16, 16), 1_000_000, 2, true), (1, 1));
        assert_eq!(tile((1000, 1000), 2, 2, true), (32, 125));
        assert_eq!(tile((1000, 1000), 2, 2, false), (4, 4000));
        assert_eq!(tile((1000, 10), 1_000_000, 2, false), (1, 1));
    }

    #[test]
    fn there_are_never_too_many_bands_nor_empty_tiles() {
        assert_eq!(tile((1 << 40, 0), 0, 8, true).0, 1 << 28);
        assert_eq!(tile((1, 1), 0, 64, false), (1, 8000));
    }
}
