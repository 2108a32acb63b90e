//! The main job on CSV: the trips over twenty minutes and the sum of all
//! distances. As a pipeline over twelve files and over one file of the same rows,
//! beside the bare `simd-csv` loop over the twelve, in the same run.
//!
//! `cargo bench -p delayed-data --bench csv -- [rows a file]`
//!
//! The bare loop takes a file a thread, does not look whether the text is UTF-8,
//! and reads times by hand. Rounds alternate, and of each way the quickest counts.
//! Peak memory is that of a process which does nothing else.

use std::error::Error;
use std::fs::File;
use std::hint::black_box;
use std::io::{self, BufRead, BufReader, BufWriter, Seek, SeekFrom, Write};
use std::ops::AddAssign;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use delayed::prelude::*;
use delayed_data::{Bytes, Chunk, Chunks, Timestamp, peak_memory, read, taxi};
use simd_csv::ZeroCopyReaderBuilder;

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;
type Way = fn(&Input, usize) -> Outcome<Tally>;
/// Pickup, dropoff and distance.
type Trip = (Timestamp, Timestamp, f64);

/// The last is not timed.
const WAYS: [(&str, Way); 4] = [
    ("bare", bare),
    ("12 files", of_files),
    ("1 file", of_one),
    ("nothing", nothing),
];
const ROUNDS: usize = 7;
const OVER: Duration = Duration::from_secs(1200);
const COLUMNS: [&str; 3] = [
    "tpep_pickup_datetime",
    "tpep_dropoff_datetime",
    "trip_distance",
];
/// Where these columns are in the files.
const PLACES: [usize; 3] = [1, 2, 4];

/// The same rows twice.
struct Input {
    files: Vec<PathBuf>,
    one: PathBuf,
}

#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    long: usize,
    distance: f64,
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Tally) {
        self.long += other.long;
        self.distance += other.distance;
    }
}

#[delayed]
fn trips_of(path: &Path) -> delayed_data::Result<Chunks<Trip>> {
    read(path).columns(COLUMNS)
}

#[delayed]
fn tally(trips: &Chunk<Trip>) -> Tally {
    let (pickups, dropoffs, distances) = trips.columns();
    let times = pickups.iter().zip(dropoffs);
    Tally {
        long: times.filter(|&(&from, &to)| to > from + OVER).count(),
        distance: distances.iter().sum(),
    }
}

fn pipeline(files: &[PathBuf], threads: usize) -> Outcome<Tally> {
    let runtime = Runtime::builder().threads(threads).build()?;
    let tally = pipeline!({
        let mut all = Tally::default();
        for path in files {
            for trips in trips_of(path)? {
                all += tally(&trips?);
            }
        }
        all
    });
    Ok(tally.compute_on(&runtime)?)
}

fn of_files(input: &Input, threads: usize) -> Outcome<Tally> {
    pipeline(&input.files, threads)
}

fn of_one(input: &Input, threads: usize) -> Outcome<Tally> {
    pipeline(std::slice::from_ref(&input.one), threads)
}

/// What a process holds that has opened a file.
fn nothing(input: &Input, _: usize) -> Outcome<Tally> {
    let threads = std::thread::available_parallelism()?;
    black_box((read(&input.one).columns::<Trip>(COLUMNS)?, threads));
    Ok(Tally::default())
}

/// Each file is taken by the thread that is free.
fn bare(input: &Input, threads: usize) -> Outcome<Tally> {
    let next = AtomicUsize::new(0);
    let work = || -> Outcome<Tally> {
        let mut all = Tally::default();
        while let Some(path) = input.files.get(next.fetch_add(1, Ordering::Relaxed)) {
            all += bare_file(path)?;
        }
        Ok(all)
    };
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        let mut all = Tally::default();
        for thread in threads {
            all += thread.join().map_err(|_| "a thread panicked")??;
        }
        Ok(all)
    })
}

fn bare_file(path: &Path) -> Outcome<Tally> {
    let mut reader = ZeroCopyReaderBuilder::with_capacity(1 << 20).from_reader(File::open(path)?);
    let mut all = Tally::default();
    while let Some(record) = reader.read_byte_record()? {
        let seconds = |place: usize| seconds(&record[PLACES[place]]).ok_or("no time");
        all.long += usize::from(seconds(1)? > seconds(0)? + OVER.as_secs());
        all.distance += fast_float2::parse::<f64, _>(&record[PLACES[2]])?;
    }
    Ok(all)
}

/// The seconds from a day long ago to `YYYY-MM-DD HH:MM:SS`. Years begin in March
/// here, so that the day of a leap year is the last.
fn seconds(text: &[u8]) -> Option<u64> {
    let text: &[u8; 19] = text.try_into().ok()?;
    // No branch a digit.
    let mut fits = [text[4], text[7], text[10], text[13], text[16]] == *b"-- ::";
    for at in [0, 1, 2, 3, 5, 6, 8, 9, 11, 12, 14, 15, 17, 18] {
        fits &= text[at].is_ascii_digit();
    }
    let two = |at: usize| u64::from(text[at] & 15) * 10 + u64::from(text[at + 1] & 15);
    let (year, month, day) = (two(0) * 100 + two(2), two(5), two(8));
    let (hour, minute, second) = (two(11), two(14), two(17));
    fits &= (1..=12).contains(&month) && (1..=31).contains(&day);
    if !fits || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let (year, month) = match month {
        0..=2 => (year + 399, month + 9),
        _ => (year + 400, month - 3),
    };
    let days = year * 365 + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day;
    Some(((days * 24 + hour) * 60 + minute) * 60 + second)
}

/// Twelve files, and one with the rows of all.
fn input(rows: u64) -> Outcome<Input> {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("csv-{rows}"));
    let files = taxi::generate(&dir, 12, rows, 7)?.paths;
    let one = dir.join("all.csv");
    let first = BufReader::new(File::open(&files[0])?).lines().next();
    let header = first.ok_or("no header")??.len() as u64 + 1;
    let sizes = files.iter().map(|path| Ok(path.metadata()?.len()));
    let whole = sizes.sum::<io::Result<u64>>()? - 11 * header;
    if one.metadata().map_or(0, |data| data.len()) != whole {
        let mut out = BufWriter::new(File::create(&one)?);
        for (number, path) in files.iter().enumerate() {
            let mut text = File::open(path)?;
            if number > 0 {
                text.seek(SeekFrom::Start(header))?;
            }
            io::copy(&mut text, &mut out)?;
        }
        out.flush()?;
    }
    Ok(Input { files, one })
}

/// The peak memory of a process that goes this way once.
fn peak_of(rows: u64, way: &str, threads: usize) -> Outcome<u64> {
    let mut child = Command::new(std::env::current_exe()?);
    child.args(["peak", way, &threads.to_string(), &rows.to_string()]);
    let said = String::from_utf8(child.output()?.stdout)?;
    let peak = said.trim().parse();
    Ok(peak.map_err(|why| format!("{way}: {said:?}: {why}"))?)
}

/// What such a process does.
fn be_measured(way: &str, threads: &str, rows: &str) -> Outcome<u64> {
    let (_, way) = WAYS.iter().find(|(name, _)| *name == way).ok_or("no way")?;
    way(&input(rows.parse()?)?, threads.parse()?)?;
    Ok(peak_memory().ok_or("the system does not tell")?.0)
}

/// The quickest of some rounds of each way, all of which give the same answer.
fn quickest(input: &Input, threads: usize) -> Outcome<[Duration; 3]> {
    let expected = bare(input, 1)?;
    let mut best = [Duration::MAX; 3];
    for _ in 0..ROUNDS {
        for (best, (name, way)) in best.iter_mut().zip(WAYS) {
            let start = Instant::now();
            let found = way(input, threads)?;
            *best = start.elapsed().min(*best);
            assert_eq!(found.long, expected.long, "{name}");
            let off = (found.distance - expected.distance).abs();
            assert!(off < 1e-6 * expected.distance, "{name}: off by {off}");
        }
    }
    Ok(best)
}

#[allow(
    clippy::print_stdout,
    reason = "the figures are what a benchmark is for"
)]
fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [first, way, threads, rows] = &arguments[..]
        && first == "peak"
    {
        println!("{}", be_measured(way, threads, rows)?);
        return Ok(());
    }
    let rows = arguments.iter().find_map(|argument| argument.parse().ok());
    let rows = rows.unwrap_or(70_949);
    let input = input(rows)?;
    for threads in [1, 2] {
        let best = quickest(&input, threads)?;
        let idle = peak_of(rows, "nothing", threads)?;
        for ((name, _), time) in WAYS.iter().zip(best) {
            let (ms, ratio) = (time.as_secs_f64() * 1e3, time.div_duration_f64(best[0]));
            let more = Bytes(peak_of(rows, name, threads)?.saturating_sub(idle));
            println!(
                "{threads} threads  {name:9}{ms:8.1} ms  {ratio:.2} of bare (goal 1.25)  \
                 {more} above an idle process (goal 32 MB)"
            );
        }
        let one = best[2].div_duration_f64(best[1]);
        println!("{threads} threads  one file takes {one:.2} of the time of twelve (goal 1.10)");
    }
    Ok(())
}
