//! Serial elision without rustc: each random program is evaluated as plain Rust,
//! statement by statement, and as what the compiler makes of it, the plan of the
//! graph after each pass, where iterations and branches overlap in a random
//! order. Both must end alike and leave the same surroundings.
//!
//! `DELAYED_SEED` is the first program, `DELAYED_INTERPRETED` their number. A
//! failure names its seed, and the pass after which the answer differs.
//!
//! | file | idea |
//! |---|---|
//! | `value.rs`, `place.rs`, `env.rs` | values with one owner, memory, names |
//! | `machine.rs` | the state of a run, and who may touch what beside whom |
//! | `eval.rs`, `operate.rs`, `pattern.rs`, `call.rs` | expressions |
//! | `method.rs`, `iterate.rs`, `text.rs`, `task.rs` | what they call |
//! | `serial.rs` | a program as it is written |
//! | `run.rs`, `overlap.rs` | a program as it is planned |

mod branch;
mod call;
mod env;
mod eval;
mod iterate;
mod machine;
mod method;
mod operate;
mod overlap;
mod pattern;
mod place;
mod rng;
mod run;
mod serial;
mod task;
mod text;
mod value;
mod variant;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::panic::catch_unwind;
use std::thread;

use delayed_compiler::pipeline::ir::Graph;
use delayed_compiler::pipeline::order::Order;
use delayed_compiler::pipeline::plan::Plan;
use delayed_compiler::pipeline::{self, dump, plan};
use machine::Flow;
use random_programs::{Face, Program, Version, generate};
use serial::{Outcome, Written};

/// How many programs run without being asked for more.
const PROGRAMS: u64 = 1500;
/// As many programs share a thread: what the parser remembers of texts is freed
/// with it.
const BLOCK: u64 = 200;
/// A program that evaluates more expressions is run after the last pass only:
/// few programs do, and they would take most of the time.
const LONG: u64 = 5_000;

/// What the compiler does not yet do as plain Rust does; a fix ends in the
/// removal of its line here.
const OPEN: &[&str] = &["field_move", "method", "shadow"];
/// The same by what is reported: programs that meet it are skipped.
const OPEN_FAULTS: &[&str] = &[
    // The verifier looks for last uses in a fork alone, and takes a copy for a move.
    "needs another branch",
];

/// How a program fared.
enum Verdict {
    /// All runs end as the plain one does: in this way.
    Same(&'static str),
    /// The evaluator does not know something in it.
    Skipped(String),
    Wrong(String),
}

#[test]
fn plans_mean_what_programs_mean() {
    let first = number("DELAYED_SEED", 1);
    let count = number("DELAYED_INTERPRETED", PROGRAMS);
    let end = first + count;
    eprintln!("programs {first} to {}", end - 1);
    let mut ends: BTreeMap<&str, u64> = BTreeMap::new();
    // How many for each reason, and one of them.
    let mut skipped: BTreeMap<String, (u64, u64)> = BTreeMap::new();
    let mut wrong = Vec::new();
    for start in (first..end).step_by(BLOCK as usize) {
        let seeds = start..end.min(start + BLOCK);
        let block = thread::Builder::new().stack_size(64 << 20);
        let block = block.spawn(|| seeds.map(|seed| (seed, quietly(seed))).collect::<Vec<_>>());
        let block = block.map(|block| block.join());
        let Ok(Ok(verdicts)) = block else {
            panic!("the interpreter itself fails");
        };
        for (seed, verdict) in verdicts {
            match verdict {
                Verdict::Same(end) => *ends.entry(end).or_default() += 1,
                Verdict::Skipped(reason) => skipped.entry(reason).or_insert((0, seed)).0 += 1,
                Verdict::Wrong(report) => match open_fault(&report) {
                    Some(open) => skipped.entry(open.to_owned()).or_insert((0, seed)).0 += 1,
                    None => wrong.push(report),
                },
            }
        }
    }
    let missed: u64 = skipped.values().map(|(count, _)| count).sum();
    eprintln!("interpreted {}: {ends:?}", count - missed);
    eprintln!("skipped {missed}");
    for (reason, (count, seed)) in &skipped {
        eprintln!("    {count} such as {seed}: {reason}");
    }
    for report in wrong.iter().take(3) {
        eprintln!("{report}");
    }
    for report in wrong.iter().skip(3) {
        eprintln!("{}", report.lines().next().unwrap_or_default());
    }
    assert!(
        wrong.is_empty(),
        "{} programs differ, see above",
        wrong.len()
    );
    assert!(missed * 3 <= count, "too many programs are skipped");
}

fn open_fault(report: &str) -> Option<&'static str> {
    let mut open = OPEN_FAULTS.iter();
    open.find(|open| report.contains(**open)).copied()
}

fn number(variable: &str, otherwise: u64) -> u64 {
    std::env::var(variable).map_or(otherwise, |text| {
        text.parse()
            .unwrap_or_else(|error| panic!("{variable}={text}: {error}"))
    })
}

/// A panic is a fault like any other: it may be the compiler's.
fn quietly(seed: u64) -> Verdict {
    catch_unwind(|| judge(seed)).unwrap_or_else(|payload| {
        let text = payload.downcast_ref::<String>().map(String::as_str);
        let text = text.or_else(|| payload.downcast_ref::<&str>().copied());
        let text = text.unwrap_or("without words");
        Verdict::Wrong(format!(
            "== program {seed} makes the compiler panic: {text}"
        ))
    })
}

fn judge(seed: u64) -> Verdict {
    let open = OPEN.iter().map(|construct| (*construct).to_owned());
    let program = generate::program(seed, &open.collect());
    let written = match written(&program) {
        Ok(written) => written,
        Err(error) => return Verdict::Skipped(format!("it is not Rust: {error}")),
    };
    let expected = match serial::run(&written) {
        Ok(outcome) => outcome,
        Err(Flow::Unknown(what)) => return Verdict::Skipped(what),
        Err(flow) => return Verdict::Wrong(format!("program {seed}, serially: {flow:?}")),
    };
    let captures = if is_moved(&program) { "move " } else { "" };
    let pipeline = format!("{captures}{{ {} }}", program.body_text(Version::Pipeline));
    let tokens = match pipeline.parse() {
        Ok(tokens) => tokens,
        Err(error) => return Verdict::Skipped(format!("it is not Rust: {error}")),
    };
    let mut judge = Judge {
        program: &program,
        written: &written,
        expected: &expected,
        wrong: None,
    };
    let is_long = expected.work > LONG;
    let mut order_of = seed;
    let mut observe = |pass: &str, graph: &Graph, order: &Order| {
        order_of += 1;
        if !is_long {
            judge.run(pass, (graph, order, &plan::plan(graph, order)), order_of);
        }
    };
    let (compiled, diagnostics) = pipeline::compile_observed(tokens, &mut observe);
    let whole = (&compiled.graph, &compiled.order, &compiled.plan);
    judge.run("all passes", whole, seed);
    if !is_long {
        judge.run("all passes", whole, !seed);
    }
    if let Some(refused) = diagnostics.list().first() {
        let text = refused.text();
        return Verdict::Wrong(format!("== program {seed} is refused: {text}\n{pipeline}"));
    }
    judge
        .wrong
        .map_or(Verdict::Same(expected.kind()), Verdict::Wrong)
}

/// A program and what its runs are compared with.
struct Judge<'a> {
    program: &'a Program,
    written: &'a Written,
    expected: &'a Outcome,
    wrong: Option<String>,
}

impl Judge<'_> {
    /// Runs the program as it is after `pass`, in an order made from `seed`.
    fn run(&mut self, pass: &str, (graph, order, plan): (&Graph, &Order, &Plan), seed: u64) {
        if self.wrong.is_some() {
            return;
        }
        let expected = self.expected;
        let found = match run::run(self.written, graph, plan, seed) {
            Ok(found) if found.is_as(expected) => return,
            Ok(found) => format!("found {found:#?}"),
            Err(flow) => format!("found {flow:?}"),
        };
        let mut report = format!("== program {}, after {pass}:\n", self.program.seed);
        for line in &self.program.given {
            let _ = writeln!(report, "    {line}");
        }
        let (graph, plan) = (dump::graph(graph, order), dump::plan(graph, plan));
        let text = self.program.body_text(Version::Pipeline);
        let _ = writeln!(
            report,
            "{text}\n{graph}\n{plan}\nexpected {expected:#?}\n{found}"
        );
        self.wrong = Some(report);
    }
}

fn written(program: &Program) -> syn::Result<Written> {
    let block = |text: &str| syn::parse_str::<syn::Block>(&format!("{{ {text} }}"));
    let mut given = program.given.join("\n");
    if program.face == Face::Generic {
        given += "let extra = 7_i64; let scale = |y: i64| y * 2 + 1;";
    }
    let is_method = matches!(program.face, Face::Method | Face::OwnedMethod);
    let functions = program.tasks.iter().map(|task| {
        let function: syn::ItemFn = syn::parse_str(task)?;
        Ok((function.sig.ident.to_string(), function))
    });
    let functions: BTreeMap<_, _> = functions.collect::<syn::Result<_>>()?;
    Ok(Written {
        given: block(&given)?.stmts,
        fields: block(if is_method { WORLD } else { "" })?.stmts,
        functions: functions.into(),
        body: block(&program.body_text(Version::Plain))?,
        // What is moved into a pipeline is not seen afterwards.
        seen: if is_moved(program) {
            Vec::new()
        } else {
            program.seen.clone()
        },
    })
}

/// Whether the body takes what it captures.
fn is_moved(program: &Program) -> bool {
    matches!(program.face, Face::Move | Face::Node)
}

/// The fields of `self` in a method, as variables.
const WORLD: &str = r#"
    let base = 7_i64;
    let title = "a title".to_owned();
    let words = ["12", "x7", "5", "", "31"].map(str::to_owned).to_vec();
    let digit_words = ["1", "22", "333", "4"].map(str::to_owned).to_vec();
    let list = (0..9_i64).map(|x| x * 13 % 31).collect::<Vec<i64>>();
    let many = (0..70_i64).map(|x| x * 13 % 47).collect::<Vec<i64>>();
    let token = Token::new(3);
    let tokens = (0..6_i64).map(Token::new).collect::<Vec<Token>>();
    let log = Vec::<i64>::new();
    let count = 0_i64;
    let line = String::from("-");
    let tally = BTreeMap::<i64, i64>::new();
    let chest = vec![Token::new(1)];
    let numbers = 0..40_i64;
"#;
