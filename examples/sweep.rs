//! How long customers wait in a queue, by simulation, for several loads.
//!
//! ```text
//! cargo run --release --example sweep [PICTURE.svg]
//! ```
//!
//! For each load 40 simulations with numbers of their own, and from these the
//! mean with its 95 % confidence interval, beside what theory says. The same
//! numbers on any number of threads.

use std::error::Error;
use std::io::{Write, stdout};

use delayed::prelude::*;
use fastrand::Rng;

const SIMULATIONS: u64 = 40;
const CUSTOMERS: u32 = 200_000;

/// The mean time that customers wait before they are served, in service times.
/// They come at random, `load` of them in each service time, and being served
/// takes a random time, too (an M/M/1 queue).
#[delayed]
fn mean_wait(load: f64, seed: u64) -> f64 {
    let mut rng = Rng::with_seed(seed);
    let mut exponential = |mean: f64| -mean * (1.0 - rng.f64()).ln();
    let (mut wait, mut sum) = (0.0_f64, 0.0);
    for _ in 0..CUSTOMERS {
        // Who comes later has waited less by as much (Lindley, 1952).
        wait = (wait + exponential(1.0) - exponential(1.0 / load)).max(0.0);
        sum += wait;
    }
    sum / f64::from(CUSTOMERS)
}

/// A mean, and half the width of its 95 % confidence interval.
#[delayed]
fn estimate(waits: &[f64]) -> (f64, f64) {
    let count = waits.len() as f64;
    let mean = waits.iter().sum::<f64>() / count;
    let spread = waits.iter().map(|wait| (wait - mean).powi(2)).sum::<f64>() / (count - 1.0);
    // Student's t for 39 degrees of freedom.
    (mean, 2.023 * (spread / count).sqrt())
}

fn main() -> Result<(), Box<dyn Error>> {
    let loads = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];
    let sweep = pipeline!({
        for load in loads {
            let waits = for number in 0..SIMULATIONS {
                mean_wait(load, (load * 100.0) as u64 * SIMULATIONS + number)
            };
            (load, estimate(&waits))
        }
    });
    if let Some(picture) = std::env::args_os().nth(1) {
        sweep.visualize(picture)?;
    }
    let mut out = stdout().lock();
    writeln!(out, "load    mean wait   95 %          theory")?;
    for (load, (mean, half)) in sweep.compute()? {
        let theory = load / (1.0 - load);
        writeln!(out, "{load:<8}{mean:<12.4}+- {half:<11.4}{theory:.4}")?;
    }
    Ok(())
}
