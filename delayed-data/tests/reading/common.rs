//! What the tests share.

use std::path::{Path, PathBuf};
use std::time::Duration;

use delayed_data::{Chunk, Result, Timestamp, read};

pub(crate) type Trip = (Timestamp, Timestamp);

/// Pickup and dropoff, as yellow and green files call them.
pub(crate) const TRIP: [&str; 2] = [
    "tpep_pickup_datetime|lpep_pickup_datetime",
    "tpep_dropoff_datetime|lpep_dropoff_datetime",
];

/// The real files, where they are at hand; says so where they are not.
pub(crate) fn real_data() -> Option<PathBuf> {
    let data = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data"));
    if !data.is_dir() {
        eprintln!("not tested: the taxi files are not at {}", data.display());
        return None;
    }
    Some(data.to_path_buf())
}

/// How many of the trips take more than twenty minutes.
pub(crate) fn long(trips: &Chunk<Trip>) -> usize {
    let over = Duration::from_secs(1200);
    trips
        .iter()
        .filter(|&(pickup, dropoff)| dropoff > pickup + over)
        .count()
}

/// The long trips and all trips of a file, in chunks of `rows`.
pub(crate) fn count(path: &Path, rows: usize) -> Result<(usize, usize)> {
    let mut counts = (0, 0);
    for trips in read(path).chunk_rows(rows).columns::<Trip>(TRIP)? {
        let trips = trips?;
        counts = (counts.0 + long(&trips), counts.1 + trips.len());
    }
    Ok(counts)
}
