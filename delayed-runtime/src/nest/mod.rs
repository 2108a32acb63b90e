//! Loops over arrays whose iterations, the *cells*, may run side by side.
//!
//! The compiler has found out which cells of a nest need which (`arrays/` in
//! `delayed-compiler`). It says so by one number, the skew, which is all that a
//! run has to know; the arrays are looked at here, as the macro sees no types.
//!
//! | file | idea |
//! |---|---|
//! | `view.rs` | elements that cells share (`unsafe`, as is `ndarray.rs`) |
//! | `arrays.rs` | which types are arrays, and what to do with the others |
//! | `ndarray.rs` | arrays of that crate |
//! | `steps.rs` | the ranges that nests run over |
//! | `flat.rs` | rows that lie one after the other in one array |
//! | `shape.rs` | one loop, or two, as rows of cells |
//! | `lane.rs` | a row while its cells are being run |
//! | `bands.rs` | rows on several threads |
//! | `diary.rs` | what is told of bands |
//! | `tiles.rs` | how many cells go together |
//! | `alone.rs` | rows on the calling thread, as they are written |
//! | `shuffled.rs` | rows in an order that a seed decides |

mod alone;
mod arrays;
mod bands;
mod diary;
mod flat;
mod lane;
#[cfg(feature = "ndarray")]
mod ndarray;
mod shape;
mod shuffled;
mod steps;
mod tiles;
mod view;

pub use arrays::{Array, Lend, Lent, Nest, RunsCells, RunsLoops, fixed};
pub use flat::{Flat, Sum};
pub use steps::Steps;

#[cfg(all(test, loom))]
mod models;
#[cfg(test)]
mod tests;
