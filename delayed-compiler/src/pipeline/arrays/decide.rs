//! How the cells of a nest may run.
//!
//! Rows, the iterations of the outer loop, run side by side, and the cells of
//! each one after the other. Where rows need each other, columns are counted
//! askew, so that all that a cell needs of earlier rows is no further to the
//! right: a distance of `first` rows and `second` columns asks for a skew of at
//! least `-second / first`, rounded up.
//!
//! *Legality.* Of two cells that name one element, one of them to change it, the
//! later one in the order of the loops has to wait for the earlier one. In one row
//! it does. Else the earlier one is `first > 0` rows above, and
//! `second + skew * first` askew columns to the left, which is not negative; the
//! runtime (`nest/bands.rs`) lets a cell run when all earlier rows are behind its
//! askew column.
//!
//! *Source.* Lamport, "The parallel execution of DO loops", CACM 17, 1974; Wolfe,
//! "Loop skewing: the wavefront method revisited", 1986.

use std::collections::BTreeSet;

use super::access::Access;
use super::affine::Term;
use super::dependence::{Distances, Loop, distances};
use super::exact;

/// A larger skew would leave nothing to do side by side.
const MOST_SKEW: i64 = 1 << 16;

/// What one row has to wait for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Need {
    /// Nothing.
    Nothing,
    /// Earlier rows, which are ahead by this skew.
    Skew(i64),
    /// The end of earlier rows.
    End,
}

/// The decision for a nest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// No row needs another.
    Parallel,
    /// Rows follow each other, and the place in the list of what asks for that.
    Wavefront {
        /// The skew.
        skew: i64,
        /// The access that asks for it.
        through: usize,
    },
    /// A row needs all of another one, through this access.
    Serial(usize),
}

/// What the rows of a nest have to wait for because of one pair of accesses.
#[must_use]
pub fn need(distances: Distances) -> Need {
    let skew = match distances {
        Distances::None | Distances::One(0, _) => return Need::Nothing,
        // The cell that comes later in the program waits, whichever it is.
        Distances::One(first, second) => div_up(-second * first.signum(), first.abs()),
        Distances::Line {
            outer,
            inner: 0,
            sum: 0,
        } if outer != 0 => return Need::Nothing,
        Distances::All | Distances::Line { inner: 0, .. } => return Need::End,
        // `inner * second = sum - outer * first` for any `first`.
        Distances::Line { outer, inner, sum } => {
            div_up(outer * inner.signum() + sum.abs(), inner.abs())
        }
    };
    if skew > MOST_SKEW {
        Need::End
    } else {
        Need::Skew(skew.max(0))
    }
}

/// Decides how the cells of `nest`, inside of the loops `around`, run that name
/// `accesses`; of `numbers` it is known that they are the same in all cells.
#[must_use]
pub fn decide(
    (around, nest): (&[Loop], &[Loop]),
    accesses: &[Access],
    numbers: &BTreeSet<Term>,
) -> Decision {
    let mut decision = Decision::Parallel;
    for (at, one) in accesses.iter().enumerate() {
        for (other_at, other) in accesses[..=at].iter().enumerate() {
            if one.array != other.array || !(one.changes || other.changes) {
                continue;
            }
            // What is read tells more than what is changed.
            let through = if one.changes { other_at } else { at };
            let need = match need(of_depth(nest, one, other)) {
                Need::Nothing => Need::Nothing,
                known => known.min(exact::need((around, nest), [one, other], numbers)),
            };
            match (need, &decision) {
                (Need::Nothing, _) => {}
                (Need::End, _) => return Decision::Serial(through),
                (Need::Skew(skew), Decision::Wavefront { skew: most, .. }) if skew <= *most => {}
                (Need::Skew(skew), _) => decision = Decision::Wavefront { skew, through },
            }
        }
    }
    decision
}

/// The distances; rows of a nest that has one loop have one cell each, which
/// follow each other at once.
fn of_depth(nest: &[Loop], one: &Access, other: &Access) -> Distances {
    match (nest.len(), distances(nest, one, other)) {
        (1, Distances::One(first, _)) if first != 0 => Distances::All,
        (1, Distances::Line { outer: 0, .. }) => Distances::All,
        (_, distances) => distances,
    }
}

/// The quotient rounded up; `divisor` is positive.
fn div_up(number: i64, divisor: i64) -> i64 {
    -(-number).div_euclid(divisor)
}
