//! Static pipelines, and the same by hand: as a loop, and by rayon.

use delayed::prelude::*;
use rayon::prelude::*;

use super::tasks::{Sum, add, double, increment, leaf};

/// Makes so many iterations.
type Way = fn(u64) -> u64;

/// Ways to make so many iterations: as a pipeline, as the loop, and by rayon.
pub(crate) struct Shape {
    pub(crate) name: &'static str,
    /// How many tasks an iteration has.
    pub(crate) tasks: f64,
    pub(crate) pipeline: Way,
    pub(crate) serial: Way,
    /// Rayon's parallel iterator, and its `join` an iteration.
    pub(crate) rayon: Option<[Way; 2]>,
}

pub(crate) const SHAPES: [Shape; 5] = [
    Shape {
        name: "chain",
        tasks: 1.0,
        pipeline: |items| {
            let chain = pipeline!({
                let mut x = 0;
                for _ in 0..items {
                    x = increment(x);
                }
                x
            });
            value(chain)
        },
        serial: |items| (0..items).fold(0, |x, _| increment::eager(x)),
        rayon: None,
    },
    Shape {
        name: "fan",
        tasks: 1.0,
        pipeline: |items| {
            let fan = pipeline!({
                let mut sum = 0;
                for x in 0..items {
                    sum += increment(x);
                }
                sum
            });
            value(fan)
        },
        serial: |items| {
            let mut sum = 0;
            for x in 0..items {
                sum += increment::eager(x);
            }
            sum
        },
        rayon: Some([
            |items| (0..items).into_par_iter().map(increment::eager).sum(),
            |items| join(0, items, &increment::eager, &|x, y| x + y),
        ]),
    },
    Shape {
        name: "collect",
        tasks: 1.0,
        pipeline: |items| {
            let all = pipeline!({
                let all = for x in 0..items {
                    increment(x)
                };
                { last(&all) }
            });
            value(all)
        },
        serial: |items| {
            let mut all = Vec::new();
            for x in 0..items {
                all.push(increment::eager(x));
            }
            last(&all)
        },
        rayon: Some([
            |items| {
                let each = (0..items).into_par_iter().map(increment::eager);
                last(&each.collect::<Vec<_>>())
            },
            |items| join(0, items, &increment::eager, &|_, y| y),
        ]),
    },
    Shape {
        name: "tree",
        tasks: 2.0,
        pipeline: |items| {
            let tree = pipeline!({
                let mut sum = Sum::default();
                for x in 0..items {
                    sum += leaf(x);
                }
                sum.0
            });
            value(tree)
        },
        serial: |items| {
            let mut sum = Sum::default();
            for x in 0..items {
                sum += leaf::eager(x);
            }
            sum.0
        },
        rayon: Some([
            |items| {
                let leaves = (0..items).into_par_iter().map(|x| leaf::eager(x).0);
                leaves.reduce(|| 0, merge)
            },
            |items| join(0, items, &|x| leaf::eager(x).0, &merge),
        ]),
    },
    Shape {
        name: "loop",
        tasks: 3.0,
        pipeline: |items| {
            let sum = pipeline!({
                let mut sum = 0;
                for x in 0..items {
                    sum += add(increment(x), double(x));
                }
                sum
            });
            value(sum)
        },
        serial: |items| {
            let mut sum = 0;
            for x in 0..items {
                sum += item(x);
            }
            sum
        },
        rayon: Some([
            |items| (0..items).into_par_iter().map(item).sum(),
            |items| join(0, items, &item, &|x, y| x + y),
        ]),
    },
];

/// Each cell of a square from the one to its left and the one above, in a table
/// that is there before.
pub(crate) fn wave(t: &mut [Vec<u64>]) -> u64 {
    let side = t.len();
    t[0][0] = increment::eager(0);
    for at in 1..side {
        t[0][at] = add::eager(t[0][at - 1], t[0][at - 1]);
        t[at][0] = add::eager(t[at - 1][0], t[at - 1][0]);
    }
    let wave = pipeline!({
        for i in 1..side {
            for j in 1..side {
                t[i][j] = add(t[i][j - 1], t[i - 1][j]);
            }
        }
        t[side - 1][side - 1]
    });
    value(wave)
}

fn value(pipeline: Pipeline<'_, u64>) -> u64 {
    pipeline.compute().expect("no task fails")
}

fn merge(x: u64, y: u64) -> u64 {
    let mut sum = Sum(x);
    sum += Sum(y);
    sum.0
}

fn item(x: u64) -> u64 {
    add::eager(increment::eager(x), double::eager(x))
}

fn last(all: &[u64]) -> u64 {
    all.last().copied().unwrap_or_default()
}

/// Both halves of what is between the two numbers, side by side.
fn join(
    first: u64,
    end: u64,
    each: &(impl Fn(u64) -> u64 + Sync),
    both: &(impl Fn(u64, u64) -> u64 + Sync),
) -> u64 {
    if end - first == 1 {
        return each(first);
    }
    let middle = u64::midpoint(first, end);
    let (left, right) = rayon::join(
        || join(first, middle, each, both),
        || join(middle, end, each, both),
    );
    both(left, right)
}
