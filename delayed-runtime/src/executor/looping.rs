//! How the iterations of a loop are run.
//!
//! | file | idea |
//! |---|---|
//! | `alone.rs` | what a loop does before it asks for help |
//! | `region.rs` | what it does with help: claim, run the front, fold in order |
//! | `block.rs` | how many iterations are claimed at once |
//! | `pace.rs` | whether a loop or fork was short the last time |

mod alone;
pub(crate) mod block;
pub(crate) mod pace;
pub(crate) mod region;
