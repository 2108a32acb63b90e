//! How a night's sleep shows in an EEG: the power of its waves, hour by hour.
//!
//! ```text
//! cargo run --release --example signals [PICTURE.svg]
//! ```
//!
//! The signal is made up from a seed, a batch for each minute, and each batch is
//! cut into windows whose spectrum gives the power in four bands. Batches are
//! analysed side by side; the table is the same on any number of threads.

use std::error::Error;
use std::f64::consts::TAU;
use std::io::{Write, stdout};

use delayed::prelude::*;
use fastrand::Rng;

/// Samples a second.
const RATE: usize = 128;
/// Samples of a window: two seconds, so frequencies are half a hertz apart.
const WINDOW: usize = 2 * RATE;
const MINUTES: u64 = 8 * 60;

/// The bands, from and to in hertz.
const BANDS: [(&str, f64, f64); 4] = [
    ("delta", 1.0, 4.0),
    ("theta", 4.0, 8.0),
    ("alpha", 8.0, 13.0),
    ("beta", 13.0, 30.0),
];

/// One minute of the signal in microvolts. Sleep is deep and light in turn, an
/// hour and a half each cycle, and less deep towards the morning.
#[delayed]
fn record(minute: u64, seed: u64) -> Vec<f64> {
    let mut rng = Rng::with_seed(seed.wrapping_mul(MINUTES) + minute);
    let at = minute as f64;
    let depth = (0.5 - 0.5 * (TAU * at / 90.0).cos()) * (1.0 - 0.6 * at / MINUTES as f64);
    let waves = [
        (2.0, 50.0 * depth),
        (6.0, 12.0),
        (10.0, 30.0 * (1.0 - depth)),
        (20.0, 10.0 * (1.0 - depth)),
    ]
    .map(|(hertz, height)| (hertz + rng.f64() - 0.5, height, TAU * rng.f64()));
    let sample = |time: f64| -> f64 {
        let wave =
            |&(hertz, height, phase): &(f64, f64, f64)| height * (TAU * hertz * time + phase).sin();
        waves.iter().map(wave).sum::<f64>() + 20.0 * (rng.f64() - 0.5)
    };
    let times = (0..60 * RATE).map(|index| index as f64 / RATE as f64);
    times.map(sample).collect()
}

/// The power in each band, in square microvolts: the mean over the windows.
#[delayed]
fn band_powers(samples: &[f64]) -> [f64; BANDS.len()] {
    // The window by von Hann fades in and out, so that a wave which does not fit
    // into it a whole number of times does not leak into other bands.
    let fade = |index: usize| (TAU / 2.0 * index as f64 / WINDOW as f64).sin().powi(2);
    let fades: Vec<f64> = (0..WINDOW).map(fade).collect();
    let energy: f64 = fades.iter().map(|fade| fade * fade).sum();
    let windows = samples.chunks_exact(WINDOW);
    let count = windows.len() as f64;
    let mut powers = [0.0; BANDS.len()];
    for window in windows {
        let faded: Vec<f64> = window.iter().zip(&fades).map(|(x, y)| x * y).collect();
        for (power, (_, from, to)) in powers.iter_mut().zip(BANDS) {
            let bins = (from * 2.0) as usize..(to * 2.0) as usize;
            let squares = bins.map(|bin| squared_magnitude(&faded, bin)).sum::<f64>();
            *power += 2.0 * squares / (WINDOW as f64 * energy) / count;
        }
    }
    powers
}

/// The square of one coefficient of the Fourier transform (Goertzel, 1958): for
/// a few frequencies it takes less than the transform of all.
fn squared_magnitude(samples: &[f64], bin: usize) -> f64 {
    let turn = 2.0 * (TAU * bin as f64 / samples.len() as f64).cos();
    let (last, before) = samples.iter().fold((0.0, 0.0), |(last, before), sample| {
        (sample + turn * last - before, last)
    });
    last * last + before * before - turn * last * before
}

fn main() -> Result<(), Box<dyn Error>> {
    let night = pipeline!({
        for minute in 0..MINUTES {
            let samples = record(minute, 7);
            band_powers(&samples)
        }
    });
    if let Some(picture) = std::env::args_os().nth(1) {
        night.visualize(picture)?;
    }
    let minutes = night.compute()?;

    let mut out = stdout().lock();
    let names = BANDS.map(|(name, ..)| format!("{name:>9}")).concat();
    writeln!(out, "hour {names}   strongest   (square microvolts)")?;
    for (half_hour, minutes) in minutes.chunks(30).enumerate() {
        let mean = |band: usize| {
            minutes.iter().map(|powers| powers[band]).sum::<f64>() / minutes.len() as f64
        };
        let powers: [f64; BANDS.len()] = std::array::from_fn(mean);
        let strongest =
            (0..BANDS.len()).max_by(|&one, &other| powers[one].total_cmp(&powers[other]));
        let strongest = strongest.map_or("", |band| BANDS[band].0);
        let figures = powers.map(|power| format!("{power:>9.1}")).concat();
        writeln!(out, "{:<5}{figures}   {strongest}", half_hour as f64 / 2.0)?;
    }
    Ok(())
}
