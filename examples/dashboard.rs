//! Looks for prime numbers again and again, and shows that as a page.
//!
//! ```text
//! cargo run --release --features dashboard --example dashboard -- [127.0.0.1:8787]
//! ```
//!
//! It ends when standard input does, or with an empty line.

use std::env;
use std::error::Error;
use std::io::{Write, stdin, stdout};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use delayed::prelude::*;

#[delayed]
fn candidates(thousand: u64) -> Vec<u64> {
    (1000 * thousand + 1..1000 * (thousand + 1))
        .step_by(2)
        .collect()
}

#[delayed]
fn primes(numbers: &[u64]) -> usize {
    let is_prime = |&&number: &&u64| {
        let mut divisors = (3..)
            .step_by(2)
            .take_while(|divisor| divisor * divisor <= number);
        divisors.all(|divisor| number % divisor != 0)
    };
    numbers.iter().filter(is_prime).count()
}

fn main() -> Result<(), Box<dyn Error>> {
    let address = env::args()
        .nth(1)
        .unwrap_or_else(|| "127.0.0.1:8787".to_owned());
    let runtime = Runtime::builder().dashboard(address).build()?;
    if let Some(address) = runtime.dashboard() {
        writeln!(stdout(), "http://{address}")?;
    }
    let is_over = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            // What was read does not matter.
            let _ = stdin().read_line(&mut String::new());
            is_over.store(true, Ordering::Relaxed);
        });
        while !is_over.load(Ordering::Relaxed) {
            let job = pipeline!({
                let mut found = 0;
                for thousand in 1..500_u64 {
                    let numbers = candidates(thousand);
                    found += primes(&numbers);
                }
                found
            });
            job.compute_on(&runtime)?;
        }
        Ok(())
    })
}
