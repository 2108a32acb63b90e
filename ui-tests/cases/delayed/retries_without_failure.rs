// D117
use delayed::prelude::*;

#[delayed(retries = 3, backoff = "100ms")]
fn double(x: u64) -> u64 {
    2 * x
}

#[delayed(retries = 3, fallible = false)]
fn halve(x: u64) -> Result<u64, u64> {
    if x % 2 == 0 { Ok(x / 2) } else { Err(x) }
}

fn main() {
    let _ = (double(1), halve(1));
}
