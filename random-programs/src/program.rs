//! A random program, and its two texts: a pipeline and plain Rust.

use std::fmt::Write as _;

/// A body with the surroundings that it captures.
#[derive(Clone, Debug, Default)]
pub struct Program {
    /// What it was made from, and its name.
    pub seed: u64,
    /// The declarations of captured variables.
    pub given: Vec<String>,
    /// The captured variables that are compared afterwards.
    pub seen: Vec<String>,
    /// The statements in front of the values.
    pub body: Vec<Stmt>,
    /// The values of the body: the parts of a tuple.
    pub outputs: Vec<String>,
}

/// A statement. Both texts are the same but for a loop's value, which plain
/// Rust spells with `push`.
#[derive(Clone, Debug)]
pub enum Stmt {
    /// A statement on a line of its own.
    Line(String),
    /// Bodies, each behind a text that ends in an open brace; and what closes
    /// the last one.
    Nest(Vec<(String, Vec<Stmt>)>, &'static str),
    /// `let name = for … { …; tail };`
    Collect {
        /// What the list is bound to.
        name: String,
        /// `for … in … {`
        head: String,
        /// The statements in front of the item.
        body: Vec<Stmt>,
        /// The expression of the item.
        tail: String,
    },
}

/// Which of the two texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Version {
    /// Plain Rust, which is what the pipeline must mean.
    Plain,
    /// The body of `pipeline!`.
    Pipeline,
}

impl Program {
    /// The text of the module that runs this program as `version`.
    pub fn module(&self, version: Version) -> String {
        let mut text = String::from("#![allow(clippy::all)]\nuse crate::harness::*;\n");
        text += match version {
            Version::Plain => "use crate::tasks::plain::*;\n\npub fn run() -> Outcome {\n",
            Version::Pipeline => {
                "use crate::tasks::lazy::*;\n\npub fn run(runtime: &delayed::Runtime) -> Outcome {\n"
            }
        };
        for line in &self.given {
            let _ = writeln!(text, "    {line}");
        }
        text += match version {
            Version::Plain => "    let result = serial(|| -> Result<_, BoxError> { Ok({\n",
            Version::Pipeline => "    let result = parallel(delayed::pipeline!({\n",
        };
        text += &self.body_text(version);
        text += match version {
            Version::Plain => "    }) });\n",
            Version::Pipeline => "    }).compute_on(runtime));\n",
        };
        let seen: String = self.seen.iter().map(|name| format!("&{name}, ")).collect();
        let _ = write!(
            text,
            "    Outcome {{ result, seen: format!(\"{{:?}}\", ({seen})) }}\n}}\n"
        );
        text
    }

    /// The body of both: statements, and the tuple of its values.
    pub fn body_text(&self, version: Version) -> String {
        let mut text = String::new();
        write(&self.body, version, 2, &mut text);
        let outputs: String = self
            .outputs
            .iter()
            .map(|value| format!("{value}, "))
            .collect();
        let _ = writeln!(text, "        ({outputs})");
        text
    }

    /// How long it is, to tell which of two is simpler.
    pub fn size(&self) -> usize {
        self.module(Version::Pipeline).len()
    }
}

fn write(body: &[Stmt], version: Version, depth: usize, text: &mut String) {
    let indent = "    ".repeat(depth);
    for stmt in body {
        match stmt {
            Stmt::Line(line) => {
                let _ = writeln!(text, "{indent}{line}");
            }
            Stmt::Nest(bodies, foot) => {
                for (head, body) in bodies {
                    let _ = writeln!(text, "{indent}{head}");
                    write(body, version, depth + 1, text);
                }
                let _ = writeln!(text, "{indent}{foot}");
            }
            Stmt::Collect {
                name,
                head,
                body,
                tail,
            } => {
                let (before, tail, after) = match version {
                    Version::Pipeline => (String::new(), tail.clone(), ""),
                    Version::Plain => (
                        "{ let mut collected = Vec::new(); ".to_owned(),
                        format!("let item = {{ {tail} }}; collected.push(item);"),
                        " collected }",
                    ),
                };
                let _ = writeln!(text, "{indent}let {name} = {before}{head}");
                write(body, version, depth + 1, text);
                let _ = writeln!(text, "{indent}    {tail}\n{indent}}}{after};");
            }
        }
    }
}
