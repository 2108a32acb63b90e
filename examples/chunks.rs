//! The long trips of one file, read in chunks: how many they are, and how long
//! they take for their distance.
//!
//! ```text
//! cargo run --release --example chunks [PICTURE.svg]
//! ```

use std::error::Error;
use std::io::{Write, stdout};

use delayed_data::{Plot, Timestamp, read, taxi};

/// Pickup, dropoff, and miles in between.
type Trip = (Timestamp, Timestamp, f64);

const MADE_UP: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/data/taxi");
const TWENTY_MINUTES: f64 = 20.0;

fn main() -> Result<(), Box<dyn Error>> {
    let file = taxi::generate(MADE_UP, 12, 70_000, 1)?.paths.remove(0);
    let columns = [taxi::PICKUP, taxi::DROPOFF, "trip_distance"];
    let (mut miles, mut minutes, mut all) = (Vec::new(), Vec::new(), 0);
    for trips in read(&file).chunk_rows(10_000).columns::<Trip>(columns)? {
        let trips = trips?;
        all += trips.len();
        for (pickup, dropoff, distance) in &trips {
            let taken = (dropoff.micros() - pickup.micros()) as f64 / 60e6;
            if taken > TWENTY_MINUTES {
                miles.push(distance);
                minutes.push(taken);
            }
        }
    }
    let (long, sum) = (miles.len(), miles.iter().sum::<f64>());
    writeln!(
        stdout(),
        "{long} of {all} trips are long, {sum:.2} miles in all"
    )?;
    if let Some(picture) = std::env::args_os().nth(1) {
        Plot::scatter(&miles, &minutes)
            .title("Trips of more than 20 minutes")
            .x("distance", "miles")
            .y("duration", "minutes")
            .save(picture)?;
    }
    Ok(())
}
