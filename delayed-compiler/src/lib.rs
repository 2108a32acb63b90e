//! The compiler behind `pipeline!` and `#[delayed]`: a plain library over
//! `proc_macro2`, so that every phase can be tested without rustc.

pub mod diagnostics;
pub mod pipeline;
pub mod task;
