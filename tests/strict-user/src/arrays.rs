//! Loops over arrays.

use dask::prelude::*;

/// A cell of [`distance`].
#[delayed(crate = dask)]
#[must_use]
pub fn cheapest(both: usize, above: usize, left: usize, is_same: bool) -> usize {
    if is_same {
        both
    } else {
        1 + both.min(above).min(left)
    }
}

/// How many letters have to be changed, added or taken away.
///
/// # Errors
///
/// When a cell fails.
pub fn distance(one: &[u8], other: &[u8]) -> Result<usize, dask::Error> {
    let table = pipeline!({
        let mut table = vec![vec![0_usize; other.len() + 1]; one.len() + 1];
        for i in 0..=one.len() {
            table[i][0] = i;
        }
        for j in 0..=other.len() {
            table[0][j] = j;
        }
        for i in 1..=one.len() {
            for j in 1..=other.len() {
                let is_same = one[i - 1] == other[j - 1];
                table[i][j] = cheapest(
                    table[i - 1][j - 1],
                    table[i - 1][j],
                    table[i][j - 1],
                    is_same,
                );
            }
        }
        table[one.len()][other.len()]
    });
    table.compute()
}

/// Smooths a grid of the caller's in place.
///
/// # Errors
///
/// When a cell fails.
pub fn smooth(grid: &mut [Vec<f64>], sweeps: u32) -> Result<(), dask::Error> {
    let smooth = pipeline!({
        for _sweep in 0..sweeps {
            for y in 1..grid.len() {
                for x in 1..grid[y].len() {
                    grid[y][x] = f64::midpoint(grid[y - 1][x], grid[y][x - 1]);
                }
            }
        }
    });
    smooth.compute()
}
