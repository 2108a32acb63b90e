// A handle of a tuple is one handle.
use delayed::prelude::*;

#[delayed]
fn split(x: u64) -> (u64, u64) {
    (x / 10, x % 10)
}

fn main() {
    let (tens, ones) = split(42);
}
