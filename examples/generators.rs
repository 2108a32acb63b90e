//! The distance of all trips in many files, without holding them: the files as
//! one iterator, and the same as a pipeline.
//!
//! ```text
//! cargo run --release --example generators
//! ```
//!
//! Both give the same bits of the same sum. How many rows the pipeline holds
//! depends on the threads that are free.

use std::error::Error;
use std::io::{Write, stdout};
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

use delayed::prelude::*;
use delayed_data::{Chunk, Chunks, Result, peak_memory, read_files, taxi};

/// Miles.
type Distance = (f64,);

const MADE_UP: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/data/taxi");

/// How many rows are held now, were at the most, and were in all.
#[derive(Default)]
struct Held {
    now: AtomicUsize,
    most: AtomicUsize,
    all: AtomicUsize,
}

/// Opens the first file. Rows are read when they are asked for, each once.
#[delayed]
fn distances(files: &[PathBuf]) -> Result<Chunks<Distance>> {
    read_files(files).columns(["trip_distance"])
}

#[delayed]
fn sum(trips: &Chunk<Distance>, held: &Held) -> f64 {
    let rows = trips.len();
    let now = held.now.fetch_add(rows, Ordering::Relaxed) + rows;
    held.most.fetch_max(now, Ordering::Relaxed);
    held.all.fetch_add(rows, Ordering::Relaxed);
    let miles = trips.iter().map(|(miles,)| miles).sum();
    held.now.fetch_sub(rows, Ordering::Relaxed);
    miles
}

fn main() -> std::result::Result<(), Box<dyn Error>> {
    let files = taxi::generate(MADE_UP, 12, 70_000, 1)?.paths;

    // An iterator over sums, not yet a list of them: none is there before it is
    // asked for, and none stays.
    let held_one_by_one = Held::default();
    let sums = distances::eager(&files)?.map(|trips| Ok(sum::eager(&trips?, &held_one_by_one)));
    let one_by_one = sums.sum::<Result<f64>>()?;

    let held_in_parallel = Held::default();
    let in_parallel = pipeline!({
        let mut miles = 0.0;
        for trips in distances(&files)? {
            miles += sum(&trips?, &held_in_parallel);
        }
        miles
    })
    .compute()?;

    let mut out = stdout().lock();
    writeln!(out, "                    miles   rows held   of rows")?;
    for (way, miles, held) in [
        ("iterator", one_by_one, held_one_by_one),
        ("pipeline", in_parallel, held_in_parallel),
    ] {
        let (most, all) = (held.most.into_inner(), held.all.into_inner());
        writeln!(out, "{way:<10}{miles:>15.2}{most:>12}{all:>10}")?;
    }
    assert_eq!(one_by_one.to_bits(), in_parallel.to_bits(), "two sums");
    if let Some(peak) = peak_memory() {
        writeln!(out, "peak memory {peak}")?;
    }
    Ok(())
}
