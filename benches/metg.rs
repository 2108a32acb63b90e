//! The smallest task that is worth a second thread: METG(50 %) of Task Bench
//! (Slaughter et al., "Task Bench: A Parameterized Benchmark for Evaluating
//! Parallel Runtime Performance", SC 2020). That is how long a task has to take
//! for two threads to reach half of what two threads can do, measured against
//! the plain loop: to be no slower than it. `array` is the stencil once more, its
//! pipeline as loops over a table of all rows.
//!
//! Nanoseconds a task, from medians over rounds that take turns. In brackets the
//! goal; `!` where it is missed. With `-- curve` the efficiency at each grain.
//!
//! ```sh
//! cargo bench --bench metg
//! ```

use std::array;

use delayed::prelude::*;
use rayon::prelude::*;

mod common;

use common::tasks::work;
use common::{Goal, Turns, on_threads};

/// About as many tasks are in each graph.
const TASKS: usize = 1 << 16;

/// From the cells of the row before; what is beside the outermost ones is 0.
#[delayed]
fn cell(row: &[u64], column: usize, steps: u64) -> u64 {
    let beside = |column: usize| row.get(column).copied().unwrap_or(0);
    let (left, right) = (beside(column.wrapping_sub(1)), beside(column + 1));
    work::eager(left ^ row[column] ^ right, steps)
}

#[delayed]
fn node(left: &u64, middle: &u64, right: &u64, steps: u64) -> u64 {
    work::eager(left ^ middle ^ right, steps)
}

fn value(pipeline: Pipeline<'_, u64>) -> u64 {
    pipeline.compute().expect("no task fails")
}

fn last(row: &[u64]) -> u64 {
    row[row.len() - 1]
}

fn trivial<const W: usize>(steps: u64) -> u64 {
    let sum = pipeline!({
        let mut sum = 0;
        for _ in 0..TASKS / W {
            for column in 0..W as u64 {
                sum += work(column, steps);
            }
        }
        sum
    });
    value(sum)
}

fn trivial_serial<const W: usize>(steps: u64) -> u64 {
    let mut sum = 0;
    for _ in 0..TASKS / W {
        for column in 0..W as u64 {
            sum += work::eager(column, steps);
        }
    }
    sum
}

fn trivial_rayon<const W: usize>(steps: u64) -> u64 {
    let row = |_| {
        let row = (0..W as u64).into_par_iter();
        row.map(|column| work::eager(column, steps)).sum::<u64>()
    };
    (0..TASKS / W).map(row).sum()
}

fn trivial_graph<const W: usize>(steps: u64) -> Delayed<u64> {
    let row = |_| (0..W as u64).map(|column| work(column, steps));
    (0..TASKS / W).flat_map(row).sum()
}

fn stencil<const W: usize>(steps: u64) -> u64 {
    let row = pipeline!({
        let mut row = vec![1; W];
        for _ in 0..TASKS / W {
            let next = for column in 0..W {
                cell(&row, column, steps)
            };
            row = next;
        }
        { last(&row) }
    });
    value(row)
}

/// All rows in one table, by array loops: a wavefront.
fn stencil_table<const W: usize>(steps: u64) -> u64 {
    let row = pipeline!({
        let mut table = vec![vec![0; W + 2]; TASKS / W + 1];
        table[0][1..=W].fill(1);
        for row in 1..=TASKS / W {
            for column in 1..=W {
                let beside = table[row - 1][column - 1] ^ table[row - 1][column + 1];
                table[row][column] = work(beside ^ table[row - 1][column], steps);
            }
        }
        table[TASKS / W][W]
    });
    value(row)
}

fn stencil_serial<const W: usize>(steps: u64) -> u64 {
    let mut row = vec![1; W];
    let mut next = vec![0; W];
    for _ in 0..TASKS / W {
        for (column, next) in next.iter_mut().enumerate() {
            *next = cell::eager(&row, column, steps);
        }
        std::mem::swap(&mut row, &mut next);
    }
    last(&row)
}

fn stencil_rayon<const W: usize>(steps: u64) -> u64 {
    let mut row = vec![1; W];
    let mut next = vec![0; W];
    for _ in 0..TASKS / W {
        let columns = next.par_iter_mut().enumerate();
        columns.for_each(|(column, next)| *next = cell::eager(&row, column, steps));
        std::mem::swap(&mut row, &mut next);
    }
    last(&row)
}

fn stencil_graph<const W: usize>(steps: u64) -> Delayed<u64> {
    let mut row: Vec<_> = (0..W).map(|_| Delayed::from(1)).collect();
    let none = Delayed::from(0);
    for _ in 0..TASKS / W {
        let next = |column: usize| {
            let beside = |column: usize| row.get(column).unwrap_or(&none);
            let (left, right) = (beside(column.wrapping_sub(1)), beside(column + 1));
            node(left, &row[column], right, steps)
        };
        row = (0..W).map(next).collect();
    }
    row.pop().expect("a row has columns")
}

/// The same tasks in four ways.
struct Pattern {
    name: &'static str,
    goals: [f64; 2],
    pipeline: fn(u64) -> u64,
    graph: fn(u64) -> Delayed<u64>,
    par_iter: fn(u64) -> u64,
    serial: fn(u64) -> u64,
}

const PATTERNS: [Pattern; 4] = [
    Pattern {
        name: "trivial W=64",
        goals: [25.0, 200.0],
        pipeline: trivial::<64>,
        graph: trivial_graph::<64>,
        par_iter: trivial_rayon::<64>,
        serial: trivial_serial::<64>,
    },
    Pattern {
        name: "stencil W=64",
        goals: [50.0, 200.0],
        pipeline: stencil::<64>,
        graph: stencil_graph::<64>,
        par_iter: stencil_rayon::<64>,
        serial: stencil_serial::<64>,
    },
    Pattern {
        name: "array W=64",
        goals: [50.0, 200.0],
        pipeline: stencil_table::<64>,
        graph: stencil_graph::<64>,
        par_iter: stencil_rayon::<64>,
        serial: stencil_serial::<64>,
    },
    Pattern {
        name: "stencil W=2",
        goals: [f64::INFINITY, f64::INFINITY],
        pipeline: stencil::<2>,
        graph: stencil_graph::<2>,
        par_iter: stencil_rayon::<2>,
        serial: stencil_serial::<2>,
    },
];

/// How long a task takes by the plain loop, in nanoseconds, and the efficiencies
/// of pipeline, graph and `par_iter`.
type Point = (f64, [f64; 3]);

fn point(pattern: &Pattern, steps: u64) -> Point {
    let turns = Turns::take(
        11,
        [
            &|| (pattern.serial)(steps),
            &|| (pattern.pipeline)(steps),
            &|| {
                let graph = (pattern.graph)(steps);
                graph.compute().expect("no task fails")
            },
            &|| (pattern.par_iter)(steps),
        ],
    );
    let efficiency = |index| 0.5 / turns.ratio(index + 1, 0);
    (turns.median(0) / TASKS as f64, array::from_fn(efficiency))
}

/// The grain from which on the efficiency is 0.5, between the measured ones.
fn metg(points: &[Point], of: usize) -> f64 {
    let below = points.iter().rposition(|(_, all)| all[of] < 0.5);
    let Some(below) = below else {
        return points[0].0;
    };
    let Some((above, efficient)) = points.get(below + 1) else {
        return f64::INFINITY;
    };
    let (grain, poor) = &points[below];
    let share = (0.5 - poor[of]) / (efficient[of] - poor[of]);
    grain * (above / grain).powf(share)
}

#[allow(clippy::print_stdout)]
fn main() {
    let is_curve = std::env::args().any(|word| word == "curve");
    println!("                  pipeline (goal)     graph (goal)    par_iter");
    on_threads(2, || {
        for pattern in &PATTERNS {
            let grains = (0..11).map(|power| 1 << power);
            let points: Vec<_> = grains.map(|steps| point(pattern, steps)).collect();
            if is_curve {
                for (grain, [pipeline, graph, par_iter]) in &points {
                    println!("{grain:>14.1} ns{pipeline:>14.2}{graph:>17.2}{par_iter:>15.2}");
                }
            }
            let [pipeline, graph, par_iter] = array::from_fn(|of| metg(&points, of));
            let [pipeline, graph] = [(pipeline, 0), (graph, 1)]
                .map(|(figure, of)| Goal::at_most(figure, pattern.goals[of]));
            println!(
                "{:>14}{pipeline:>19}{graph:>17}{par_iter:>12.0}",
                pattern.name
            );
        }
    });
}
