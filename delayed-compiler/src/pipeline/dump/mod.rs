//! Stages of the compiler as text: for snapshots, and at build time on request
//! (`DELAYED_DUMP=ast|graph|plan|code`).
//!
//! This is the one place where an expansion looks outside of its input. It
//! never changes what the expansion gives.
//!
//! | file | idea |
//! |---|---|
//! | `ast.rs` | the statements as they were parsed |
//! | `graph.rs` | nodes with what they use, what is ordered, and why a loop is serial |
//! | `plan.rs` | steps and hand-overs |
//! | `code.rs` | tokens with line breaks |

mod ast;
mod code;
mod graph;
mod plan;

pub use ast::ast;
pub use code::code;
pub use graph::graph;
pub use plan::plan;

/// A stage of the compiler that can be printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// The parsed statements.
    Ast,
    /// The graph as users see it, and as the compiler works on it.
    Graph,
    /// The steps of the generated code.
    Plan,
    /// The generated code.
    Code,
}

/// Prints the stage `stage` if the user asked for it.
pub fn dump(stage: Stage, text: impl FnOnce() -> String) {
    let name = match stage {
        Stage::Ast => "ast",
        Stage::Graph => "graph",
        Stage::Plan => "plan",
        Stage::Code => "code",
    };
    if std::env::var("DELAYED_DUMP").is_ok_and(|wanted| wanted.split(',').any(|w| w == name)) {
        // Standard output belongs to cargo.
        eprintln!("{}", text());
    }
}
