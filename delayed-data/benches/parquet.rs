//! Two columns of twelve Parquet files: this crate beside the bare `parquet`
//! crate, in the same run. The long trips are counted, so the answers must be
//! equal, too.
//!
//! `cargo bench -p delayed-data --features parquet --bench parquet -- [rows a file]`
//!
//! All read the metadata of a file once and decode only the two columns, and
//! take a file a thread. Rounds alternate, and of each way the quickest counts.

use std::error::Error;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use arrow_array::ArrayRef;
use arrow_array::cast::AsArray;
use arrow_array::types::TimestampMicrosecondType;
use delayed_data::{Record, Timestamp, read, taxi, write};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;
type Way = fn(&Path) -> Outcome<usize>;

const WAYS: [(&str, Way); 4] = [
    ("bare", bare),
    ("tuples", tuples),
    ("records", records),
    ("frames", frames),
];
const ROUNDS: usize = 15;
const OVER: Duration = Duration::from_secs(1200);
const COLUMNS: [&str; 2] = ["tpep_pickup_datetime", "tpep_dropoff_datetime"];

#[derive(Record)]
struct Trip {
    #[record(rename = "tpep_pickup_datetime")]
    pickup: Timestamp,
    #[record(rename = "tpep_dropoff_datetime")]
    dropoff: Timestamp,
}

fn tuples(path: &Path) -> Outcome<usize> {
    let mut count = 0;
    for trips in read(path).columns::<(Timestamp, Timestamp)>(COLUMNS)? {
        let is_long = |&(pickup, dropoff): &(Timestamp, Timestamp)| dropoff > pickup + OVER;
        count += trips?.iter().filter(is_long).count();
    }
    Ok(count)
}

fn records(path: &Path) -> Outcome<usize> {
    let mut count = 0;
    for trips in read(path).rows::<Trip>()? {
        let is_long = |trip: &Trip| trip.dropoff > trip.pickup + OVER;
        count += trips?.iter().filter(is_long).count();
    }
    Ok(count)
}

fn frames(path: &Path) -> Outcome<usize> {
    let mut count = 0;
    for trips in read(path).frames().select(COLUMNS).open()? {
        let trips = trips?;
        count += long(trips.batch().columns());
    }
    Ok(count)
}

fn bare(path: &Path) -> Outcome<usize> {
    let builder = ParquetRecordBatchReaderBuilder::try_new(File::open(path)?)?;
    let mask = ProjectionMask::columns(builder.parquet_schema(), COLUMNS);
    let mut count = 0;
    for batch in builder
        .with_projection(mask)
        .with_batch_size(8192)
        .build()?
    {
        count += long(batch?.columns());
    }
    Ok(count)
}

fn long(columns: &[ArrayRef]) -> usize {
    let times = |at: usize| {
        columns[at]
            .as_primitive::<TimestampMicrosecondType>()
            .values()
    };
    let over = OVER.as_micros() as i64;
    let pairs = times(0).iter().zip(times(1));
    pairs
        .filter(|&(&pickup, &dropoff)| dropoff > pickup.saturating_add(over))
        .count()
}

/// Twelve files, written anew.
fn files(rows: u64) -> Outcome<Vec<PathBuf>> {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join("parquet");
    let texts = taxi::generate(&dir, 12, rows, 7)?.paths;
    let mut files = Vec::new();
    for text in texts {
        let path = text.with_extension("parquet");
        let mut out = write(&path).file()?;
        for trips in read(&text).frames().open()? {
            out.write(&trips?)?;
        }
        out.finish()?;
        files.push(path);
    }
    Ok(files)
}

/// The sum over all files, each taken by the thread that is free.
fn total(files: &[PathBuf], threads: usize, count: Way) -> Outcome<usize> {
    let next = AtomicUsize::new(0);
    let work = || -> Outcome<usize> {
        let mut sum = 0;
        while let Some(path) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
            sum += count(path)?;
        }
        Ok(sum)
    };
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        let sums = threads.into_iter();
        sums.map(|thread| thread.join().map_err(|_| "a thread panicked")?)
            .sum()
    })
}

#[allow(
    clippy::print_stdout,
    reason = "the figures are what a benchmark is for"
)]
fn main() -> Outcome<()> {
    let rows = std::env::args().find_map(|argument| argument.parse().ok());
    let files = files(rows.unwrap_or(70_949))?;
    let expected = total(&files, 1, bare)?;
    for threads in [1, 2] {
        let mut best = [Duration::MAX; WAYS.len()];
        for _ in 0..ROUNDS {
            for (best, (name, count)) in best.iter_mut().zip(WAYS) {
                let start = Instant::now();
                let found = total(&files, threads, count)?;
                *best = start.elapsed().min(*best);
                assert_eq!(found, expected, "{name}");
            }
        }
        for ((name, _), time) in WAYS.iter().zip(best) {
            let (ms, ratio) = (time.as_secs_f64() * 1e3, time.div_duration_f64(best[0]));
            println!("{threads} threads  {name:8}{ms:8.1} ms  {ratio:.2} of bare");
        }
    }
    Ok(())
}
