//! Arrays whose elements lie in rows one after the other, as in `t[i * w + j]`.
//!
//! The compiler takes such a subscript for two, `i` and `j`. They are two as long as
//! each column is within the width: else the end of one row is the beginning of
//! the next one. Whether it is can only be seen here, so it is looked at before rows
//! run side by side, and where it is not, they run in order.
//!
//! *Legality.* Subscripts are sums of what is checked, with factors, so they are
//! largest and smallest at the ends of ranges. Two that are equal as `usize` are
//! equal as integers, as rows and widths are below 2^30. What is said without such
//! arrays holds of numbers below 2^48.

use super::steps::{Span, VAST};

/// `outer * row + inner * cell + number`, and what is fixed, by its place in the
/// list of that, with its factor.
#[derive(Clone, Copy, Debug)]
pub struct Sum {
    /// The factor of the outer loop's variable.
    pub outer: i64,
    /// The factor of the inner loop's variable.
    pub inner: i64,
    /// The number.
    pub number: i64,
    /// Variables that are the same in all cells.
    pub fixed: &'static [(usize, i64)],
}

/// What is said of an array.
#[derive(Clone, Copy, Debug)]
pub struct Flat {
    /// How far one row is from the next.
    pub width: Sum,
    /// Rows of its elements.
    pub rows: &'static [Sum],
    /// Columns of its elements, or what is less.
    pub low: &'static [Sum],
    /// Columns of its elements, or what is more.
    pub high: &'static [Sum],
}

/// With larger numbers sums might wrap.
const MOST: i64 = 1 << 30;

/// What has to hold of the cells of a nest.
#[derive(Debug, Default)]
pub(super) struct Flats {
    /// What is not between these.
    sums: Vec<(Sum, i64, i64)>,
    /// It cannot hold.
    fails: bool,
}

impl Flats {
    /// What `flats` ask for, where what is fixed is `numbers`.
    pub(super) fn new(flats: &'static [Flat], numbers: &[usize]) -> Self {
        let is_vast = |number: &usize| *number > VAST;
        let mut asked = Self {
            sums: Vec::new(),
            fails: numbers.iter().any(is_vast),
        };
        for flat in flats {
            let with = |sum: &Sum| sum.with(numbers);
            let Some(width) = with(&flat.width).filter(|width| width.number <= MOST) else {
                asked.fails = true;
                break;
            };
            let rows = flat.rows.iter().map(|sum| (sum, -MOST, MOST));
            let low = flat.low.iter().map(|sum| (sum, 0, MOST));
            let high = flat.high.iter().map(|sum| (sum, -MOST, width.number - 1));
            for (sum, least, most) in rows.chain(low).chain(high) {
                match with(sum) {
                    Some(sum) => asked.sums.push((sum, least, most)),
                    None => asked.fails = true,
                }
            }
        }
        asked
    }

    /// Whether nothing is asked for.
    pub(super) fn is_empty(&self) -> bool {
        self.sums.is_empty() && !self.fails
    }

    /// Whether it holds of the cells in `row`.
    pub(super) fn hold(&self, row: usize, cells: Span) -> bool {
        let small = |number: usize| i64::try_from(number).ok().filter(|number| *number <= MOST);
        let Some(row) = small(row) else { return false };
        let ends = match cells.count.checked_sub(1) {
            Some(last) => [0, last].map(|at| small(cells.number(at))),
            None => [Some(0); 2],
        };
        let [Some(first), Some(last)] = ends else {
            return false;
        };
        // Beside the loop inside, columns are named where it has no cells, too.
        let is_named = |sum: &Sum| cells.count > 0 || sum.inner == 0;
        let mut sums = self.sums.iter().filter(|(sum, ..)| is_named(sum));
        !self.fails
            && sums.all(|(sum, least, most)| {
                let at = |cell: i64| sum.outer * row + sum.inner * cell + sum.number;
                (*least..=*most).contains(&at(first)) && (*least..=*most).contains(&at(last))
            })
    }
}

impl Sum {
    /// The same with `numbers` for what is fixed, unless these are large.
    fn with(&self, numbers: &[usize]) -> Option<Self> {
        let mut number = self.number;
        for (at, factor) in self.fixed {
            let fixed = i64::try_from(numbers[*at])
                .ok()
                .filter(|fixed| *fixed <= MOST);
            number += factor * fixed?;
        }
        Some(Self {
            number,
            fixed: &[],
            ..*self
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WIDTH: Sum = Sum {
        outer: 0,
        inner: 0,
        number: 0,
        fixed: &[(0, 1)],
    };
    const COLUMN: Sum = Sum {
        outer: 0,
        inner: 1,
        number: 0,
        fixed: &[],
    };
    const NEXT: Sum = Sum {
        number: 1,
        ..COLUMN
    };
    const ROW: Sum = Sum {
        outer: 1,
        inner: 0,
        ..COLUMN
    };
    const FLATS: &[Flat] = &[Flat {
        width: WIDTH,
        rows: &[ROW],
        low: &[COLUMN],
        high: &[NEXT],
    }];

    #[test]
    fn columns_are_within_the_width() {
        let hold = |width: usize, row: usize, cells: std::ops::Range<usize>| {
            Flats::new(FLATS, &[width]).hold(row, Span::new(cells))
        };
        assert!(hold(10, 3, 0..9));
        assert!(hold(10, 3, 9..9));
        assert!(!hold(10, 3, 0..10));
        assert!(hold(0, 3, 0..0));
        assert!(!hold(0, 3, 0..1));
        assert!(!hold(usize::MAX, 3, 0..9));
        assert!(!hold(10, usize::MAX, 0..9));
        assert!(!hold(10, 3, 0..usize::MAX));
        assert!(Flats::new(&[], &[]).is_empty());
        assert!(Flats::new(&[], &[VAST]).is_empty());
        assert!(!Flats::new(&[], &[3, VAST + 1]).hold(3, Span::new(0..9)));
    }
}
