//! One picture of each kind: `cargo run -p delayed-plot --example
//! gallery FOLDER`.

use std::error::Error;
use std::path::PathBuf;

use delayed_plot::Plot;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(std::env::args_os().nth(1).ok_or("name a folder")?);
    let mut state = 1_u64;
    let mut random = || {
        // The generator of Marsaglia (2003) is good enough for pictures.
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) as f64 / (1_u64 << 53) as f64
    };
    let mut trips = |count: usize| -> (Vec<f64>, Vec<f64>) {
        let trip = |_| {
            let minutes = -18.0 * (1.0 - random()).ln() + 2.0;
            (minutes * (0.1 + 0.3 * random()), minutes)
        };
        (0..count).map(trip).unzip()
    };
    let (miles, minutes) = trips(600);
    let (more_miles, more_minutes) = trips(1_000_000);
    let (few_miles, few_minutes) = trips(300);
    let scatter = Plot::scatter(&miles, &minutes)
        .name("yellow cabs")
        .with(Plot::scatter(&few_miles, &few_minutes).name("green cabs, which are fewer"))
        .title("Taxi trips")
        .x("distance", "miles")
        .y("duration", "minutes");
    scatter.save(folder.join("scatter.svg"))?;
    scatter
        .clone()
        .size(320, 240)
        .save(folder.join("scatter_small.svg"))?;
    scatter
        .log_x()
        .log_y()
        .save(folder.join("scatter_log.svg"))?;
    Plot::scatter(&more_miles, &more_minutes)
        .title("A million taxi trips")
        .x("distance", "miles")
        .y("duration", "minutes")
        .save(folder.join("density.svg"))?;

    let load: Vec<f64> = (1..95).map(|share| f64::from(share) / 100.0).collect();
    let wait: Vec<f64> = load.iter().map(|load| load / (1.0 - load)).collect();
    Plot::line(&load, &wait)
        .name("theory")
        .with(Plot::scatter(&[0.1, 0.5, 0.9], &[0.11, 1.02, f64::NAN]).name("measured"))
        .title("Waiting in a queue")
        .x("load", "")
        .y("mean wait", "service times")
        .save(folder.join("line.svg"))?;
    Plot::histogram(&more_minutes)
        .title("How long trips take")
        .x("duration", "minutes")
        .save(folder.join("histogram.svg"))?;
    let zones = [
        "Queens",
        "Bronx",
        "Staten Island",
        "Manhattan",
        "Brooklyn",
        "Newark Airport",
    ];
    let bars = Plot::bars(&zones, &[3.0e6, 1.2e6, 0.1e6, 9.4e6, 4.1e6, -1.5e6])
        .title("Trips that begin in a zone, less those that were cancelled by anybody at all")
        .y("trips", "");
    bars.save(folder.join("bars.svg"))?;
    bars.size(320, 240).save(folder.join("bars_small.svg"))?;
    let by_day: Vec<Vec<f64>> = (0..7)
        .map(|day| {
            (0..24)
                .map(|hour| f64::from((hour * (24 - hour)) * (day + 3)))
                .collect()
        })
        .collect();
    let heat = Plot::heat_map(&by_day)
        .name("trips")
        .title("Trips by day and hour")
        .x("hour", "")
        .y("day", "");
    heat.save(folder.join("heat_map.svg"))?;
    heat.size(400, 200)
        .save(folder.join("heat_map_small.svg"))?;
    Plot::scatter(&[1e9 + 1.0, 1e9 + 2.0], &[1e300, 3e-300]).save(folder.join("extremes.svg"))?;
    Plot::scatter(&[7.0], &[0.0]).save(folder.join("one_point.svg"))?;
    Ok(())
}
