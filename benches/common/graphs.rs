//! Graphs that are built at run time, and the loops that give the same.

use delayed::prelude::*;

use super::tasks::{add, double, increment, stir};

#[delayed]
fn cell(left: &u64, up: &u64) -> u64 {
    add::eager(*left, *up)
}

#[delayed]
fn mix(a: &u64, b: &u64, c: &u64) -> u64 {
    (stir(*a) ^ b).wrapping_add(*c)
}

/// A way to build a graph of about so many tasks, and the same as a loop.
pub(crate) struct Shape {
    pub(crate) name: &'static str,
    /// How many tasks it has.
    pub(crate) tasks: fn(u64) -> u64,
    pub(crate) graph: fn(u64) -> Delayed<u64>,
    pub(crate) serial: fn(u64) -> u64,
}

pub(crate) const SHAPES: [Shape; 6] = [
    Shape {
        name: "chain",
        tasks: |tasks| tasks,
        graph: |tasks| (1..tasks).fold(increment(0), |last, _| increment(last)),
        serial: |tasks| (1..tasks).fold(increment::eager(0), |last, _| increment::eager(last)),
    },
    Shape {
        name: "fan",
        tasks: |tasks| tasks + 1,
        graph: |tasks| (0..tasks).map(increment).sum(),
        serial: |tasks| (0..tasks).map(increment::eager).sum(),
    },
    Shape {
        name: "tree",
        tasks: |tasks| 2 * leaves(tasks) - 1,
        graph: |tasks| tree((0..leaves(tasks)).map(increment).collect(), add),
        serial: |tasks| {
            tree(
                (0..leaves(tasks)).map(increment::eager).collect(),
                add::eager,
            )
        },
    },
    Shape {
        name: "wave",
        tasks: |tasks| side(tasks).pow(2),
        graph: wave,
        serial: wave_serial,
    },
    Shape {
        name: "loop",
        tasks: |tasks| tasks / 3 * 3 + 1,
        graph: |tasks| (0..tasks / 3).map(|x| add(increment(x), double(x))).sum(),
        serial: |tasks| {
            let item = |x| add::eager(increment::eager(x), double::eager(x));
            (0..tasks / 3).map(item).sum()
        },
    },
    Shape {
        name: "layer",
        tasks: |tasks| side(tasks).pow(2) + 1,
        graph: layer,
        serial: layer_serial,
    },
];

/// The power of two of leaves for so many tasks.
fn leaves(tasks: u64) -> u64 {
    1 << (tasks / 2).ilog2()
}

fn side(tasks: u64) -> u64 {
    tasks.isqrt()
}

/// Joins neighbours until one is left.
fn tree<T>(mut level: Vec<T>, join: impl Fn(T, T) -> T) -> T {
    while level.len() > 1 {
        let mut next = Vec::with_capacity(level.len() / 2);
        let mut nodes = level.into_iter();
        while let (Some(left), Some(right)) = (nodes.next(), nodes.next()) {
            next.push(join(left, right));
        }
        level = next;
    }
    level.pop().expect("a tree has a root")
}

/// Each cell of a grid from the one to its left and the one above.
fn wave(tasks: u64) -> Delayed<u64> {
    let side = side(tasks) as usize;
    let mut above: Vec<Delayed<u64>> = Vec::with_capacity(side);
    above.push(increment(0));
    for column in 1..side {
        above.push(cell(&above[column - 1], &above[column - 1]));
    }
    for _ in 1..side {
        above[0] = cell(&above[0], &above[0]);
        for column in 1..side {
            above[column] = cell(&above[column - 1], &above[column]);
        }
    }
    above.pop().expect("a grid has a last cell")
}

fn wave_serial(tasks: u64) -> u64 {
    let side = side(tasks) as usize;
    let mut above = Vec::with_capacity(side);
    above.push(increment::eager(0));
    for column in 1..side {
        above.push(cell::eager(&above[column - 1], &above[column - 1]));
    }
    for _ in 1..side {
        above[0] = cell::eager(&above[0], &above[0]);
        for column in 1..side {
            above[column] = cell::eager(&above[column - 1], &above[column]);
        }
    }
    above.pop().expect("a grid has a last cell")
}

/// Three cells of the layer above, at random.
fn pick<T>(above: &[T], random: &mut u64) -> [usize; 3] {
    [(); 3].map(|()| {
        *random ^= *random << 13;
        *random ^= *random >> 7;
        *random ^= *random << 17;
        (*random % above.len() as u64) as usize
    })
}

fn layer(tasks: u64) -> Delayed<u64> {
    let side = side(tasks);
    let mut random = 1;
    let mut above: Vec<_> = (0..side).map(increment).collect();
    for _ in 1..side {
        let node = |_| {
            let [a, b, c] = pick(&above, &mut random).map(|index| &above[index]);
            mix(a, b, c)
        };
        above = (0..side).map(node).collect();
    }
    above.into_iter().sum()
}

fn layer_serial(tasks: u64) -> u64 {
    let side = side(tasks);
    let mut random = 1;
    let mut above: Vec<_> = (0..side).map(increment::eager).collect();
    for _ in 1..side {
        let node = |_| {
            let [a, b, c] = pick(&above, &mut random).map(|index| &above[index]);
            mix::eager(a, b, c)
        };
        above = (0..side).map(node).collect();
    }
    above.into_iter().fold(0, u64::wrapping_add)
}
