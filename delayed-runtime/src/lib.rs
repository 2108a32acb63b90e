//! The executors of `delayed`: what runs a pipeline's loops on many threads,
//! and the graphs that are built call by call at run time.

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;
pub mod delayed;
pub mod error;
mod executor;
pub mod source;
pub mod task;

pub use delayed_graph as graph;
pub use error::Error;
pub use executor::{Pipeline, Runtime, RuntimeBuilder};
pub use task::TaskInfo;
