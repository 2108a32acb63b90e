//! Factors a large symmetric matrix into `L·Lᵀ` (Cholesky), tile by tile.
//!
//! ```text
//! cargo run --release --example cholesky [PICTURE.svg]
//! ```
//!
//! A tile is an element of the array that the loops run over: they are the
//! textbook's, with `nalgebra` doing to tiles what the textbook does to numbers. In
//! each round `k` the tiles below the diagonal need nothing of each other, and no
//! column to the right of them needs another one.
//!
//! The matrix is the covariance of a process, and its determinant is known. That,
//! and `L·Lᵀ`, tell whether the factor is right.

mod tiles;

use std::error::Error;
use std::io::{Write, stdout};
use std::time::Instant;

use delayed::prelude::*;
use tiles::{Tile, factor, log_determinant, log_determinant_of, solve, tiled, update};

/// Tiles in a row, and rows of a tile.
const TILES: usize = 12;
const SIDE: usize = 128;

/// The largest difference of an element of `L·Lᵀ` from that of `a`.
fn error(l: &[Vec<Tile>], a: &[Vec<Tile>]) -> Result<f64, delayed::Error> {
    let largest = pipeline!({
        let mut largest = 0.0;
        for i in 0..TILES {
            for j in 0..=i {
                let mut rest = a[i][j].clone();
                for k in 0..=j {
                    rest = update(&rest, &l[i][k], &l[j][k]);
                }
                largest = f64::max(largest, rest.amax());
            }
        }
        largest
    });
    largest.compute()
}

fn main() -> Result<(), Box<dyn Error>> {
    let a = tiled(TILES, SIDE);
    let mut t = a.clone();
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
    let mut out = stdout().lock();
    writeln!(out, "{}", factored.graph())?;
    if let Some(picture) = std::env::args_os().nth(1) {
        factored.visualize(picture)?;
    }
    let begun = Instant::now();
    factored.compute()?;
    let took = begun.elapsed();

    let rows = TILES * SIDE;
    writeln!(
        out,
        "{rows} rows in {:.3} s, {:.1} Gflop/s",
        took.as_secs_f64(),
        (rows as f64).powi(3) / 3e9 / took.as_secs_f64()
    )?;
    writeln!(
        out,
        "log determinant {:.6}, and is {:.6}",
        log_determinant_of(&t),
        log_determinant(rows)
    )?;
    let error = error(&t, &a)?;
    let is_right = error < 1e-12;
    writeln!(out, "L·Lᵀ is the matrix to twelve digits: {is_right}")?;
    Ok(())
}
