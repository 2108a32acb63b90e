//! Random nests of loops over arrays, whose subscripts are affine.

mod array;
mod cells;
mod space;

use std::collections::BTreeSet;

use crate::program::{Program, Stmt};
use crate::rng::Rng;
use array::Array;
use cells::Maker;
use space::{Loop, NAMES};

/// Makes the program of `seed`: a nest or two over the same arrays, without what is
/// named in `without` (`"containers"`: all arrays are `Vec`s).
///
/// Loops are one to three deep, run up or down, over ranges that are known when
/// they are built, or are not, or depend on the loop around. Most subscripts are
/// inside of their arrays.
///
/// ```
/// use random_programs::{Version, nest};
///
/// let program = nest(7, &Default::default());
/// assert!(program.module(Version::Pipeline).contains("for i in "));
/// ```
pub fn nest(seed: u64, without: &BTreeSet<String>) -> Program {
    let mut rng = Rng::new(seed);
    let only_vecs = without.contains("containers");
    let arrays = (0..1 + rng.below(3)).map(|_| Array::new(&mut rng, only_vecs));
    let mut arrays: Vec<_> = arrays.collect();
    let mut made = Vec::new();
    for _ in 0..1 + rng.below(2) {
        let loops = loops(&mut rng);
        let mut maker = Maker::new(&mut rng, &loops, &mut arrays);
        let levels = maker.levels();
        made.push((loops, levels));
    }
    for array in &mut arrays {
        array.fit(&mut rng);
    }
    let body = made.into_iter().map(|(loops, levels)| {
        let mut inside: Vec<Stmt> = Vec::new();
        for (at, (head, level)) in loops.iter().zip(&levels).enumerate().rev() {
            let mut body = level.before(&arrays);
            body.append(&mut inside);
            body.extend(level.after(&arrays));
            let head = head.text(NAMES[at], &arrays);
            inside = vec![Stmt::Nest(vec![(head, body)], "}")];
        }
        inside
    });
    let body: Vec<_> = body.flatten().collect();
    let own = |is_own: bool| {
        let arrays = arrays.iter().enumerate();
        arrays.filter(move |(_, array)| array.is_own() == is_own)
    };
    let made = own(true).map(|(at, array)| Stmt::Line(array.declaration(at)));
    let given = own(false).map(|(at, array)| array.declaration(at));
    let constants = ["let n = 7_usize;", "let shift = 2_usize;"].map(str::to_owned);
    let widths = arrays.iter().enumerate();
    let widths = widths.filter_map(|(at, array)| array.width_declaration(at));
    Program {
        seed,
        given: constants.into_iter().chain(widths).chain(given).collect(),
        seen: own(false).map(|(at, array)| array.seen(at)).collect(),
        outputs: own(true).map(|(at, _)| format!("t{at}")).collect(),
        body: made.chain(body).collect(),
        ..Program::default()
    }
}

fn loops(rng: &mut Rng) -> Vec<Loop> {
    let depth = rng.pick(&[1, 2, 2, 2, 3]);
    (0..depth).map(|at| Loop::new(rng, depth, at)).collect()
}
