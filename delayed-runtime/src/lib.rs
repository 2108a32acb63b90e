//! The executors of `delayed`: what runs a pipeline's loops on many threads,
//! and the graphs that are built call by call at run time.

pub mod error;
pub mod source;
pub mod task;

pub use delayed_graph as graph;
pub use error::Error;
pub use task::TaskInfo;
