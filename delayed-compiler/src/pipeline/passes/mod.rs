//! Changes of the graph, one file each, each with its legality argument.

pub mod dead;
pub mod fuse;
pub mod merge;
pub mod ownership;
pub mod priority;
pub mod recognise;
pub mod schedule;

use super::ir::Graph;
use crate::pipeline::analyse::order::Order;

/// A pass: changes the graph, and says whether it did.
pub type Pass = fn(&mut Graph, &Order) -> bool;

/// The passes by name, in the order in which they run.
pub const IN_ORDER: &[(&str, Pass)] = &[
    ("recognise", recognise::run),
    ("dead", dead::run),
    ("merge", merge::run),
    ("fuse", fuse::run),
    ("priority", priority::run),
    ("schedule", schedule::run),
    ("ownership", ownership::run),
];
