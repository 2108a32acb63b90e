//! The executors of `delayed`: what runs a pipeline's loops on many threads,
//! the graphs that are built call by call at run time, and what loops sum into.

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;
mod accumulate;
mod bytes;
#[cfg(feature = "checkpoint")]
pub mod checkpoint;
mod constants;
mod control;
pub mod delayed;
pub mod error;
mod executor;
mod few;
#[cfg(all(test, loom))]
mod models;
mod nbytes;
mod nest;
mod not_a_task;
pub mod observe;
#[cfg(feature = "profile")]
pub mod profile;
pub mod source;
mod sync;
pub mod task;

pub use accumulate::{Associative, Pairwise};
pub use bytes::{Bytes, ParseBytesError};
pub use control::{CancelToken, Cancelled, TimedOut, cancelled};
pub use delayed_graph as graph;
pub use error::Error;
pub use executor::{MemoryLimit, MemoryUse, Panics, Pipeline, Runtime, RuntimeBuilder, TooLarge};
pub use nbytes::NBytes;
pub use task::TaskInfo;
