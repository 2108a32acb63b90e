//! Counts the taxi trips that take longer than twenty minutes, in many files.
//!
//! ```text
//! long_trips [--threads N] [--graph PICTURE.svg] [FILE or 'PATTERN*']…
//! ```
//!
//! A file is CSV, as it is or compressed with gzip or zstd, or Parquet, of yellow
//! or green cabs. If none is named, a year of made-up trips is written to
//! `data/taxi` and read.

use std::env;
use std::error::Error;
use std::io::{Write, stdout};
use std::ops::AddAssign;
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use delayed::prelude::*;
use delayed_data::{Chunk, Chunks, Progress, Timestamp, files, peak_memory, read, taxi};

/// Pickup and dropoff.
type Trip = (Timestamp, Timestamp);

/// Where trips are made up.
const MADE_UP: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/data/taxi");

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
fn trips_of(path: &Path, progress: &Progress) -> delayed_data::Result<Chunks<Trip>> {
    read(path)
        .progress(progress)
        .columns([taxi::PICKUP, taxi::DROPOFF])
}

#[delayed]
fn count_long(trips: &Chunk<Trip>) -> TripCount {
    let is_long = |&(pickup, dropoff): &Trip| dropoff > pickup + TWENTY_MINUTES;
    TripCount {
        long: trips.iter().filter(is_long).count(),
        all: trips.len(),
    }
}

fn run() -> Result<(), Box<dyn Error>> {
    let (mut inputs, mut graph, mut threads) = (Vec::new(), None, 0);
    let mut arguments = env::args_os().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.to_str() {
            Some("--graph") => {
                graph = Some(arguments.next().ok_or("--graph needs a file name")?);
            }
            Some("--threads") => {
                let number = arguments.next().and_then(|n| n.to_str()?.parse().ok());
                threads = number.ok_or("--threads needs a number")?;
            }
            Some(option) if option.starts_with('-') => {
                Err(format!("there is no option {option}"))?;
            }
            _ => inputs.push(argument),
        }
    }
    let files = match inputs.is_empty() {
        true => taxi::generate(MADE_UP, 12, 70_000, 1)?.paths,
        false => files(inputs)?,
    };
    let progress = Progress::over(&files);
    let start = Instant::now();

    let annual = pipeline!({
        let mut totals = TripCount::default();
        for path in files {
            for chunk in trips_of(&path, &progress)? {
                totals += count_long(&chunk?);
            }
        }
        totals
    });
    if let Some(picture) = graph {
        annual.visualize(picture)?;
    }
    let runtime = Runtime::builder().threads(threads).build()?;
    let TripCount { long, all } = annual.compute_on(&runtime)?;

    progress.finish();
    let (seconds, fraction) = (start.elapsed().as_secs_f64(), long as f64 / all as f64);
    let peak = peak_memory().map_or("unknown".to_owned(), |bytes| bytes.to_string());
    let mut out = stdout();
    writeln!(out, "  long trips   all trips    fraction")?;
    writeln!(out, "{long:>12}{all:>12}{fraction:>12.6}")?;
    writeln!(out, "in {seconds:.3} s, peak memory {peak}")?;
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
