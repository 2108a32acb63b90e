//! A stream of 20 GB under a limit of 256 MiB: how long it takes, and how much
//! memory the process holds at its peak, beside the same without a limit.
//!
//! The chunks are made as they are read, 4 MiB each, and each is looked at
//! twice. A process of its own runs each round, as a peak is never forgotten.
//!
//! ```sh
//! cargo bench --bench memory          # 20 GB
//! cargo bench --bench memory -- 2     # 2 GB
//! ```

#![allow(clippy::print_stdout)]

use std::env;
use std::process::Command;
use std::time::Instant;

use delayed::prelude::*;

const CHUNK: usize = 4 << 20;
const LIMIT: &str = "256MiB";
const ROUNDS: usize = 3;

#[delayed]
fn read(number: usize) -> Vec<u64> {
    let begin = number as u64;
    (begin..).take(CHUNK / size_of::<u64>()).collect()
}

#[delayed]
fn shifted(chunk: &[u64]) -> Vec<u64> {
    chunk.iter().map(|x| x.wrapping_mul(3) ^ (x >> 7)).collect()
}

#[delayed]
fn folded(chunk: &[u64]) -> u64 {
    chunk.iter().fold(0, |sum, x| sum ^ x.rotate_left(5))
}

/// Runs the stream in this process.
fn run(chunks: usize, limit: Option<&str>) {
    let builder = Runtime::builder().threads(2);
    let builder = match limit {
        Some(limit) => builder.memory_limit(limit),
        None => builder,
    };
    let runtime = builder.build().expect("a runtime can be had");
    let begin = Instant::now();
    let sum = pipeline!({
        let mut sum = 0_u64;
        for number in 0..chunks {
            let chunk = read(number);
            let other = shifted(&chunk);
            sum = sum
                .wrapping_add(folded(&chunk))
                .wrapping_add(folded(&other));
        }
        sum
    });
    let sum = sum.compute_on(&runtime).expect("nothing fails");
    let seconds = begin.elapsed().as_secs_f64();
    let tracked = runtime.memory().map_or(0, |usage| usage.peak());
    let peak = delayed_data::peak_memory().map_or(0, |peak| peak.0);
    println!(
        "{:>9} {seconds:7.2} s  process peak {:4} MiB  values {:4} MiB  ({sum:016x})",
        limit.unwrap_or("no limit"),
        peak >> 20,
        tracked >> 20,
    );
}

fn main() {
    let arguments: Vec<String> = env::args().skip(1).filter(|it| it != "--bench").collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let number = |text: &str| text.parse().expect("a number of GB");
    match words[..] {
        ["run", chunks] => run(number(chunks), None),
        ["run", chunks, limit] => run(number(chunks), Some(limit)),
        _ => {
            let size = words.first().map_or(20, |text| number(text));
            let chunks = (size * 1_000_000_000 / CHUNK).to_string();
            println!("{size} GB in {chunks} chunks of {} MiB", CHUNK >> 20);
            let own = env::current_exe().expect("this program has a path");
            for _ in 0..ROUNDS {
                for limit in [None, Some(LIMIT)] {
                    let mut child = Command::new(&own);
                    child.args(["run", &chunks]).args(limit);
                    assert!(child.status().expect("it runs").success());
                }
            }
        }
    }
}
