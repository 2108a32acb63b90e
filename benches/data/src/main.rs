//! All 19 columns of the taxi files, each with its type: `delayed-data` beside
//! `arrow-csv`, in turns.
//!
//! ```text
//! data-peers make FOLDER ROWS        twelve files of so many rows
//! data-peers typed FOLDER ROWS       both ways over them, on 1 and 2 threads
//! ```
//!
//! Both read every field of every row and add up the last column. Times are whole
//! runs; ratios are medians over the rounds' own ratios.

use std::env;
use std::error::Error;
use std::fs::File;
use std::io::{BufReader, Write, stdout};
use std::ops::AddAssign;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use arrow_array::{Array, Float64Array};
use arrow_csv::ReaderBuilder;
use arrow_schema::{DataType, Field, Schema, TimeUnit};
use delayed::prelude::*;
use delayed_data::{Chunk, Chunks, Record, Timestamp, read, taxi};

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;
type Way = fn(&[PathBuf], usize) -> Outcome<Sum>;

const ROUNDS: usize = 5;
/// Ours is to be so many times as fast.
const GOAL: f64 = 2.0;

#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Sum {
    rows: usize,
    amount: f64,
}

impl AddAssign for Sum {
    fn add_assign(&mut self, other: Self) {
        self.rows += other.rows;
        self.amount += other.amount;
    }
}

#[derive(Record)]
#[allow(dead_code, reason = "what is measured is that they are filled")]
struct Trip<'a> {
    #[record(rename = "VendorID")]
    vendor: i64,
    tpep_pickup_datetime: Timestamp,
    tpep_dropoff_datetime: Timestamp,
    passenger_count: i64,
    trip_distance: f64,
    pickup_longitude: f64,
    pickup_latitude: f64,
    #[record(rename = "RateCodeID")]
    rate_code: i64,
    store_and_fwd_flag: &'a str,
    dropoff_longitude: f64,
    dropoff_latitude: f64,
    payment_type: i64,
    fare_amount: f64,
    extra: f64,
    mta_tax: f64,
    tip_amount: f64,
    tolls_amount: f64,
    improvement_surcharge: f64,
    total_amount: f64,
}

#[delayed]
fn trips_of(path: &Path) -> delayed_data::Result<Chunks<Trip<'static>>> {
    read(path).rows()
}

#[delayed]
fn add_up(trips: &Chunk<Trip<'static>>) -> Sum {
    Sum {
        rows: trips.len(),
        amount: trips.columns().total_amount.iter().sum(),
    }
}

fn ours(files: &[PathBuf], threads: usize) -> Outcome<Sum> {
    let runtime = Runtime::builder().threads(threads).build()?;
    let sum = pipeline!({
        let mut all = Sum::default();
        for path in files {
            for trips in trips_of(path)? {
                all += add_up(&trips?);
            }
        }
        all
    });
    Ok(sum.compute_on(&runtime)?)
}

/// Each thread takes the next file.
fn arrow(files: &[PathBuf], threads: usize) -> Outcome<Sum> {
    let next = AtomicUsize::new(0);
    let work = || -> Outcome<Sum> {
        let mut all = Sum::default();
        while let Some(path) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
            all += arrow_file(path)?;
        }
        Ok(all)
    };
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        let mut all = Sum::default();
        for worker in workers {
            all += worker.join().map_err(|_| "a thread panicked")??;
        }
        Ok(all)
    })
}

fn arrow_file(path: &Path) -> Outcome<Sum> {
    let file = BufReader::with_capacity(1 << 20, File::open(path)?);
    let batches = ReaderBuilder::new(Arc::new(schema()))
        .with_header(true)
        .with_batch_size(8192)
        .build_buffered(file)?;
    let mut all = Sum::default();
    for batch in batches {
        let batch = batch?;
        let amounts = batch.column(18).as_any().downcast_ref::<Float64Array>();
        let amounts = amounts.ok_or("the last column is no column of numbers")?;
        all += Sum {
            rows: amounts.len(),
            amount: amounts.values().iter().sum(),
        };
    }
    Ok(all)
}

fn schema() -> Schema {
    let time = || DataType::Timestamp(TimeUnit::Microsecond, None);
    let (whole, number, text) = (|| DataType::Int64, || DataType::Float64, || DataType::Utf8);
    let columns = [
        ("VendorID", whole()),
        ("tpep_pickup_datetime", time()),
        ("tpep_dropoff_datetime", time()),
        ("passenger_count", whole()),
        ("trip_distance", number()),
        ("pickup_longitude", number()),
        ("pickup_latitude", number()),
        ("RateCodeID", whole()),
        ("store_and_fwd_flag", text()),
        ("dropoff_longitude", number()),
        ("dropoff_latitude", number()),
        ("payment_type", whole()),
        ("fare_amount", number()),
        ("extra", number()),
        ("mta_tax", number()),
        ("tip_amount", number()),
        ("tolls_amount", number()),
        ("improvement_surcharge", number()),
        ("total_amount", number()),
    ];
    let fields = columns.map(|(name, kind)| Field::new(name, kind, true));
    Schema::new(fields.to_vec())
}

fn seconds(way: Way, files: &[PathBuf], threads: usize) -> Outcome<(f64, Sum)> {
    let start = Instant::now();
    let sum = way(files, threads)?;
    Ok((start.elapsed().as_secs_f64(), sum))
}

fn compare(files: &[PathBuf]) -> Outcome<()> {
    let mut out = stdout().lock();
    for threads in [1, 2] {
        let mut rounds = Vec::new();
        for _ in 0..ROUNDS {
            let (ours, sum) = seconds(ours, files, threads)?;
            let (arrow, same) = seconds(arrow, files, threads)?;
            // The order of the sum of the files is that of the threads there.
            let apart = (sum.amount - same.amount).abs() / sum.amount;
            if sum.rows != same.rows || apart > 1e-9 {
                Err(format!("{sum:?} is not {same:?}"))?;
            }
            rounds.push((arrow / ours, ours, arrow));
        }
        rounds.sort_by(|a, b| a.0.total_cmp(&b.0));
        let (ratio, ours, arrow) = rounds[ROUNDS / 2];
        let missed = if ratio < GOAL { " !" } else { "" };
        writeln!(
            out,
            "{threads} threads: ours {ours:.3} s, arrow-csv {arrow:.3} s: {ratio:.2} times as fast (goal {GOAL}){missed}"
        )?;
    }
    Ok(())
}

fn main() -> Outcome<()> {
    let arguments: Vec<_> = env::args().skip(1).collect();
    let [what, folder, rows] = arguments.as_slice() else {
        return Err("make or typed, a folder, and how many rows a file has".into());
    };
    let files = taxi::generate(folder, 12, rows.parse()?, 1)?;
    match what.as_str() {
        "make" => Ok(writeln!(stdout(), "{} {}", files.long, files.all)?),
        "typed" => compare(&files.paths),
        other => Err(format!("there is no {other}").into()),
    }
}
