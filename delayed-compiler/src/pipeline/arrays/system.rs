//! Systems of inequalities, and whether they have a solution.
//!
//! *Legality.* Each step keeps all solutions in whole numbers, so a system that
//! ends in a contradiction has none. One that does not may have none, either.
//!
//! *Source.* Fourier 1827 and Motzkin 1936, by way of Schrijver, "Theory of Linear
//! and Integer Programming", 1986, section 12.2; the rounding of constants is that
//! of Pugh, "The Omega test", 1991.

use std::collections::BTreeSet;

use super::dependence::gcd;

/// With more inequalities than this the answer is not looked for.
const MOST: usize = 300;

/// Sums that are zero or more: the factors of the unknowns, and the number.
#[derive(Clone, Debug)]
pub(super) struct System {
    unknowns: usize,
    sums: BTreeSet<(Vec<i64>, i64)>,
    /// One of them never is.
    contradicts: bool,
}

impl System {
    /// One without inequalities.
    pub(super) fn new(unknowns: usize) -> Self {
        Self {
            unknowns,
            sums: BTreeSet::new(),
            contradicts: false,
        }
    }

    /// Adds that `factors` times the unknowns, and `number`, are zero or more.
    pub(super) fn at_least_zero(&mut self, mut factors: Vec<i64>, mut number: i64) {
        let divisor = factors.iter().fold(0, |all, factor| gcd(all, *factor));
        if divisor == 0 {
            self.contradicts |= number < 0;
            return;
        }
        factors.iter_mut().for_each(|factor| *factor /= divisor);
        number = number.div_euclid(divisor);
        self.sums.insert((factors, number));
    }

    /// Adds that they are zero.
    pub(super) fn zero(&mut self, factors: Vec<i64>, number: i64) {
        let divisor = factors.iter().fold(0, |all, factor| gcd(all, *factor));
        self.contradicts |= divisor != 0 && number % divisor != 0;
        let negative = factors.iter().map(|factor| -factor).collect();
        self.at_least_zero(factors, number);
        self.at_least_zero(negative, -number);
    }

    /// Whether it surely has no solution.
    pub(super) fn surely_empty(mut self) -> bool {
        let mut left: BTreeSet<usize> = (0..self.unknowns).collect();
        while !self.contradicts {
            let products = |unknown: &usize| {
                let sign = |sign| {
                    let mut factors = self.sums.iter().map(|(factors, _)| factors[*unknown]);
                    std::iter::from_fn(move || factors.next())
                        .filter(|factor| factor.signum() == sign)
                        .count()
                };
                sign(1) * sign(-1)
            };
            let Some(unknown) = left.iter().copied().min_by_key(products) else {
                return false;
            };
            left.remove(&unknown);
            if self.eliminate(unknown).is_none() {
                return false;
            }
        }
        true
    }

    /// Leaves `unknown` out, in favour of what it is between; `None` if that is
    /// too much.
    fn eliminate(&mut self, unknown: usize) -> Option<()> {
        let sums = std::mem::take(&mut self.sums);
        let (with, without): (Vec<_>, Vec<_>) = sums
            .into_iter()
            .partition(|(factors, _)| factors[unknown] != 0);
        self.sums.extend(without);
        let (above, below): (Vec<_>, Vec<_>) = with
            .into_iter()
            .partition(|(factors, _)| factors[unknown] > 0);
        for (low, low_number) in &above {
            for (high, high_number) in &below {
                let (by_low, by_high) = (-high[unknown], low[unknown]);
                let sum = |low: i64, high: i64| {
                    let (low, high) = (low.checked_mul(by_low)?, high.checked_mul(by_high)?);
                    low.checked_add(high)
                };
                let factors = low.iter().zip(high).map(|(low, high)| sum(*low, *high));
                let factors = factors.collect::<Option<_>>()?;
                self.at_least_zero(factors, sum(*low_number, *high_number)?);
            }
        }
        (self.sums.len() <= MOST).then_some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `x` and `y` with these sums zero or more.
    fn is_empty(sums: &[([i64; 2], i64)]) -> bool {
        let mut system = System::new(2);
        for (factors, number) in sums {
            system.at_least_zero(factors.to_vec(), *number);
        }
        system.surely_empty()
    }

    #[test]
    fn what_is_below_itself_does_not_exist() {
        assert!(is_empty(&[([1, -1], -1), ([-1, 1], 0)]));
        assert!(!is_empty(&[([1, -1], 0), ([-1, 1], 0)]));
        assert!(is_empty(&[([2, 0], -1), ([-2, 0], 1)]));
        assert!(!is_empty(&[]));
    }

    #[test]
    fn no_solution_in_a_square_is_missed() {
        let mut empty = 0;
        for seed in 0..2000_i64 {
            let part = |at: i64| (seed * 7919 + at * 104_729 + seed * at * 31) % 7 - 3;
            let mut sums: Vec<_> = (0..3)
                .map(|at| ([part(3 * at), part(3 * at + 1)], part(3 * at + 2)))
                .collect();
            sums.extend([([1, 0], 0), ([-1, 0], 4), ([0, 1], 0), ([0, -1], 4)]);
            let holds = |x: i64, y: i64| {
                let mut sums = sums.iter();
                sums.all(|([a, b], number)| a * x + b * y + number >= 0)
            };
            let exists = (0..5).any(|x| (0..5).any(|y| holds(x, y)));
            let found = is_empty(&sums);
            assert!(!(found && exists), "{sums:?}");
            empty += u32::from(found);
        }
        assert!(empty > 100);
    }
}
