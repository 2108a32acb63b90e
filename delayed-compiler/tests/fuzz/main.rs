//! Arbitrary tokens through both macros: never a panic, always an expansion or
//! a diagnostic, and the same one each time.
//!
//! The inputs are random but the same from run to run. For a long run:
//! `FUZZ_CASES=1000000 cargo test --release -p delayed-compiler --test fuzz`.
//! A failure names its case; `FUZZ_FIRST=<case> FUZZ_CASES=1` runs it alone.

mod corpus;
mod mutate;
mod shrink;

use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;
use std::time::{Duration, Instant};

use delayed_compiler::pipeline;
use delayed_compiler::task::{self, Features};
use proc_macro2::TokenStream;
use quote::quote;
use random_programs::Rng;

use corpus::Corpus;
use mutate::input;

/// How many cases run without being asked for more.
const CASES: u64 = 1500;
/// As many cases share a thread: what the parser remembers of texts is freed
/// with it.
const BLOCK: u64 = 5000;

#[test]
fn pipelines() {
    run("pipelines", |corpus, rng| {
        let tokens = input(&corpus.pipelines, 6, corpus, rng);
        (tokens, &check_pipeline)
    });
}

#[test]
fn tasks() {
    run("tasks", |corpus, rng| {
        let options = input(&corpus.options, 1, corpus, rng);
        let item = input(&corpus.tasks, 4, corpus, rng);
        (quote!({ #options } { #item }), &check_task)
    });
}

/// Whether the input was accepted, or what is wrong with the compiler.
type Check = dyn Fn(TokenStream) -> Result<bool, String>;

/// Makes an input, and says what has to hold of it.
type Case = fn(&Corpus, &mut Rng) -> (TokenStream, &'static Check);

/// What happened in many cases.
#[derive(Default)]
struct Tally {
    accepted: u64,
    slowest: Duration,
    slowest_case: u64,
}

impl Tally {
    fn add(&mut self, other: &Self) {
        self.accepted += other.accepted;
        if other.slowest > self.slowest {
            (self.slowest, self.slowest_case) = (other.slowest, other.slowest_case);
        }
    }
}

/// Runs as many cases as asked for, and panics at the first that fails.
fn run(face: &'static str, case: Case) {
    let (mut first, cases) = (number("FUZZ_FIRST", 0), number("FUZZ_CASES", CASES));
    let end = first + cases;
    let mut tally = Tally::default();
    while first < end {
        let numbers = first..end.min(first + BLOCK);
        first = numbers.end;
        let block = thread::spawn(move || block(face, numbers, case));
        match block.join().expect("the cases themselves cannot be made") {
            Ok(other) => tally.add(&other),
            Err(report) => panic!("{report}"),
        }
    }
    let Tally {
        accepted,
        slowest,
        slowest_case,
    } = tally;
    eprintln!("{cases} {face}, {accepted} accepted; the slowest is {slowest_case}: {slowest:?}");
    // Inputs that are all good, or all bad, would test half of the compiler.
    let is_mixed = (cases / 20..cases - cases / 20).contains(&accepted);
    assert!(
        cases < 100 || is_mixed,
        "{accepted} of {cases} are accepted"
    );
}

fn block(face: &str, numbers: Range<u64>, case: Case) -> Result<Tally, String> {
    let corpus = Corpus::load();
    let mut tally = Tally::default();
    for number in numbers {
        let (tokens, check) = case(&corpus, &mut Rng::new(number));
        let started = Instant::now();
        let accepted = quietly(check, tokens.clone())
            .map_err(|fault| report(face, number, &fault, tokens, check))?;
        tally.add(&Tally {
            accepted: accepted.into(),
            slowest: started.elapsed(),
            slowest_case: number,
        });
    }
    Ok(tally)
}

/// The smallest input that fails in the same way.
fn report(face: &str, number: u64, fault: &str, tokens: TokenStream, check: &Check) -> String {
    let kind = |fault: &str| fault.lines().next().unwrap_or_default().to_owned();
    let fails = |tokens| quietly(check, tokens).is_err_and(|other| kind(&other) == kind(fault));
    let tokens = shrink::shrink(tokens, &fails);
    format!("{face}, case {number}: {fault}\n\nsmallest input:\n{tokens}")
}

/// A panic is a fault like any other.
fn quietly(check: &Check, tokens: TokenStream) -> Result<bool, String> {
    catch_unwind(AssertUnwindSafe(|| check(tokens))).unwrap_or_else(|payload| {
        let text = payload.downcast_ref::<String>().map(String::as_str);
        let text = text.or_else(|| payload.downcast_ref::<&str>().copied());
        Err(format!("a panic: {}", text.unwrap_or("without words")))
    })
}

fn number(variable: &str, otherwise: u64) -> u64 {
    std::env::var(variable).map_or(otherwise, |text| {
        text.parse()
            .unwrap_or_else(|error| panic!("{variable}={text}: {error}"))
    })
}

fn check_pipeline(tokens: TokenStream) -> Result<bool, String> {
    let door = quote!(::delayed::__private);
    let (compiled, diagnostics) = pipeline::compile(tokens.clone());
    pipeline::verify::verify(&compiled.graph)
        .map_err(|violation| format!("the graph is not sound\n{violation}"))?;
    let texts = (compiled.graph_text(), compiled.plan_text());
    if texts.0.is_empty() && texts.1.is_empty() {
        return Err("the dump is empty".to_owned());
    }
    let code = pipeline::expand(tokens.clone(), &door);
    syn::parse2::<syn::Expr>(code.clone())
        .map_err(|error| format!("the code is no expression\n{error}\n{code}"))?;
    let reports = code.to_string().contains("compile_error");
    if !diagnostics.is_empty() && !reports {
        return Err(format!("what was found is not reported\n{code}"));
    }
    twice(&code, &pipeline::expand(tokens, &door))?;
    Ok(diagnostics.is_empty())
}

/// The input is the options in braces, then the item in braces.
fn check_task(tokens: TokenStream) -> Result<bool, String> {
    let mut halves = tokens.into_iter().map(|tree| match tree {
        proc_macro2::TokenTree::Group(group) => group.stream(),
        tree => tree.into(),
    });
    let options = halves.next().unwrap_or_default();
    let item = halves.next().unwrap_or_default();
    let features = Features { checkpoint: true };
    let code = task::expand(options.clone(), item.clone(), features);
    let text = code.to_string();
    if !text.contains("compile_error") && syn::parse2::<syn::ItemFn>(item.clone()).is_ok() {
        syn::parse2::<syn::File>(code.clone())
            .map_err(|error| format!("the code is no items\n{error}\n{code}"))?;
    }
    if !text.contains("eager") && !text.contains(&item.to_string()) {
        return Err(format!("the function is lost\n{code}"));
    }
    twice(&code, &task::expand(options, item, features))?;
    Ok(!text.contains("compile_error") && text.contains("eager"))
}

fn twice(first: &TokenStream, second: &TokenStream) -> Result<(), String> {
    if first.to_string() == second.to_string() {
        return Ok(());
    }
    Err(format!(
        "a second expansion differs\n{first}\n\nsecond:\n{second}"
    ))
}
