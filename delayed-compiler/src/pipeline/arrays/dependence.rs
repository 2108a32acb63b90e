//! Which iterations of a nest name the same element.
//!
//! For two elements of one array, `f` named by iteration `I` and `g` by iteration
//! `I + e`, every subscript gives an equation. Where the loops' variables have
//! the same factors in both, only the distance `e` is left in it (*strong*
//! subscripts, of one variable or several); the equations together give the
//! distances. Where the factors differ, the tests of `independent.rs` may still
//! tell that there is no solution; else the subscript says nothing.
//!
//! *Legality.* What is left out of a system of equations only adds solutions, so
//! distances may be found that never occur, and none is missed.
//!
//! *Source.* Goff, Kennedy and Tseng, "Practical dependence testing", PLDI 1991;
//! Allen and Kennedy, "Optimizing Compilers for Modern Architectures", 2001,
//! chapter 3.

use super::access::Access;
use super::affine::{Affine, Term};
use super::independent::{is_banerjee_independent, is_gcd_independent};
use crate::pipeline::ir::ValueId;

/// A loop of a nest.
#[derive(Clone)]
pub struct Loop {
    /// Its variable.
    pub variable: ValueId,
    /// Whether it runs down.
    pub down: bool,
    /// How far apart its values are.
    pub step: i64,
    /// The first and last value, the smaller first, if they are constant.
    pub bounds: Option<(i64, i64)>,
    /// The smallest value, or less.
    pub low: Option<Affine>,
    /// The largest value, or more, where that surely does not wrap.
    pub high: Option<Affine>,
}

/// The distances of the iterations that name one element, in iterations of the
/// outer loop and in values of the inner one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Distances {
    /// There are none.
    None,
    /// This one alone.
    One(i64, i64),
    /// All with `outer * first + inner * second = sum`.
    Line {
        /// The factor of the first.
        outer: i64,
        /// The factor of the second.
        inner: i64,
        /// What they sum up to.
        sum: i64,
    },
    /// Perhaps all.
    All,
}

/// The distances from iterations of `nest` that name `from` to those that name
/// `to`. A nest of one loop has the distance 0 in the other one.
#[must_use]
pub fn distances(nest: &[Loop], from: &Access, to: &Access) -> Distances {
    let mut found = match nest {
        [_, _] => Distances::All,
        _ => Distances::Line {
            outer: 0,
            inner: 1,
            sum: 0,
        },
    };
    for pair in from.subscripts.iter().zip(&to.subscripts) {
        let (Some(from), Some(to)) = pair else {
            continue;
        };
        if !is_of_the_nest(nest, from, to) {
            continue;
        }
        let factors = |affine: &Affine| -> Vec<_> {
            nest.iter()
                .map(|each| affine.factor(each.variable))
                .collect()
        };
        let (left, right) = (factors(from), factors(to));
        let sum = from.constant - to.constant;
        if left == right {
            let signed = |at: usize| match nest.get(at) {
                Some(each) if each.down => -left[at],
                Some(_) => left[at],
                None => 0,
            };
            found = found.and(signed(0) * nest[0].step, signed(1), sum);
        } else if is_gcd_independent(&left, &right, -sum)
            || is_banerjee_independent(nest, &left, &right, -sum)
        {
            return Distances::None;
        }
    }
    found.within(nest)
}

/// Whether all that is in the two subscripts besides variables of the nest is the
/// same, and does not change.
fn is_of_the_nest(nest: &[Loop], from: &Affine, to: &Affine) -> bool {
    let rest = |affine: &Affine| {
        let mut rest = affine.terms.clone();
        let is_loops = |term: &Term| {
            let mut loops = nest.iter();
            loops.any(|each| *term == Term::Value(each.variable))
        };
        rest.retain(|term, _| !is_loops(term));
        rest
    };
    rest(from) == rest(to)
}

impl Distances {
    /// Those that solve one more equation.
    fn and(self, outer: i64, inner: i64, sum: i64) -> Self {
        let divisor = gcd(outer, inner);
        if divisor == 0 {
            // No variable is left, as in `t[0]` (ZIV).
            return if sum == 0 { self } else { Self::None };
        }
        if sum % divisor != 0 {
            return Self::None;
        }
        let (outer, inner, sum) = (outer / divisor, inner / divisor, sum / divisor);
        match self {
            Self::None => Self::None,
            Self::One(first, second) if outer * first + inner * second == sum => self,
            Self::One(..) => Self::None,
            Self::All => Self::Line { outer, inner, sum },
            Self::Line {
                outer: other_outer,
                inner: other_inner,
                sum: other_sum,
            } => {
                let determinant = outer * other_inner - inner * other_outer;
                if determinant == 0 {
                    // The factors have no common divisor: they are the same, or
                    // the one the negative of the other.
                    let sign = if (outer, inner) == (other_outer, other_inner) {
                        1
                    } else {
                        -1
                    };
                    return if sum == sign * other_sum {
                        self
                    } else {
                        Self::None
                    };
                }
                let first = sum * other_inner - inner * other_sum;
                let second = outer * other_sum - sum * other_outer;
                if first % determinant != 0 || second % determinant != 0 {
                    return Self::None;
                }
                Self::One(first / determinant, second / determinant)
            }
        }
    }

    /// Those that fit in loops whose length is known.
    fn within(self, nest: &[Loop]) -> Self {
        let fits = |at: usize, distance: i64| {
            let bounds = nest.get(at).and_then(|each| each.bounds);
            let step = if at == 0 { nest[0].step } else { 1 };
            bounds.is_none_or(|(low, high)| (distance * step).abs() <= (high - low).max(0))
        };
        match self {
            Self::One(first, second) if !fits(0, first) || !fits(1, second) => Self::None,
            Self::Line {
                outer,
                inner: 0,
                sum,
            } if !fits(0, sum / outer) => Self::None,
            Self::Line {
                outer: 0,
                inner,
                sum,
            } if !fits(1, sum / inner) => Self::None,
            found => found,
        }
    }
}

/// The greatest common divisor; of two zeros it is 0.
pub(super) fn gcd(left: i64, right: i64) -> i64 {
    let (mut left, mut right) = (left.abs(), right.abs());
    while right != 0 {
        (left, right) = (right, left % right);
    }
    left
}
