//! Who helps the thread that has asked for a computation.
//!
//! | file | idea |
//! |---|---|
//! | `board.rs` | where work is offered to helpers (`unsafe`) |
//! | `pool.rs` | where helpers come from |
//! | `spin.rs` | waiting awake |

pub(crate) mod board;
pub(crate) mod pool;
pub(crate) mod spin;
