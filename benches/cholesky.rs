//! What a blocked Cholesky factorisation as array loops costs beside the same
//! tiles scheduled by hand with rayon: 2048 rows in tiles of 128.
//!
//! Milliseconds are medians, ratios medians over rounds in which all take turns.
//! In brackets the goal; `!` where it is missed.
//!
//! ```sh
//! cargo bench --bench cholesky
//! ```

mod common;
#[path = "../examples/cholesky/tiles.rs"]
mod tiles;

use std::cell::RefCell;

use common::{Goal, Turns, on_threads};
use delayed::prelude::*;
use rayon::prelude::*;
use tiles::{Tile, factor, log_determinant, log_determinant_of, solve, tiled, update};

const TILES: usize = 16;
const SIDE: usize = 128;

type Table = Vec<Vec<Tile>>;

fn in_order(t: &mut Table) {
    for k in 0..TILES {
        t[k][k] = factor::eager(&t[k][k]).expect("the matrix is positive definite");
        for i in k + 1..TILES {
            t[i][k] = solve::eager(&t[k][k], &t[i][k]);
        }
        for j in k + 1..TILES {
            for i in j..TILES {
                t[i][j] = update::eager(&t[i][j], &t[i][k], &t[j][k]);
            }
        }
    }
}

/// Each round as two parallel loops: the column below the diagonal, and all tiles
/// to the right of it, each a piece of work of its own.
fn by_rayon(t: &mut Table) {
    for k in 0..TILES {
        t[k][k] = factor::eager(&t[k][k]).expect("the matrix is positive definite");
        let (above, below) = t.split_at_mut(k + 1);
        let diagonal = &above[k][k];
        below
            .par_iter_mut()
            .for_each(|row| row[k] = solve::eager(diagonal, &row[k]));
        let mut rows: Vec<_> = below
            .iter_mut()
            .map(|row| row.split_at_mut(k + 1))
            .collect();
        let mut column = Vec::new();
        let mut tiles = Vec::new();
        for (i, (left, right)) in rows.iter_mut().enumerate() {
            column.push(&left[k]);
            tiles.extend(
                right[..=i]
                    .iter_mut()
                    .enumerate()
                    .map(|(j, tile)| (i, j, tile)),
            );
        }
        tiles
            .into_par_iter()
            .with_max_len(1)
            .for_each(|(i, j, tile)| *tile = update::eager(tile, column[i], column[j]));
    }
}

fn by_pipeline(t: &mut Table) {
    let factored = pipeline!({
        for k in 0..TILES {
            t[k][k] = factor(&t[k][k])?;
            for i in k + 1..TILES {
                t[i][k] = solve(&t[k][k], &t[i][k]);
            }
            for j in k + 1..TILES {
                for i in j..TILES {
                    t[i][j] = update(&t[i][j], &t[i][k], &t[j][k]);
                }
            }
        }
    });
    factored.compute().expect("the matrix is positive definite");
}

#[allow(clippy::print_stdout)]
fn measure(threads: usize, a: &Table) {
    let table = RefCell::new(Table::new());
    let run = |way: fn(&mut Table)| {
        let mut t = table.borrow_mut();
        way(&mut t);
        let found = log_determinant_of(&t);
        assert!((found / log_determinant(TILES * SIDE) - 1.0).abs() < 1e-9);
        found.to_bits()
    };
    let works: [&dyn Fn() -> u64; 3] = [&|| run(in_order), &|| run(by_rayon), &|| run(by_pipeline)];
    let turns = Turns::take_after(21, || a.clone_into(&mut table.borrow_mut()), works);
    let [serial, rayon, ours] = [0, 1, 2].map(|index| turns.median(index) / 1e6);
    let by_loops = turns.ratio(2, 0);
    let by_rayon = Goal::at_most(turns.ratio(2, 1), 1.1);
    println!("{threads:>7}{serial:>8.1}{rayon:>8.1}{ours:>10.1}{by_loops:>9.2}{by_rayon:>15}");
}

#[allow(clippy::print_stdout)]
fn main() {
    let a = tiled(TILES, SIDE);
    println!("threads   loops   rayon  pipeline  / loops  / rayon (goal)");
    for threads in [1, 2] {
        on_threads(threads, || measure(threads, &a));
    }
}
