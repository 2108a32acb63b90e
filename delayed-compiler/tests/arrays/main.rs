//! The analysis of array loops against all elements that each iteration names.
//!
//! Nests are made from seeds, with small bounds. What the compiler decides of one
//! must put any two cells that name the same element, one of them to change it,
//! in the order of the loops. How often it could have allowed more is counted.

mod nest;

use std::collections::BTreeMap;

use delayed_compiler::pipeline::{arrays::Nest, compile};
use nest::{Cell, Made};
use random_programs::Rng;

const NESTS: u64 = 4000;

/// Whether cells may run as `skew` says: whatever needs another cell's row is
/// behind it.
fn is_legal(cells: &[Cell], skew: Option<u32>) -> bool {
    let mut last: BTreeMap<_, Vec<(&Cell, bool)>> = BTreeMap::new();
    for cell in cells {
        for (element, changes) in &cell.elements {
            let before = last.entry(element).or_default();
            let waits = |(other, other_changes): &(&Cell, bool)| {
                !(*changes || *other_changes) || waits_for(cell, other, skew)
            };
            if !before.iter().all(waits) {
                return false;
            }
            before.push((cell, *changes));
        }
    }
    true
}

/// Whether `cell` waits for `other`, which is earlier in the program.
fn waits_for(cell: &Cell, other: &Cell, skew: Option<u32>) -> bool {
    let askew = |cell: &Cell, skew: u32| cell.column + i64::from(skew) * cell.row;
    cell.row == other.row || skew.is_some_and(|skew| askew(other, skew) <= askew(cell, skew))
}

#[derive(Debug, Default)]
struct Counts {
    parallel: u32,
    wavefront: u32,
    serial: u32,
    /// Those of the serial ones that a skew or none would have allowed.
    pessimistic: u32,
    /// Wavefronts whose rows need nothing of each other, or less.
    too_careful: u32,
}

impl Counts {
    /// Checks what was decided of the nests that begin with loop `at`.
    fn judge(&mut self, made: &Made, at: usize, found: Option<&Nest>) {
        let depth = found
            .map_or(2, |nest| nest.regions.len())
            .min(made.loops.len() - at);
        let runs = made.runs(at, depth);
        let all = |skew| runs.iter().all(|cells| is_legal(cells, skew));
        let could = [None, Some(0), Some(1), Some(2), Some(3)];
        let first = could.into_iter().find(|skew| all(*skew));
        let Some(nest) = found else {
            self.serial += 1;
            let helps = first.is_some_and(|first| depth == 2 || first.is_none());
            self.pessimistic += u32::from(helps);
            return;
        };
        assert!(all(nest.skew), "{}\n{nest:#?}", made.text());
        match nest.skew {
            None => self.parallel += 1,
            Some(_) => self.wavefront += 1,
        }
        self.too_careful += u32::from(first.is_some_and(|first| first < nest.skew));
    }
}

#[test]
fn what_is_allowed_keeps_every_element_in_order() {
    let mut counts = Counts::default();
    for seed in 0..NESTS {
        let made = Made::new(&mut Rng::new(seed));
        let tokens = made.text().parse().expect("the text has tokens");
        let (compiled, diagnostics) = compile(tokens);
        assert!(diagnostics.is_empty(), "{}", made.text());
        let nests = &compiled.order.arrays.nests;
        let mut at = 0;
        while at < made.loops.len() {
            let region = delayed_compiler::pipeline::ir::RegionId(at + 1);
            let found = nests.get(&region);
            counts.judge(&made, at, found);
            if found.is_some() {
                break;
            }
            at += 1;
        }
    }
    eprintln!("{counts:?}");
    assert!(counts.parallel > 200 && counts.wavefront > 200 && counts.serial > 200);
}
