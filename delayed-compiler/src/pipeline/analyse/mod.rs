//! What holds of a graph: which loops overlap and why not, and what needs what.
//!
//! | question | file |
//! |---|---|
//! | what has to happen in iteration order | `order.rs` |
//! | whether that can be handed what it needs | `handed.rs` |
//! | why a loop is serial, in words | `reasons.rs` |
//! | which steps need which | `depend.rs` |
//! | what an assignment gives a value | `assigned.rs` |
//! | how many values are held at once | `live.rs` |

pub mod assigned;
pub mod depend;
pub mod handed;
pub mod live;
pub mod order;
pub mod reasons;

pub use order::{Order, analyse};
