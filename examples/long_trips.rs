//! Counts the taxi trips that take longer than twenty minutes, in many files.
//!
//! ```text
//! long_trips [--threads N] [--graph PICTURE.svg] [FILE or 'PATTERN*']…
//! ```
//!
//! A file is CSV, CSV compressed with gzip, or Parquet, of yellow or green cabs.
//! If none is named, a year of made-up trips is written to `data/taxi` and read.

use std::env;
use std::error::Error;
use std::io::{Write, stdout};
use std::ops::AddAssign;
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use delayed::prelude::*;
use delayed_data::{Chunk, Chunks, Timestamp, files, peak_memory, read, taxi};

/// Pickup and dropoff.
type Trip = (Timestamp, Timestamp);

const TWENTY_MINUTES: Duration = Duration::from_secs(20 * 60);

#[derive(Default)]
struct TripCount {
    long: usize,
    all: usize,
}

impl AddAssign for TripCount {
    fn add_assign(&mut self, other: TripCount) {
        self.long += other.long;
        self.all += other.all;
    }
}

#[delayed]
fn trips_of(path: &Path) -> delayed_data::Result<Chunks<Trip>> {
    read(path).columns([taxi::PICKUP, taxi::DROPOFF])
}

#[delayed]
fn count_long(trips: &Chunk<Trip>) -> TripCount {
    let is_long = |&(pickup, dropoff): &Trip| dropoff > pickup + TWENTY_MINUTES;
    TripCount {
        long: trips.iter().filter(is_long).count(),
        all: trips.len(),
    }
}

/// What the command line asks for.
#[derive(Default)]
struct Options {
    patterns: Vec<String>,
    threads: usize,
    graph: Option<String>,
}

fn options() -> Result<Options, Box<dyn Error>> {
    let mut options = Options::default();
    let mut arguments = env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().ok_or(format!("{argument} needs a value"));
        match argument.as_str() {
            "--threads" => options.threads = value()?.parse()?,
            "--graph" => options.graph = Some(value()?),
            _ if argument.starts_with('-') => Err(format!("there is no option {argument}"))?,
            _ => options.patterns.push(argument),
        }
    }
    Ok(options)
}

fn run() -> Result<(), Box<dyn Error>> {
    let options = options()?;
    let files = match options.patterns.is_empty() {
        true => {
            taxi::generate(
                concat!(env!("CARGO_MANIFEST_DIR"), "/data/taxi"),
                12,
                70_000,
                1,
            )?
            .paths
        }
        false => files(options.patterns)?,
    };
    let runtime = Runtime::builder().threads(options.threads).build()?;
    let start = Instant::now();

    let annual = pipeline!({
        let mut totals = TripCount::default();
        for path in files {
            for chunk in trips_of(&path)? {
                totals += count_long(&chunk?);
            }
        }
        totals
    });
    if let Some(picture) = options.graph {
        annual.visualize(picture)?;
    }
    let TripCount { long, all } = annual.compute_on(&runtime)?;

    let seconds = start.elapsed().as_secs_f64();
    let fraction = long as f64 / all as f64;
    let mut out = stdout();
    writeln!(
        out,
        "{:>12}{:>12}{:>12}",
        "long trips", "all trips", "fraction"
    )?;
    writeln!(out, "{long:>12}{all:>12}{fraction:>12.6}")?;
    write!(out, "in {seconds:.3} s")?;
    match peak_memory() {
        Some(peak) => writeln!(out, ", with at most {peak} of memory")?,
        None => writeln!(out)?,
    }
    Ok(())
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
