//! What it costs to expand `pipeline!`: 10, 100 and 1,000 statements of each
//! shape, each as the median of many runs.
//!
//! The cost should grow as the number of statements does, and 100 statements
//! should take less than 30 ms: `cargo bench -p delayed-compiler`.
//!
//! The parser of the input counts in, rustc's own work on the output does not.

#![expect(clippy::print_stdout, reason = "the numbers are what this is for")]

use std::fmt::Write as _;
use std::hint::black_box;
use std::time::{Duration, Instant};

use delayed_compiler::pipeline::expand;
use proc_macro2::TokenStream;
use quote::quote;

/// A program of about so many statements.
type Shape = fn(usize) -> String;

const SHAPES: &[(&str, Shape)] = &[
    ("tasks, glue and loops", mixed),
    ("tasks in a row", row),
    ("independent tasks", independent),
    ("one loop", one_loop),
    ("many loops", many_loops),
    ("effects in one loop", effects),
];

fn main() {
    println!(
        "{:<24}{:>12}{:>12}{:>16}{:>14}",
        "shape", "statements", "median ms", "us a statement", "tokens out"
    );
    for (name, shape) in SHAPES {
        for statements in [10, 100, 1000] {
            let text = shape(statements);
            let (time, tokens) = median(&text);
            let milliseconds = time.as_secs_f64() * 1e3;
            let each = milliseconds * 1e3 / statements as f64;
            println!("{name:<24}{statements:>12}{milliseconds:>12.2}{each:>16.1}{tokens:>14}");
        }
    }
}

/// The median time of an expansion, and the size of the code.
fn median(text: &str) -> (Duration, usize) {
    let door = quote!(::delayed::__private);
    let input: TokenStream = text.parse().expect("the program is made of tokens");
    let mut size = 0;
    let mut times = Vec::new();
    let begun = Instant::now();
    while times.len() < 5 || (times.len() < 100 && begun.elapsed() < Duration::from_secs(2)) {
        let input = input.clone();
        let started = Instant::now();
        let code = black_box(expand(input, &door));
        times.push(started.elapsed());
        size = count(code);
    }
    times.sort();
    (times[times.len() / 2], size)
}

fn count(tokens: TokenStream) -> usize {
    let sizes = tokens.into_iter().map(|tree| match tree {
        proc_macro2::TokenTree::Group(group) => 2 + count(group.stream()),
        _ => 1,
    });
    sizes.sum()
}

/// Blocks of ten statements, as users write them.
fn mixed(statements: usize) -> String {
    let mut text = "let mut total = 0; let mut log = Vec::new();".to_owned();
    for i in 0..statements / 10 {
        let _ = write!(
            text,
            "let a{i} = load({i});
             let b{i} = scale(&a{i}, 2)?;
             let c{i} = b{i}.len() + {i};
             for x in 0..c{i} {{
                 let y = step(x);
                 let z = y * 2 + a{i}.first();
                 if z > 3 {{ total += check(z)?; }}
                 total += y;
                 log.push(z);
             }}"
        );
    }
    text + "(total, log)"
}

fn row(statements: usize) -> String {
    let mut text = "let x = load(0);".to_owned();
    (1..statements).for_each(|_| text += "let x = step(x);");
    text + "x"
}

fn independent(statements: usize) -> String {
    let mut text = String::new();
    for i in 0..statements {
        let _ = write!(text, "let x{i} = load({i});");
    }
    for i in 0..statements {
        let _ = write!(text, "let _ = x{i};");
    }
    text
}

fn one_loop(statements: usize) -> String {
    let mut text = "let mut total = 0; for x0 in 0..1000 {".to_owned();
    for i in 1..statements {
        let _ = write!(text, "let x{i} = step(x{});", i - 1);
    }
    let _ = write!(text, "total += x{}; }} total", statements - 1);
    text
}

fn many_loops(statements: usize) -> String {
    let mut text = "let mut total = 0;".to_owned();
    (0..statements / 2).for_each(|_| text += "for x in 0..9 { total += step(x); }");
    text + "total"
}

fn effects(statements: usize) -> String {
    let mut text = "let mut log = Vec::new(); for x in 0..9 {".to_owned();
    for i in 0..statements / 2 {
        let _ = write!(text, "let y{i} = step(x); log.push(y{i});");
    }
    text + "} log"
}
