//! What runs a pipeline: one caller that works, and helpers that join it.
//!
//! The compiler turns a loop into two closures: a *front* that makes an
//! iteration's values and may run beside other iterations, and a *back* that
//! folds them into the loop's outer variables, one iteration after the other.
//!
//! | file | idea |
//! |---|---|
//! | `runtime.rs` | which threads may help: [`Runtime`] |
//! | `runtime/builder.rs` | the choices that it is built with |
//! | `runtime/builder/options.rs` | what was asked of it, in words |
//! | `runtime/seeing.rs` | who is told what its runs do |
//! | `pipeline.rs` | [`Pipeline`]: a graph and the body that runs it |
//! | `run.rs` | one computation: asking for helpers, waiting, stopping |
//! | `board.rs` | where work is offered to helpers (`unsafe`) |
//! | `spin.rs` | waiting awake |
//! | `pool.rs` | where helpers come from |
//! | `position.rs` | where in the serial order a piece of work stands |
//! | `scope.rs` | an iteration seen from its body |
//! | `site.rs` | calls and loops as the program's text has them |
//! | `contract.rs` | what an executor does: one trait, and which one is asked |
//! | `stealing.rs` | the executor whose caller works and is helped by a pool |
//! | `seeded.rs` | the serial executor, in an order that a seed decides |
//! | `region.rs` | one loop: claim, run the front, fold in order |
//! | `alone.rs` | what a loop does before it asks for help |
//! | `pace.rs` | whether a loop or fork was short the last time |
//! | `block.rs` | how many iterations are claimed at once |
//! | `keep.rs` | what a block keeps until it has its turn, as the ring sees it |
//! | `handed.rs` | one value after the other |
//! | `sums.rs` | sums of integers, whether or not overflow is checked |
//! | `ring.rs` | what brings a loop's blocks back into order, as the loop sees it |
//! | `ordered.rs` | the ring that applies block after block |
//! | `tree.rs` | the ring that merges neighbours first |
//! | `gather.rs` | how what iterations hand over comes together |
//! | `collect.rs` | loops that do nothing but collect (`unsafe`) |
//! | `reduce.rs` | which way of that a reduction takes, by its type |
//! | `memory.rs` | memory limits as users see them |
//! | `ledger.rs` | how much tracked values hold on a runtime |
//! | `hand.rs` | how much those hold that one thread works with |
//! | `budget.rs` | which iterations there is memory for |
//! | `weighed.rs` | a loop's items on the scales |
//! | `fork.rs` | independent statements side by side |
//! | `trace.rs` | which call and item a failure or panic belongs to |

mod alone;
pub(crate) mod block;
pub(crate) mod board;
pub(crate) mod budget;
pub(crate) mod collect;
pub(crate) mod contract;
pub(crate) mod fork;
mod gather;
pub(crate) mod hand;
mod handed;
mod keep;
pub(crate) mod ledger;
mod memory;
mod ordered;
pub(crate) mod pace;
mod pipeline;
mod pool;
mod position;
pub(crate) mod reduce;
mod region;
mod ring;
mod run;
mod runtime;
mod scope;
pub(crate) mod seeded;
mod site;
pub(crate) mod spin;
pub(crate) mod stealing;
pub(crate) mod sums;
pub(crate) mod trace;
mod tree;
pub(crate) mod weighed;

pub use memory::{MemoryLimit, MemoryUse, TooLarge};
pub use pipeline::{Pipeline, Schema};
pub(crate) use position::Position;
pub use ring::Turn;
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
