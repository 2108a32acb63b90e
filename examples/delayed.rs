//! Delaying computation: functions that are composed before they run, a loop
//! that builds a graph, and the same loop compiled.
//!
//! ```text
//! cargo run --example delayed [FOLDER]
//! ```
//!
//! Draws the three graphs into the folder, if one is named.

use std::error::Error;
use std::io::{Write, stdout};
use std::path::PathBuf;

use delayed::prelude::*;

#[delayed]
fn half(x: f64) -> f64 {
    x / 2.0
}

#[delayed]
fn plus_five(x: f64) -> f64 {
    x + 5.0
}

#[delayed]
fn square_root(x: f64) -> f64 {
    x.sqrt()
}

#[delayed]
fn increment(x: i64) -> i64 {
    x + 1
}

#[delayed]
fn double(x: i64) -> i64 {
    2 * x
}

#[delayed]
fn add(x: i64, y: i64) -> i64 {
    x + y
}

const DATA: [i64; 5] = [1, 2, 3, 4, 5];

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args_os().nth(1).map(PathBuf::from);
    let mut out = stdout().lock();

    let composed = square_root(plus_five(half(24.0)));
    writeln!(out, "{composed:?} has not run")?;
    if let Some(folder) = &folder {
        composed.visualize(folder.join("composed.svg"))?;
    }
    writeln!(out, "and is {}", composed.compute()?)?;

    let output: Vec<Delayed<i64>> = DATA.iter().map(|&x| add(increment(x), double(x))).collect();
    let total: Delayed<i64> = output.into_iter().sum();
    if let Some(folder) = &folder {
        total.visualize(folder.join("built.svg"))?;
    }
    writeln!(
        out,
        "The graph that a loop has built gives {}",
        total.compute()?
    )?;

    let compiled = pipeline!({
        let mut total = 0;
        for x in DATA {
            total += add(increment(x), double(x));
        }
        total
    });
    if let Some(folder) = &folder {
        compiled.visualize(folder.join("compiled.svg"))?;
    }
    writeln!(out, "{}\ngives {}", compiled.graph(), compiled.compute()?)?;
    Ok(())
}
