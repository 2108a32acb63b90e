//! A random program, and its two texts: a pipeline and plain Rust.

use std::fmt::Write as _;

/// A body with the surroundings that it captures.
#[derive(Clone, Debug, Default)]
pub struct Program {
    /// What it was made from, and its name.
    pub seed: u64,
    /// What stands around the body.
    pub face: Face,
    /// Functions of its own, which are tasks in the pipeline.
    pub tasks: Vec<String>,
    /// The declarations of captured variables.
    pub given: Vec<String>,
    /// The captured variables that are compared afterwards.
    pub seen: Vec<String>,
    /// The statements in front of the values.
    pub body: Vec<Stmt>,
    /// The values of the body: the parts of a tuple.
    pub outputs: Vec<String>,
    /// A loop that is the body's value instead.
    pub last: Option<Stmt>,
}

/// What stands around a body, and how it takes what it captures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Face {
    /// A function with variables; they are borrowed where that will do.
    #[default]
    Closure,
    /// `move`.
    Move,
    /// `move`, and the pipeline becomes a node of a graph made at run time.
    Node,
    /// A method, which lends its fields.
    Method,
    /// A method that owns its fields.
    OwnedMethod,
    /// A generic function with a number of a type `N`, and a closure.
    Generic,
}

impl Face {
    /// Whether what is captured are fields of `self`.
    pub(crate) fn is_method(self) -> bool {
        matches!(self, Self::Method | Self::OwnedMethod)
    }

    /// Whether what is used is taken, too.
    pub(crate) fn takes(self) -> bool {
        matches!(self, Self::Move | Self::Node)
    }
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
        /// What the list is bound to; nothing if it is the body's value.
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
    /// The text of the module that runs this program as `version`: its `run`
    /// gives an `Outcome`, which a module `harness` defines. As plain Rust, each
    /// loop says by `turns` which iteration it is in.
    pub fn module(&self, version: Version) -> String {
        let (tasks, runtime, pass) = match version {
            Version::Plain => ("plain", "", ""),
            Version::Pipeline => ("lazy", "runtime: &delayed::Runtime", "runtime"),
        };
        let mut text = format!(
            "#![allow(clippy::all)]\nuse crate::harness::*;\nuse crate::tasks::{tasks}::{{self as tasks, *}};\nuse tasks::mix as blend;\n\n"
        );
        if version == Version::Plain {
            // What `delayed::pipeline!` is in there.
            text += "use crate::harness::eager as delayed;\n\n";
        }
        let method = format!("run_{tasks}_{}", self.seed);
        let whole = match self.face {
            Face::Closure | Face::Move | Face::Node => {
                format!("pub fn run({runtime}) -> Outcome {{\n")
            }
            Face::Method | Face::OwnedMethod => {
                let receiver = if self.face == Face::Method {
                    "&mut self"
                } else {
                    "mut self"
                };
                format!(
                    "pub fn run({runtime}) -> Outcome {{\n    World::new().{method}({pass})\n}}\n\nimpl World {{ fn {method}({receiver}, {runtime}) -> Outcome {{\n"
                )
            }
            Face::Generic => format!(
                "pub fn run({runtime}) -> Outcome {{\n    generic(7_i16, |y| y * 2 + 1, {pass})\n}}\n\n\
                 fn generic<N: Copy + std::fmt::Debug + Send + Sync, F>(extra: N, scale: F, {runtime}) -> Outcome\n\
                 where\n    i64: From<N>,\n    F: Fn(i64) -> i64 + Send + Sync,\n{{\n"
            ),
        };
        text += &whole;
        for task in &self.tasks {
            if version == Version::Pipeline {
                text += "    #[delayed::delayed]\n";
            }
            let _ = writeln!(text, "    {task}");
        }
        for line in &self.given {
            let _ = writeln!(text, "    {line}");
        }
        let lone = self.body.is_empty() && self.last.is_some() && !self.face.takes();
        let captures = if self.face.takes() { "move " } else { "" };
        text += &match version {
            Version::Plain => {
                format!("    let result = serial({captures}|| -> Result<_, Noted> {{ Ok({{\n")
            }
            Version::Pipeline if lone => {
                "    let result = parallel(delayed::pipeline!(\n".to_owned()
            }
            Version::Pipeline => {
                format!("    let result = parallel(delayed::pipeline!({captures}{{\n")
            }
        };
        text += &self.text(version, version == Version::Plain);
        let compute = match self.face {
            Face::Node => ".delayed().compute()",
            _ => ".compute_on(runtime)",
        };
        text += &match version {
            Version::Plain => "    }) });\n".to_owned(),
            Version::Pipeline if lone => format!("    ){compute});\n"),
            Version::Pipeline => format!("    }}){compute});\n"),
        };
        let seen: String = self.seen.iter().map(|name| format!("&{name}, ")).collect();
        let _ = write!(
            text,
            "    Outcome {{ result, seen: format!(\"{{:?}}\", ({seen})) }}\n}}{}\n",
            if self.face.is_method() { " }" } else { "" }
        );
        text
    }

    /// The body of both: statements, and the tuple of its values.
    pub fn body_text(&self, version: Version) -> String {
        self.text(version, false)
    }

    fn text(&self, version: Version, turns: bool) -> String {
        let mut writer = Writer {
            version,
            turns,
            text: String::new(),
        };
        writer.body(&self.body, 2);
        if let Some(last) = &self.last {
            writer.body(std::slice::from_ref(last), 2);
            return writer.text;
        }
        let outputs: String = self
            .outputs
            .iter()
            .map(|value| format!("{value}, "))
            .collect();
        let _ = writeln!(writer.text, "        ({outputs})");
        writer.text
    }

    /// How long it is, to tell which of two is simpler.
    pub fn size(&self) -> usize {
        self.module(Version::Pipeline).len()
    }
}

struct Writer {
    version: Version,
    /// Whether loops say which iteration they are in.
    turns: bool,
    text: String,
}

impl Writer {
    fn body(&mut self, body: &[Stmt], depth: usize) {
        let indent = "    ".repeat(depth);
        for stmt in body {
            match stmt {
                Stmt::Line(line) => {
                    let _ = writeln!(self.text, "{indent}{line}");
                }
                Stmt::Nest(bodies, foot) => {
                    for (head, body) in bodies {
                        let head = self.head(head);
                        let _ = writeln!(self.text, "{indent}{head}");
                        self.body(body, depth + 1);
                    }
                    let _ = writeln!(self.text, "{indent}{foot}");
                }
                Stmt::Collect {
                    name,
                    head,
                    body,
                    tail,
                } => {
                    let (before, tail, after) = match self.version {
                        Version::Pipeline => ("", tail.clone(), ""),
                        Version::Plain => (
                            "{ let mut collected = Vec::new(); ",
                            format!("let item = {{ {tail} }}; collected.push(item);"),
                            " collected }",
                        ),
                    };
                    let (bind, end) = match &**name {
                        "" => (String::new(), ""),
                        name => (format!("let {name} = "), ";"),
                    };
                    let head = self.head(head);
                    let _ = writeln!(self.text, "{indent}{bind}{before}{head}");
                    self.body(body, depth + 1);
                    let _ = writeln!(self.text, "{indent}    {tail}\n{indent}}}{after}{end}");
                }
            }
        }
    }

    /// `for x in xs {` as `for x in turns(xs) {`, if wanted.
    fn head(&self, head: &str) -> String {
        let is_loop = head.starts_with("for ") || head.starts_with('\'');
        match head.split_once(" in ") {
            Some((pat, rest)) if is_loop && self.turns => {
                let source = rest.trim_end_matches(" {");
                format!("{pat} in turns({source}) {{")
            }
            _ => head.to_owned(),
        }
    }
}
