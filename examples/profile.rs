//! Counts long taxi trips in many files, and writes a page that shows the run.
//!
//! ```text
//! cargo run --release --features profile --example profile -- [run.html [run.json]]
//! ```
//!
//! The page opens in any browser; the JSON is for Perfetto.

use std::env;
use std::error::Error;
use std::io::{Write, stdout};
use std::path::Path;
use std::time::Duration;

use delayed::prelude::*;
use delayed_data::{Chunk, Chunks, Timestamp, read, taxi};

type Trip = (Timestamp, Timestamp);

const MADE_UP: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/data/taxi");
const TWENTY_MINUTES: Duration = Duration::from_secs(20 * 60);

#[delayed]
fn trips_of(path: &Path) -> delayed_data::Result<Chunks<Trip>> {
    read(path).columns([taxi::PICKUP, taxi::DROPOFF])
}

#[delayed]
fn count_long(trips: &Chunk<Trip>) -> u64 {
    let is_long = |&(pickup, dropoff): &Trip| dropoff > pickup + TWENTY_MINUTES;
    trips.iter().filter(is_long).count() as u64
}

#[delayed]
fn in_a_day(long: u64) -> u64 {
    long / 365
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut paths = env::args_os().skip(1);
    let page = paths.next().unwrap_or_else(|| "run.html".into());
    let files = taxi::generate(MADE_UP, 12, 70_000, 1)?.paths;
    let job = pipeline!({
        let mut long = 0;
        for path in files {
            for chunk in trips_of(&path)? {
                long += count_long(&chunk?);
            }
        }
        in_a_day(long)
    });
    let (long, profile) = job.compute_profiled();
    profile.write_html(page)?;
    if let Some(trace) = paths.next() {
        profile.write_trace(trace)?;
    }
    eprintln!("{profile}");
    writeln!(stdout(), "{} long trips a day", long?)?;
    Ok(())
}
