//! Arrays whose elements lie in rows one after the other, as in `t[i * w + j]`.
//!
//! Such a subscript is taken for two, the row `i` and the column `j`. Where the
//! program counts by `w + 1` or `w - 1`, that is the width.
//!
//! *Legality.* If all columns are within the width, two elements are the same if
//! their rows and their columns are. Whether columns are is no matter of text, so
//! the runtime looks at them (`nest/flat.rs`) before rows run side by side.
//!
//! *Source.* Maslov, "Delinearization: an efficient way to break multiloop
//! dependence equations", PLDI 1992; Grosser, Ramanujam, Pouchet, Sadayappan and
//! Pop, "Optimistic delinearization of parametrically sized arrays", ICS 2015.

use std::collections::BTreeSet;

use super::access::Access;
use super::affine::{Affine, Term};
use super::dependence::Loop;
use super::recognise::is_range_item;
use crate::pipeline::ir::{Graph, ValueId};

/// What has to hold of an array: its subscripts have been split.
#[derive(Clone)]
pub struct Flat {
    /// The array.
    pub array: ValueId,
    /// How far one row is from the next.
    pub width: Affine,
    /// The rows that are named.
    pub rows: BTreeSet<Affine>,
    /// The columns that are named, or what is less.
    pub low: BTreeSet<Affine>,
    /// The columns that are named, or what is more.
    pub high: BTreeSet<Affine>,
}

impl Flat {
    /// All sums in it.
    pub fn sums(&self) -> impl Iterator<Item = &Affine> {
        let named = self.rows.iter().chain(&self.low).chain(&self.high);
        named.chain([&self.width])
    }
}

/// A variable or constant, and a number that is added to it.
#[derive(Clone)]
struct Width {
    term: Term,
    more: i64,
}

/// What the subscripts of a nest are made of.
pub(super) struct Space<'a> {
    pub(super) graph: &'a Graph,
    /// Whether a variable may differ from cell to cell, and is none of the nest's.
    pub(super) is_local: &'a dyn Fn(ValueId) -> bool,
}

impl Space<'_> {
    /// Splits the subscripts of the elements of `array` in `accesses`, where that is
    /// possible. What is multiplied and cannot be split is forgotten.
    pub(super) fn split(&self, accesses: &mut [Access], array: ValueId) -> Option<Flat> {
        let of_array = |access: &&mut Access| access.array == array;
        let mut accesses: Vec<_> = accesses.iter_mut().filter(of_array).collect();
        let flat = self.flat(&accesses, array);
        for access in &mut accesses {
            let Access {
                subscripts, whole, ..
            } = &mut **access;
            match (&flat, &whole[..]) {
                (Some((width, _)), [Some(subscript)]) => {
                    let parts = width.split(subscript);
                    *whole = parts.map_or_else(|| vec![None], |parts| parts.map(Some).to_vec());
                }
                _ => whole.iter_mut().for_each(|subscript| {
                    subscript.take_if(|affine| affine.has_products());
                }),
            }
            subscripts.clone_from(whole);
        }
        flat.map(|(_, flat)| flat)
    }

    /// How the subscripts of an array are split, and what has to hold then.
    fn flat(&self, accesses: &[&mut Access], array: ValueId) -> Option<(Width, Flat)> {
        let subscripts = accesses.iter().map(|access| match &access.whole[..] {
            [Some(subscript)] => Some(subscript),
            _ => None,
        });
        let subscripts: Vec<_> = subscripts.collect::<Option<_>>()?;
        let widths = subscripts
            .iter()
            .flat_map(|subscript| self.widths(subscript));
        let width = widths.min_by_key(|width| width.more.abs())?;
        let mut flat = Flat {
            array,
            width: Affine::term(width.term.clone()).less(-width.more),
            rows: BTreeSet::new(),
            low: BTreeSet::new(),
            high: BTreeSet::new(),
        };
        for (access, subscript) in accesses.iter().zip(subscripts) {
            let [row, column] = width.split(subscript)?;
            flat.rows.extend(self.ends(row, &access.loops)?);
            let [low, high] = self.ends(column, &access.loops)?;
            flat.low.insert(low);
            flat.high.insert(high);
        }
        Some((width, flat))
    }

    /// What a loop's variable is multiplied with in `subscript`.
    fn widths(&self, subscript: &Affine) -> Vec<Width> {
        let is_turn = |term: &Term| match term {
            Term::Value(value) => (self.is_local)(*value) || is_range_item(self.graph, *value),
            Term::Constant(_) | Term::Product(_) => false,
        };
        let products = subscript.terms.iter().filter_map(|(term, factor)| {
            let Term::Product(both) = term else {
                return None;
            };
            let (turn, term) = match &**both {
                [turn, term] | [term, turn] if is_turn(turn) && !is_turn(term) => (turn, term),
                _ => return None,
            };
            let alone = subscript.terms.get(turn).copied().unwrap_or(0);
            let more = if *factor == 1 { alone } else { 0 };
            let term = term.clone();
            Some(Width { term, more })
        });
        products.collect()
    }

    /// The least and the most that `sum` is where `loops` are around it inside of a
    /// cell: sums of what the runtime knows.
    fn ends(&self, sum: Affine, loops: &[Loop]) -> Option<[Affine; 2]> {
        let (mut low, mut high) = (sum.clone(), sum);
        for each in loops.iter().rev() {
            let variable = Affine::term(Term::Value(each.variable));
            let replace = |sum: Affine, towards: i64| {
                let factor = sum.factor(each.variable);
                let end = match (factor * towards).signum() {
                    0 => return Some(sum),
                    1 => each.high.as_ref()?,
                    _ => each.low.as_ref()?,
                };
                Some(sum.plus(&variable, -factor).plus(end, factor))
            };
            low = replace(low, -1)?;
            high = replace(high, 1)?;
        }
        let is_known =
            |sum: &Affine| !sum.has_products() && !sum.values().any(|value| (self.is_local)(value));
        (is_known(&low) && is_known(&high)).then_some([low, high])
    }
}

impl Width {
    /// The row and the column of a subscript. The width less `more` stands for the
    /// variable in it.
    fn split(&self, subscript: &Affine) -> Option<[Affine; 2]> {
        let (mut row, mut column) = (Affine::default(), Affine::default());
        column.constant = subscript.constant;
        for (term, factor) in &subscript.terms {
            let times = match term {
                term if *term == self.term => Affine::default().less(-1),
                Term::Product(both) => match &**both {
                    [one, other] | [other, one] if *one == self.term && one != other => {
                        Affine::term(other.clone())
                    }
                    _ => return None,
                },
                alone => {
                    column = column.plus(&Affine::term(alone.clone()), *factor);
                    continue;
                }
            };
            row = row.plus(&times, *factor);
            column = column.plus(&times, -factor * self.more);
        }
        Some([row, column])
    }
}
