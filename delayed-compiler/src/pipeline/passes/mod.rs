//! Changes of the graph, one file each, each with its legality argument.

pub mod dead;
pub mod merge;
pub mod recognise;
