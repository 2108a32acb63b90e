//! What memory is used for, and how long it takes to get at it.
//!
//! ```text
//! cargo run --release --example memory
//! ```
//!
//! Prints the memory of this program before and after it makes 50 MiB of
//! numbers, what a temporary list costs beside that, and how long this machine
//! takes to read from memory, from a file that the system still has in memory, and
//! from the disk: as it is, and as if memory took one second. The disk of a virtual
//! machine may be the memory of its host.

use std::error::Error;
use std::fs::{self, File};
use std::hint::black_box;
use std::io::{self, Write, stdout};
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use delayed_data::{Bytes, memory_footprint, peak_memory};

const FLOATS: usize = (50 << 20) / size_of::<f64>();
/// What one read from a file takes.
const PAGE: usize = 4096;
const PAGES: usize = 4096;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("memory: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Box<dyn Error>> {
    let mut out = stdout().lock();
    footprint(&mut out)?;
    access_times(&mut out)?;
    Ok(())
}

/// Before and after, and what comes and goes in between.
fn footprint(out: &mut impl Write) -> io::Result<()> {
    let now = || memory_footprint().unwrap_or_default();
    let before = now();
    let numbers: Vec<f64> = (0..FLOATS).map(|x| x as f64).collect();
    let after = now();
    let bytes = Bytes((numbers.len() * size_of::<f64>()) as u64);
    writeln!(out, "The footprint of this program")?;
    writeln!(out, "  at the beginning          {before:>#10}")?;
    writeln!(
        out,
        "  with {FLOATS} numbers     {after:>#10}   which are {bytes:#}"
    )?;

    let sum: f64 = numbers.iter().map(|x| x * x).sum();
    let streamed = peak_memory().unwrap_or_default();
    let squares: Vec<f64> = numbers.iter().map(|x| x * x).collect();
    let again: f64 = squares.iter().sum();
    let listed = peak_memory().unwrap_or_default();
    assert_eq!(sum.to_bits(), again.to_bits(), "two ways to one sum");
    drop((numbers, squares));
    writeln!(
        out,
        "  at the most, so far       {streamed:>#10}   squares summed as they come"
    )?;
    writeln!(
        out,
        "  at the most, afterwards   {listed:>#10}   squares in a list of their own"
    )?;
    writeln!(out, "  without the numbers       {:>#10}\n", now())
}

/// How long a read takes: from memory, from the system's cache of a file, and
/// from the disk.
fn access_times(out: &mut impl Write) -> Result<(), Box<dyn Error>> {
    let folder = std::env::temp_dir().join(format!("delayed-memory-{}", std::process::id()));
    fs::create_dir_all(&folder)?;
    let times = times(&folder.join("pages"));
    fs::remove_dir_all(&folder)?;
    let (memory, cache, disk) = times?;
    writeln!(
        out,
        "One read at a random place   here        if memory took a second"
    )?;
    for (what, time) in [
        ("memory", memory),
        ("a file in the cache", cache),
        ("a file on the disk", disk),
    ] {
        let scale = time.as_secs_f64() / memory.as_secs_f64();
        let rescaled = in_words(scale);
        writeln!(out, "  {what:<24} {:>10}   {rescaled}", in_short(time))?;
    }
    Ok(())
}

fn times(path: &Path) -> io::Result<(Duration, Duration, Duration)> {
    let mut file = File::create(path)?;
    let page = vec![1_u8; PAGE];
    for _ in 0..PAGES {
        file.write_all(&page)?;
    }
    file.sync_all()?;
    drop(file);
    let disk = read_pages(path, true)?;
    let cache = read_pages(path, false)?;
    Ok((read_memory(), cache, disk))
}

/// Follows a chain through a list that is larger than any cache: each place
/// says which one is next, so no read can begin before the one before it ends.
fn read_memory() -> Duration {
    const PLACES: usize = 1 << 24;
    // Odd steps of a power of two meet each place once (a full-period
    // congruential generator: Hull and Dobell, 1962).
    let next = |at: usize| (at * 1_664_525 + 1_013_904_223) % PLACES;
    let chain: Vec<u32> = (0..PLACES).map(|at| next(at) as u32).collect();
    let mut at = 0_usize;
    let mut some = || {
        const READS: u32 = 4096;
        let begin = Instant::now();
        for _ in 0..READS {
            at = chain[at] as usize;
        }
        black_box(at);
        begin.elapsed() / READS
    };
    median((0..1000).map(|_| some()).collect())
}

/// What others on this machine do makes some reads slow.
fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

/// Reads pages of a file in no order, each after the one before. `from_disk`
/// asks the system to forget each page first; one that does not know how reads
/// from its cache.
fn read_pages(path: &Path, from_disk: bool) -> io::Result<Duration> {
    let file = File::open(path)?;
    let mut page = vec![0; PAGE];
    let mut times = Vec::new();
    let reads = if from_disk { PAGES / 16 } else { PAGES };
    for read in 0..reads {
        let offset = ((read * 1_021 + 7) % PAGES * PAGE) as u64;
        if from_disk {
            forget(&file)?;
        }
        let begin = Instant::now();
        read_at(&file, &mut page, offset)?;
        times.push(begin.elapsed());
        black_box(&page);
    }
    Ok(median(times))
}

#[cfg(unix)]
fn read_at(file: &File, page: &mut [u8], offset: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, page, offset)
}

#[cfg(not(unix))]
fn read_at(mut file: &File, page: &mut [u8], offset: u64) -> io::Result<()> {
    use std::io::{Read, Seek, SeekFrom};
    file.seek(SeekFrom::Start(offset))?;
    file.read_exact(page)
}

#[cfg(target_os = "linux")]
fn forget(file: &File) -> io::Result<()> {
    use rustix::fs::{Advice, fadvise};
    // Pages read ahead would be in the cache when their turn comes.
    fadvise(file, 0, None, Advice::Random)?;
    Ok(fadvise(file, 0, None, Advice::DontNeed)?)
}

#[cfg(not(target_os = "linux"))]
fn forget(_: &File) -> io::Result<()> {
    Ok(())
}

fn in_short(time: Duration) -> String {
    match time.as_nanos() {
        nanos if nanos < 10_000 => format!("{nanos} ns"),
        nanos if nanos < 10_000_000 => format!("{} us", nanos / 1_000),
        nanos => format!("{} ms", nanos / 1_000_000),
    }
}

/// So many seconds in the largest unit that fits.
fn in_words(seconds: f64) -> String {
    const UNITS: [(f64, &str); 4] = [
        (86_400.0, "days"),
        (3_600.0, "hours"),
        (60.0, "minutes"),
        (1.0, "s"),
    ];
    let fits = |(unit, _): &&(f64, &str)| seconds >= 2.0 * unit;
    let (unit, name) = UNITS.iter().find(fits).unwrap_or(&UNITS[3]);
    format!("{:.0} {name}", seconds / unit)
}
