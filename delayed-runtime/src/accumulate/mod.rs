//! What loops add up into: a promise that lets executors regroup the additions,
//! and a sum of floats whose grouping is fixed from the start.

mod associative;
pub(crate) mod operator;
mod pairwise;
#[cfg(test)]
mod tests;

pub use associative::Associative;
pub use pairwise::Pairwise;
