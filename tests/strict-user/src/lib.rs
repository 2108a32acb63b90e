//! Counts words, as a user with strict lints would write it.

pub mod arrays;
pub mod branches;
pub mod dynamic;
pub mod loops;
pub mod tasks;
