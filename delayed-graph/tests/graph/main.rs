//! Graphs as their users see them: checked, printed, drawn and saved.

mod chain;
mod common;
mod formats;
mod look;
#[cfg(feature = "svg")]
mod picture;
mod rules;
