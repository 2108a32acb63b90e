//! What the cells of array loops cost beside the loops by hand: a wavefront of
//! 1000 × 1000 cells that do next to nothing, the same over a table in one piece,
//! rows that need nothing of each other, and a nest that is too small to share.
//!
//! Nanoseconds a cell are medians, ratios and differences medians over rounds in
//! which both take turns. In brackets the goal; `!` where it is missed.
//!
//! ```sh
//! cargo bench --bench arrays
//! ```

mod common;

use std::cell::RefCell;

use common::tasks::{add, increment};
use common::{Goal, Turns, on_threads};
use delayed::prelude::*;

type Table = Vec<Vec<u64>>;

/// How many rows and columns there are.
const SIZE: usize = 1000;

/// Room for so many rows and columns, which is there before the clock starts.
fn table(size: usize) -> RefCell<Table> {
    RefCell::new(vec![vec![1; size + 1]; size + 1])
}

fn wave_by_hand(t: &mut Table) -> u64 {
    for i in 1..t.len() {
        for j in 1..t[i].len() {
            t[i][j] = add::eager(t[i][j - 1], t[i - 1][j]);
        }
    }
    corner(t)
}

fn wave(t: &mut Table) -> u64 {
    let wave = pipeline!({
        for i in 1..t.len() {
            for j in 1..t[i].len() {
                t[i][j] = add(t[i][j - 1], t[i - 1][j]);
            }
        }
        { corner(t) }
    });
    wave.compute().expect("no task fails")
}

// As a user would write it by hand.
#[allow(clippy::needless_range_loop)]
fn rows_by_hand(t: &mut Table) -> u64 {
    for i in 0..t.len() {
        for j in 1..t[i].len() {
            t[i][j] = increment::eager(t[i][j - 1]);
        }
    }
    corner(t)
}

fn rows(t: &mut Table) -> u64 {
    let rows = pipeline!({
        for i in 0..t.len() {
            for j in 1..t[i].len() {
                t[i][j] = increment(t[i][j - 1]);
            }
        }
        { corner(t) }
    });
    rows.compute().expect("no task fails")
}

/// How far a row of a table in one piece is from the next.
const WIDTH: usize = SIZE + 1;

// Both ways are of one type.
#[allow(clippy::ptr_arg)]
fn flat_by_hand(t: &mut Vec<u64>) -> u64 {
    for i in 1..WIDTH {
        for j in 1..WIDTH {
            t[i * WIDTH + j] = add::eager(t[i * WIDTH + j - 1], t[(i - 1) * WIDTH + j]);
        }
    }
    t[WIDTH * WIDTH - 1]
}

fn flat(t: &mut Vec<u64>) -> u64 {
    let flat = pipeline!({
        for i in 1..WIDTH {
            for j in 1..WIDTH {
                t[i * WIDTH + j] = add(t[i * WIDTH + j - 1], t[(i - 1) * WIDTH + j]);
            }
        }
        t[WIDTH * WIDTH - 1]
    });
    flat.compute().expect("no task fails")
}

/// A number that tells whether the cells have run.
fn corner(t: &Table) -> u64 {
    let row = t.last().expect("there are rows");
    row[row.len() - 1]
}

/// Fills a table, as a pipeline or by hand.
type Way<T> = fn(&mut T) -> u64;

#[allow(clippy::print_stdout)]
fn compare<T>(threads: usize, name: &str, table: &RefCell<T>, by_hand: Way<T>, pipeline: Way<T>) {
    let cells = (SIZE * SIZE) as f64;
    let fill = |way: Way<T>| way(&mut table.borrow_mut());
    let turns = Turns::take(101, [&|| fill(by_hand), &|| fill(pipeline)]);
    let goal = if threads == 1 { 1.2 } else { 1.3 / 2.0 };
    let [serial, ours] = [0, 1].map(|index| turns.median(index) / cells);
    let ratio = Goal::at_most(turns.ratio(1, 0), goal);
    println!("{threads:>7} {name:>6}{serial:>9.2}{ours:>9.2}{ratio:>17}");
}

#[allow(clippy::print_stdout)]
fn measure(threads: usize) {
    let large = table(SIZE);
    compare(threads, "wave", &large, wave_by_hand, wave);
    let piece = RefCell::new(vec![1; WIDTH * WIDTH]);
    compare(threads, "flat", &piece, flat_by_hand, flat);
    compare(threads, "rows", &large, rows_by_hand, rows);
    let small = table(30);
    let many = |way: Way<Table>| {
        let mut table = small.borrow_mut();
        (0..100).fold(0, |sum: u64, _| sum.wrapping_add(way(&mut table)))
    };
    let turns = Turns::take(41, [&|| many(wave_by_hand), &|| many(wave)]);
    let excess = Goal::at_most(turns.excess(1, 0) / 100.0, 1000.0);
    println!("{threads:>7}  30 x 30 cells, ns more than by hand: {excess}");
}

#[allow(clippy::print_stdout)]
fn main() {
    println!("threads  shape   serial pipeline / serial (goal)");
    for threads in [1, 2] {
        on_threads(threads, || measure(threads));
    }
}
