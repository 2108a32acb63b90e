//! What a factorisation does to tiles: for each operation on numbers in the
//! textbook's loops the same one on square matrices.

use delayed::prelude::*;
use nalgebra::{Cholesky, DMatrix};

/// A square piece of a matrix.
pub(crate) type Tile = DMatrix<f64>;

/// `l` of `l·lᵀ = a`, which for numbers is the square root.
#[delayed]
pub(crate) fn factor(a: &Tile) -> Result<Tile, &'static str> {
    let factored = Cholesky::new(a.clone()).ok_or("the matrix is not positive definite")?;
    Ok(factored.unpack())
}

/// `x` of `x·lᵀ = a`, which for numbers is `a / l`.
#[delayed]
pub(crate) fn solve(l: &Tile, a: &Tile) -> Tile {
    let mut x = a.transpose();
    l.solve_lower_triangular_unchecked_mut(&mut x);
    x.transpose()
}

/// `c - a·bᵀ`.
#[delayed]
pub(crate) fn update(c: &Tile, a: &Tile, b: &Tile) -> Tile {
    let mut c = c.clone();
    c.gemm(-1.0, a, &b.transpose(), 1.0);
    c
}

/// How alike two values of a process are that are so many steps apart.
const ALIKE: f64 = 0.9;

/// The element of its covariance in this row and column (Kac, Murdock and Szegő,
/// 1953): alike neighbours, and all the less alike what is further apart.
pub(crate) fn covariance(row: usize, column: usize) -> f64 {
    ALIKE.powf(row.abs_diff(column) as f64)
}

/// The logarithm of the determinant of such a matrix, which is known without
/// factoring it: each value adds what the one before it does not tell.
pub(crate) fn log_determinant(rows: usize) -> f64 {
    (rows - 1) as f64 * (1.0 - ALIKE * ALIKE).ln()
}

/// The covariance of `tiles` times `side` values in square tiles.
pub(crate) fn tiled(tiles: usize, side: usize) -> Vec<Vec<Tile>> {
    let tile = |row: usize, column: usize| {
        let element = |i, j| covariance(row * side + i, column * side + j);
        Tile::from_fn(side, side, element)
    };
    let row = |i| (0..tiles).map(|j| tile(i, j)).collect();
    (0..tiles).map(row).collect()
}

/// The logarithm of the determinant of `l·lᵀ`.
pub(crate) fn log_determinant_of(l: &[Vec<Tile>]) -> f64 {
    let diagonal = l
        .iter()
        .enumerate()
        .flat_map(|(k, row)| row[k].diagonal().data.as_vec().clone());
    2.0 * diagonal.map(f64::ln).sum::<f64>()
}
