//! Random programs in the language of `pipeline!`: well-typed, accepted by the
//! borrow checker, and the same from the same seed on every machine.
//!
//! [`generate::program`] makes one as two texts of the same meaning, a pipeline
//! and plain Rust; what both call is defined in [`TASKS`]. [`nest`] makes loops over
//! arrays.
//!
//! ```
//! use random_programs::{Version, generate};
//!
//! let program = generate::program(7, &Default::default());
//! assert!(program.module(Version::Pipeline).contains("pipeline!"));
//! assert!(!program.module(Version::Plain).contains("pipeline!"));
//! ```

pub mod generate;
mod nest;
mod program;
mod rng;
mod scope;

pub use nest::nest;
pub use program::{Face, Program, Stmt, Version};
pub use rng::Rng;

/// The source of a module with all that random programs call: `plain` with the
/// functions, and `lazy` with the same functions as tasks.
pub const TASKS: &str = include_str!("../generated/tasks.rs");

/// Whether [`TASKS`] says that `task` is pure.
///
/// ```
/// use random_programs::is_pure;
///
/// assert!(is_pure("mix") && !is_pure("churn") && !is_pure("no_such_task"));
/// ```
pub fn is_pure(task: &str) -> bool {
    let head = format!("pub fn {task}(");
    let mut lines = TASKS.lines();
    lines.any(|line| line.trim_start().starts_with("[pure") && line.contains(&head))
}
