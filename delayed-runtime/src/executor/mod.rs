//! What runs a pipeline: one caller that works, and helpers that join it.
//!
//! The compiler turns a loop into two closures: a *front* that makes an
//! iteration's values and may run beside other iterations, and a *back* that
//! folds them into the loop's outer variables, one iteration after the other.
//!
//! | place | idea |
//! |---|---|
//! | `runtime.rs` | which threads may help: [`Runtime`], and the choices that it is built with |
//! | `pipeline.rs` | [`Pipeline`]: a graph and the body that runs it |
//! | `run.rs` | one computation: asking for helpers, waiting, stopping |
//! | `contract.rs` | what an executor does: one trait, and which one is asked |
//! | `stealing.rs` | the executor whose caller works and is helped by a pool |
//! | `seeded.rs` | the serial executor, in an order that a seed decides |
//! | `looping/` | how iterations are claimed and run |
//! | `gather/` | how what they hand over comes together, in their order |
//! | `fork.rs` | independent statements side by side |
//! | `help/` | where work is offered to others, and who comes |
//! | `memory/` | limits of memory: what is held, and who may begin |
//! | `calls.rs` | which calls observers are told of |
//! | `scope.rs` | an iteration seen from its body |
//! | `position.rs` | where in the serial order a piece of work stands |
//! | `site.rs` | calls and loops as the program's text has them |
//! | `trace.rs` | which call and item a failure or panic belongs to |

mod calls;
pub(crate) mod contract;
pub(crate) mod fork;
pub(crate) mod gather;
pub(crate) mod help;
pub(crate) mod looping;
pub(crate) mod memory;
mod pipeline;
mod position;
mod run;
mod runtime;
mod scope;
pub(crate) mod seeded;
mod site;
pub(crate) mod stealing;
pub(crate) mod trace;

pub use gather::ring::Turn;
pub use memory::{MemoryLimit, MemoryUse, TooLarge};
pub use pipeline::{Pipeline, Schema};
pub(crate) use position::Position;
#[cfg(all(test, loom))]
pub(crate) use run::Run;
pub use run::Stop;
pub(crate) use run::{PLAIN_BYTES, is_plain};
pub(crate) use runtime::Home;
pub use runtime::{Panics, Runtime, RuntimeBuilder};
pub use scope::Scope;
pub use site::{CallSite, LoopSite};

#[cfg(all(test, loom))]
mod models;
#[cfg(test)]
mod tests;
