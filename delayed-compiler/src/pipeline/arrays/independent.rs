//! Tests that two subscripts with different factors are never equal.
//!
//! `left` and `right` are the factors of the loops' variables in both; the
//! question is whether `left · I - right · J = sum` has a solution.

use super::dependence::{Loop, gcd};

/// The GCD test.
///
/// *Legality.* Whatever the iterations are, the left side is a multiple of the
/// greatest common divisor of all factors.
///
/// *Source.* Towle, "Control and data dependence for program transformations",
/// 1976; Banerjee, "Data dependence in ordinary programs", 1976.
pub(super) fn is_gcd_independent(left: &[i64], right: &[i64], sum: i64) -> bool {
    let divisor = left
        .iter()
        .chain(right)
        .fold(0, |all, factor| gcd(all, *factor));
    match divisor {
        0 => sum != 0,
        divisor => sum % divisor != 0,
    }
}

/// Banerjee's inequality, where the loops' bounds are constant.
///
/// *Legality.* Each variable is between its bounds, so the left side is between
/// the sums of the least and of the largest that each product can be; outside of
/// these there is no solution.
///
/// *Source.* Banerjee, "Dependence Analysis for Supercomputing", 1988.
pub(super) fn is_banerjee_independent(
    nest: &[Loop],
    left: &[i64],
    right: &[i64],
    sum: i64,
) -> bool {
    let (mut least, mut most) = (0_i64, 0_i64);
    let factors = left.iter().copied().zip(right.iter().map(|factor| -factor));
    for (each, (left, right)) in nest.iter().zip(factors) {
        for factor in [left, right] {
            let Some((low, high)) = each.bounds else {
                match factor {
                    0 => continue,
                    _ => return false,
                }
            };
            least += (factor * low).min(factor * high);
            most += (factor * low).max(factor * high);
        }
    }
    !(least..=most).contains(&sum)
}
