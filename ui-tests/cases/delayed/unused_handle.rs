// A graph that nobody computes.
#![deny(unused_must_use)]
use delayed::prelude::*;

#[delayed]
fn double(x: u64) -> u64 {
    2 * x
}

fn main() {
    double(1);
}
