//! The analysis of array loops against all elements that each iteration names.
//!
//! Nests are made from seeds, with small bounds. What the compiler decides of one
//! must put any two cells that name the same element, one of them to change it,
//! in the order of the loops. How often it could have allowed more is counted.

mod nest;

use std::collections::BTreeMap;

use delayed_compiler::pipeline::arrays::Nest;
use delayed_compiler::pipeline::arrays::affine::{Affine, Term};
use delayed_compiler::pipeline::compile;
use delayed_compiler::pipeline::ir::{Graph, RegionId};
use nest::{Cell, Made, NAMES, NUMBERS, Part};
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
            let is_known = before.last().is_some_and(|(last, last_changes)| {
                std::ptr::eq(*last, cell) && last_changes == changes
            });
            if !is_known {
                before.push((cell, *changes));
            }
        }
    }
    true
}

/// Whether what is the same in all `cells` has not wrapped, and their columns are within
/// the widths of arrays whose subscripts have been split, which the runtime asks for.
fn is_split_rightly(graph: &Graph, nest: &Nest, cells: &[Cell], numbers: [i64; 4]) -> bool {
    let named = |cell: &Cell, term: &Term| match term {
        Term::Value(value) => {
            let name = graph.values[value.0].name.to_string();
            match NAMES.iter().position(|turn| *turn == name) {
                Some(turn) => cell.turns[turn],
                None if name == "n" => numbers[0],
                None if name == "up" => cell.turns[0] - 1,
                None => numbers[3],
            }
        }
        Term::Constant(constant) if constant.0.is_ident("K") => numbers[1],
        Term::Constant(_) => numbers[2],
        Term::Product(_) => panic!("products have been split"),
    };
    cells.iter().all(|cell| {
        let sum = |sum: &Affine| {
            let terms = sum.terms.iter();
            let terms = terms.map(|(term, factor)| factor * named(cell, term));
            sum.constant + terms.sum::<i64>()
        };
        // Beside cells there are no columns of theirs.
        let inner = nest.regions.get(1).map(|inner| &graph.regions[inner.0]);
        let inner = inner.filter(|_| cell.part != Part::Cell);
        let is_named = |sum: &&Affine| inner.is_none_or(|inner| sum.factor(inner.items[0]) == 0);
        let has_not_wrapped = |term: &Term| named(cell, term) >= 0;
        nest.fixed.iter().all(has_not_wrapped)
            && nest.flats.iter().all(|flat| {
                let mut low = flat.low.iter().filter(is_named);
                let mut high = flat.high.iter().filter(is_named);
                low.all(|low| sum(low) >= 0) && high.all(|high| sum(high) < sum(&flat.width))
            })
    })
}

/// Whether `cell` waits for `other`, which is earlier in the program.
fn waits_for(cell: &Cell, other: &Cell, skew: Option<u32>) -> bool {
    let askew = |cell: &Cell, skew: u32| Some(cell.column? + i64::from(skew) * cell.row);
    let waits = |skew| match (askew(other, skew), askew(cell, skew)) {
        (Some(other), Some(cell)) => other <= cell,
        // A row without cells is one with all before it, and all after it.
        _ => true,
    };
    cell.row == other.row || skew.is_some_and(waits)
}

/// The smallest skew, or none, with which rows run side by side: one of them does
/// not have to wait for the end of another.
fn best(runs: &[Vec<Cell>]) -> Option<Option<u32>> {
    let columns = runs.iter().map(|cells| {
        let rows = cells.chunk_by(|one, other| one.row == other.row);
        let count = |row: &[Cell]| row.iter().filter(|cell| cell.part == Part::Cell).count();
        let rows: Vec<_> = rows.map(count).collect();
        rows.iter()
            .skip(1)
            .chain(rows.first().filter(|_| rows.len() > 1))
            .copied()
            .max()
            .unwrap_or(0)
    });
    let columns = columns.max().unwrap_or(0);
    let skews = [None, Some(0), Some(1), Some(2), Some(3)];
    let mut skews = skews.into_iter().filter(|skew| match skew {
        None => columns > 0,
        Some(skew) => columns > 1.max(*skew as usize),
    });
    skews.find(|skew| runs.iter().all(|cells| is_legal(cells, *skew)))
}

/// Whether at most half of the cells have to run one after the other, in whatever
/// order the others run.
fn is_wide(runs: &[Vec<Cell>]) -> bool {
    let chains: usize = runs.iter().map(|cells| chain(cells)).sum();
    let cells: usize = runs.iter().map(Vec::len).sum();
    2 * chains <= cells
}

/// How many cells there are at most of which each needs the one before.
fn chain(cells: &[Cell]) -> usize {
    // The longest chains that end with a change of an element, or with a look at it.
    let mut ends: BTreeMap<_, (usize, usize)> = BTreeMap::new();
    let mut longest = 0;
    for cell in cells {
        let before = cell.elements.iter().map(|(element, changes)| {
            let (changed, seen) = ends.get(element).copied().unwrap_or_default();
            if *changes { changed.max(seen) } else { changed }
        });
        let here = 1 + before.max().unwrap_or(0);
        for (element, changes) in &cell.elements {
            let (changed, seen) = ends.entry(element).or_default();
            let end = if *changes { changed } else { seen };
            *end = here.max(*end);
        }
        longest = longest.max(here);
    }
    longest
}

#[derive(Debug, Default)]
struct Counts {
    parallel: u32,
    wavefront: u32,
    /// Those of them with statements beside the loop inside.
    edged: u32,
    serial: u32,
    /// Those of the serial ones that a skew or none would have allowed.
    pessimistic: u32,
    /// Those for which no skew is enough, though another order would do.
    other_order: u32,
    /// Wavefronts whose rows need nothing of each other, or less.
    too_careful: u32,
    /// Runs whose columns are not within the widths of their arrays, or whose numbers wrap.
    in_order: u32,
}

impl Counts {
    /// Checks what was decided of the nests that begin with loop `at`.
    fn judge(&mut self, graph: &Graph, made: &Made, at: usize, found: Option<&Nest>) {
        let depth = found
            .map_or(2, |nest| nest.regions.len())
            .min(made.loops.len() - at);
        let (mut runs, mut numbers) = (Vec::new(), Vec::new());
        for each in NUMBERS {
            runs.extend(made.runs(at, depth, each));
            numbers.resize(runs.len(), each);
        }
        let best = best(&runs);
        let Some(nest) = found else {
            self.serial += 1;
            self.pessimistic += u32::from(best.is_some());
            self.other_order += u32::from(best.is_none() && is_wide(&runs));
            return;
        };
        for (cells, numbers) in runs.iter().zip(numbers) {
            let runs_in_order = !is_split_rightly(graph, nest, cells, numbers);
            let is_right = runs_in_order || is_legal(cells, nest.skew);
            assert!(is_right, "{}\nskew {:?}", made.text(), nest.skew);
            self.in_order += u32::from(runs_in_order);
        }
        match nest.skew {
            None => self.parallel += 1,
            Some(_) => self.wavefront += 1,
        }
        self.edged += u32::from(nest.beside.has_edges());
        self.too_careful += u32::from(best.is_some_and(|best| best < nest.skew));
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
            let region = RegionId(at + 1);
            let found = nests.get(&region);
            counts.judge(&compiled.graph, &made, at, found);
            if found.is_some() {
                break;
            }
            at += 1;
        }
    }
    eprintln!("{counts:?}");
    assert!(counts.parallel > 200 && counts.wavefront > 200 && counts.serial > 200);
    assert!(counts.edged > 50);
    assert!(counts.pessimistic < counts.serial / 3);
}
