//! One program, run as it is written and as it is planned after each pass.

use std::panic::{AssertUnwindSafe, catch_unwind};

use delayed_compiler::pipeline::analyse::order::Order;
use delayed_compiler::pipeline::ir::Graph;
use delayed_compiler::pipeline::plan::Plan;
use delayed_compiler::pipeline::{self, dump, plan};

use crate::machine::Flow;
use crate::programs::Written;
use crate::run;
use crate::serial::{self, Outcome};

/// A program that evaluates more expressions is run after the last pass only:
/// few programs do, and they would take most of the time.
const LONG: u64 = 5_000;

/// How a program fared.
pub(crate) enum Verdict {
    /// All runs end as the plain one does: in this way.
    Same(&'static str),
    /// The evaluator does not know something in it.
    Skipped(String),
    Wrong(String),
}

/// Judges a program by runs in orders made from `seed`. A panic is a fault like
/// any other: it may be the compiler's.
pub(crate) fn judge(program: &Written, seed: u64) -> Verdict {
    let judged = catch_unwind(AssertUnwindSafe(|| runs(program, seed)));
    judged.unwrap_or_else(|payload| {
        let text = payload.downcast_ref::<String>().map(String::as_str);
        let text = text.or_else(|| payload.downcast_ref::<&str>().copied());
        let text = text.unwrap_or("without words");
        wrong(program, &format!("makes the compiler panic: {text}"))
    })
}

fn wrong(program: &Written, fault: &str) -> Verdict {
    Verdict::Wrong(format!("== {} {fault}\n{}", program.name, program.text))
}

fn runs(program: &Written, seed: u64) -> Verdict {
    let expected = match serial::run(program) {
        Ok(outcome) => outcome,
        Err(Flow::Unknown(what)) => return Verdict::Skipped(what),
        Err(flow) => return wrong(program, &format!("ends as plain Rust in {flow:?}")),
    };
    let tokens = match program.pipeline.parse() {
        Ok(tokens) => tokens,
        Err(error) => return Verdict::Skipped(format!("it is not Rust: {error}")),
    };
    let mut runs = Runs {
        program,
        expected: &expected,
        seed,
        wrong: None,
    };
    let is_long = expected.work > LONG;
    let mut observe = |pass: &str, graph: &Graph, order: &Order| {
        if !is_long {
            runs.run(pass, graph, order, &plan::plan(graph, order));
        }
    };
    let (compiled, diagnostics) = pipeline::compile_observed(tokens, &mut observe);
    for _ in 0..if is_long { 1 } else { 2 } {
        let (graph, order) = (&compiled.graph, &compiled.order);
        runs.run("all passes", graph, order, &compiled.plan);
    }
    if let Some(refused) = diagnostics.list().first() {
        return wrong(program, &format!("is refused: {}", refused.text()));
    }
    let wrong = runs.wrong.take();
    wrong.map_or(Verdict::Same(expected.kind()), Verdict::Wrong)
}

/// The runs of a program, and what they are compared with.
struct Runs<'a> {
    program: &'a Written,
    expected: &'a Outcome,
    /// Another one for each run.
    seed: u64,
    /// The first that differs.
    wrong: Option<String>,
}

impl Runs<'_> {
    /// Runs the program as it is after `pass`.
    fn run(&mut self, pass: &str, graph: &Graph, order: &Order, plan: &Plan) {
        self.seed = self.seed.wrapping_add(0x51_7cc1_b727_220a);
        if self.wrong.is_some() {
            return;
        }
        let expected = self.expected;
        let found = match run::run(self.program, (graph, order), plan, self.seed) {
            Ok(found) if found.is_as(expected) => return,
            Ok(found) => format!("found {found:#?}"),
            Err(flow) => format!("found {flow:?}"),
        };
        let Written { name, text, .. } = self.program;
        let (graph, plan) = (dump::graph(graph, order), dump::plan(graph, plan));
        self.wrong = Some(format!(
            "== {name}, after {pass}:\n{text}\n{graph}\n{plan}\nexpected {expected:#?}\n{found}"
        ));
    }
}
