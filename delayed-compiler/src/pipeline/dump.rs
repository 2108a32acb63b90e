//! Prints a stage at build time: `DELAYED_DUMP=ast|graph|plan|code`.
//!
//! This is the one place where an expansion looks outside of its input. It
//! never changes what the expansion gives.

/// A stage of the compiler that can be printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// The parsed statements.
    Ast,
    /// The graph as users see it.
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
