//! The compiler behind `pipeline!`, `#[delayed]` and the derives: a plain library over
//! `proc_macro2`, so that every phase can be tested without rustc.

pub mod diagnostics;
mod entry;
pub mod nbytes;
pub mod pipeline;
pub mod record;
pub mod task;
