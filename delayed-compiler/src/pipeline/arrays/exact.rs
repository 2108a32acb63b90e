//! What rows have to wait for, asked of all that is known of two accesses at once.
//!
//! `dependence.rs` looks at subscripts whose variables have the same factors.
//! Here the bounds of the loops are known, too, and the variables of loops inside
//! of a cell and around the nest: in a factorisation, `l[j][k]` with `k` below `j`
//! is to the left of `l[i][j]`. Whether a cell may run too early is a system of
//! inequalities; if it has no solution, none does.
//!
//! *Legality.* A sum of indices wraps where the program's does. So nothing is said
//! of variables that might be huge. Those are not that have a bound above, or go up
//! by ones from a small number: nobody gets to run 2^50 iterations. A bound tells
//! something where it is made of variables that are known and of small factors, an
//! upper one only where nothing is subtracted. The outermost variable, and numbers that
//! are the same in all cells, are below 2^48, else the runtime runs the loops in order
//! (`nest/steps.rs`, `nest/flat.rs`). What is left out of a system only adds solutions.
//!
//! What stands in front of the loop inside is one column to the left of a row's cells,
//! what stands behind it one to the right, as the runtime runs them
//! (`nest/lane.rs`). Where rows wait at all, one without cells waits for all rows
//! before it, and those after it for that, so it is left out.
//!
//! *Source.* Feautrier, "Dataflow analysis of array and scalar references", 1991;
//! Pugh, "The Omega test", 1991.

use std::collections::{BTreeMap, BTreeSet};

use super::access::{Access, Part};
use super::affine::{Affine, Term};
use super::decide::Need;
use super::dependence::Loop;
use super::system::System;
use crate::pipeline::ir::ValueId;

/// Larger skews are not tried.
const MOST_SKEW: i64 = 3;
/// With larger factors in bounds, sums might wrap.
const MOST_FACTOR: i64 = 4;

/// A sum of unknowns, and a number.
type Sum = (Vec<i64>, i64);

/// What the rows of `nest`, in an iteration of the loops `around`, have to wait for
/// because of two accesses. Nothing is known of `numbers`, but that they do not change.
#[must_use]
pub(super) fn need(
    (around, nest): (&[Loop], &[Loop]),
    [one, other]: [&Access; 2],
    numbers: &BTreeSet<Term>,
) -> Need {
    let breaks = |early, late, skew| may_break((around, nest), [early, late], numbers, skew);
    let keeps = |skew| !breaks(one, other, skew) && !breaks(other, one, skew);
    if keeps(None) {
        return Need::Nothing;
    }
    let mut skews = 0..=MOST_SKEW;
    let skew = skews.find(|skew| nest.len() == 2 && keeps(Some(*skew)));
    skew.map_or(Need::End, Need::Skew)
}

/// Whether a row may name an element in `early` that a later one names in `late`,
/// where the later one would not wait.
fn may_break(
    (around, nest): (&[Loop], &[Loop]),
    [early, late]: [&Access; 2],
    numbers: &BTreeSet<Term>,
    skew: Option<i64>,
) -> bool {
    let inside = 2 * (nest.len() - 1) + early.loops.len() + late.loops.len();
    let unknowns = 2 + numbers.len() + around.len() + inside;
    let mut pair = Pair {
        system: System::new(unknowns),
        unknowns,
        used: 2,
        waits: skew.is_some(),
        numbers: BTreeMap::new(),
    };
    pair.name(numbers);
    // The first unknown is the earlier row's variable, the second one how many
    // rows the later one is behind.
    let mut apart = vec![0; unknowns];
    apart[1] = 1;
    pair.system.at_least_zero(apart, -1);
    let step = if nest[0].down {
        -nest[0].step
    } else {
        nest[0].step
    };
    let both = pair.around(around);
    let early_side = pair.side(both.clone(), nest, early, 0);
    let late_side = pair.side(both, nest, late, step);
    for subscripts in early.whole.iter().zip(&late.whole) {
        if let (Some(early), Some(late)) = subscripts
            && let Some((factors, number)) =
                pair.difference((&early_side, early), (&late_side, late))
        {
            pair.system.zero(factors, number);
        }
    }
    if let (Some(skew), [_, inner]) = (skew, nest) {
        let column = |side: &Side| side.get(&inner.variable).cloned().flatten();
        if let (Some(early), Some(late)) = (column(&early_side), column(&late_side)) {
            let (mut factors, number) = match inner.down {
                true => minus(&late, &early),
                false => minus(&early, &late),
            };
            factors[1] -= skew;
            pair.system.at_least_zero(factors, number - 1);
        }
    }
    !pair.system.surely_empty()
}

/// The variables of a cell's loops as sums of the unknowns, where they are known.
type Side = BTreeMap<ValueId, Option<Sum>>;

struct Pair {
    system: System,
    unknowns: usize,
    /// How many unknowns have a meaning.
    used: usize,
    /// Rows wait for each other.
    waits: bool,
    /// What is the same in all cells.
    numbers: BTreeMap<Term, Sum>,
}

impl Pair {
    /// Says that `numbers` are unknowns that are not below zero.
    fn name(&mut self, numbers: &BTreeSet<Term>) {
        for term in numbers {
            let unknown = self.unknown();
            self.system.at_least_zero(unknown.0.clone(), 0);
            self.numbers.insert(term.clone(), unknown);
        }
    }

    /// What is known of a term in a cell; `None` if it is unknown there.
    fn known<'a>(&'a self, side: &'a Side, term: &Term) -> Option<Option<&'a Sum>> {
        let of_loop = match term {
            Term::Value(value) => side.get(value).map(Option::as_ref),
            Term::Constant(_) | Term::Product(_) => None,
        };
        of_loop.or_else(|| self.numbers.get(term).map(Some))
    }

    /// The variables of the loops around, which are the same in both cells; one
    /// that might be huge is not among them.
    fn around(&mut self, around: &[Loop]) -> Side {
        let mut side = Side::new();
        for each in around {
            let unknown = self.unknown();
            if self.stays_small(&side, each) {
                self.bind(&mut side, each, unknown);
            }
        }
        side
    }

    /// The variables of the cell with `access`, `step` further in each row, besides
    /// those `around` it.
    fn side(&mut self, around: Side, nest: &[Loop], access: &Access, step: i64) -> Side {
        let mut side = around;
        let mut row = vec![0; self.unknowns];
        (row[0], row[1]) = (1, step);
        self.bind(&mut side, &nest[0], (row, 0));
        let columns = nest[1..].iter().map(|each| (each, access.part));
        let inside = access.loops.iter().map(|each| (each, Part::Cell));
        for (each, part) in columns.chain(inside) {
            let unknown = self.unknown();
            if !self.stays_small(&side, each) {
                side.insert(each.variable, None);
                continue;
            }
            match part {
                Part::Cell => self.bind(&mut side, each, unknown),
                beside if self.waits => self.bind_beside(&mut side, each, beside, unknown),
                // The row may have no cells.
                _ => {}
            }
        }
        side
    }

    /// Says that `column` stands for what is beside the cells of a row, which has
    /// some: one further than the first of them, or than the last.
    fn bind_beside(&mut self, side: &mut Side, each: &Loop, part: Part, column: Sum) {
        let is_low = (part == Part::Front) != each.down;
        // The last cell may be less than a step away from the end.
        let most = if part == Part::Front {
            0
        } else {
            each.step - 1
        };
        let mut cell = column.clone();
        cell.1 += if is_low { 1 } else { -1 };
        self.bind(side, each, cell.clone());
        let end = if is_low { &each.low } else { &each.high };
        if let Some(end) = self.bound(side, end.as_ref()) {
            let (factors, number) = match is_low {
                true => minus(&end, &cell),
                false => minus(&cell, &end),
            };
            self.system.at_least_zero(factors, number + most);
        }
        side.insert(each.variable, Some(column));
    }

    /// One more unknown.
    fn unknown(&mut self) -> Sum {
        let mut factors = vec![0; self.unknowns];
        factors[self.used] = 1;
        self.used += 1;
        (factors, 0)
    }

    /// Whether the variable of `each` is surely not huge.
    fn stays_small(&self, side: &Side, each: &Loop) -> bool {
        let low = each.low.as_ref().filter(|low| low.only_adds());
        let begins_low = !each.down && each.step == 1 && self.bound(side, low).is_some();
        begins_low || self.bound(side, each.high.as_ref()).is_some()
    }

    /// Says that the variable of `each` is `sum`, which is between its bounds.
    fn bind(&mut self, side: &mut Side, each: &Loop, sum: Sum) {
        if let Some(low) = self.bound(side, each.low.as_ref()) {
            let (factors, number) = minus(&sum, &low);
            self.system.at_least_zero(factors, number);
        }
        if let Some(high) = self.bound(side, each.high.as_ref()) {
            let (factors, number) = minus(&high, &sum);
            self.system.at_least_zero(factors, number);
        }
        side.insert(each.variable, Some(sum));
    }

    /// What a bound is, if it surely does not wrap.
    fn bound(&self, side: &Side, bound: Option<&Affine>) -> Option<Sum> {
        let bound = bound?;
        let mut sum = (vec![0; self.unknowns], bound.constant);
        for (term, factor) in &bound.terms {
            let known = self.known(side, term)??;
            (-MOST_FACTOR..=MOST_FACTOR)
                .contains(factor)
                .then(|| add(&mut sum, known, *factor))?;
        }
        Some(sum)
    }

    /// The difference of two subscripts, if it consists of what is known.
    fn difference(&self, early: (&Side, &Affine), late: (&Side, &Affine)) -> Option<Sum> {
        let (early, early_rest) = self.sum(early)?;
        let (late, late_rest) = self.sum(late)?;
        (early_rest == late_rest).then(|| minus(&early, &late))
    }

    /// What `affine` is, and what in it is the same in all cells.
    fn sum(&self, (side, affine): (&Side, &Affine)) -> Option<(Sum, BTreeMap<Term, i64>)> {
        let (mut sum, mut rest) = ((vec![0; self.unknowns], affine.constant), BTreeMap::new());
        for (term, factor) in &affine.terms {
            match self.known(side, term) {
                Some(Some(known)) => add(&mut sum, known, *factor),
                Some(None) => return None,
                None => {
                    rest.insert(term.clone(), *factor);
                }
            }
        }
        Some((sum, rest))
    }
}

fn add((factors, number): &mut Sum, other: &Sum, times: i64) {
    for (factor, other) in factors.iter_mut().zip(&other.0) {
        *factor += other * times;
    }
    *number += other.1 * times;
}

fn minus(sum: &Sum, other: &Sum) -> Sum {
    let mut difference = sum.clone();
    add(&mut difference, other, -1);
    difference
}
