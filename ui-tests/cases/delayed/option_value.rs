// D113
use delayed::prelude::*;

#[delayed(name = 3)]
fn double(x: u64) -> u64 {
    2 * x
}

#[delayed(fallible = "no")]
fn triple(x: u64) -> u64 {
    3 * x
}

fn main() {
    let _ = (double(1), triple(1));
}
