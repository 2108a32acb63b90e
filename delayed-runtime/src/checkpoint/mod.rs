//! Results that outlive their process: what `#[delayed(checkpoint)]` and
//! [`RuntimeBuilder::checkpoint`](crate::RuntimeBuilder::checkpoint) do together.
//!
//! A marked task is a function of its arguments, so its result is kept by what
//! was called and with what, and not by where in a loop that was. A run that was
//! ended at any moment leaves whole results and nothing else, and the next one
//! takes them up.
//!
//! | file | idea |
//! |---|---|
//! | `digest.rs` | [`Digest`] and [`Fingerprint`]: what tells calls apart |
//! | `walk.rs` | the same for any value that serde can write |
//! | `record.rs` | one result as bytes, and how they are checked |
//! | `store.rs` | the folder: whole files or none |
//! | `report.rs` | [`Checkpoints`]: what was reused, kept, and not believed |
//! | `codec.rs` | a task's value as bytes and back |
//! | `recall.rs` | one call: found, or made and kept |

pub(crate) mod codec;
mod digest;
pub(crate) mod recall;
mod record;
mod report;
mod store;
mod walk;

pub use digest::{Digest, Fingerprint};
pub use report::{Checkpoints, Trouble, TroubleKind};
pub(crate) use store::Store;
