// A task's tuple has as many parts as it says.
use delayed::prelude::*;

#[delayed]
fn split(x: u64) -> (u64, u64) {
    (x / 10, x % 10)
}

fn main() {
    let _ = pipeline!({
        let (hundreds, tens, ones) = split(42);
        hundreds + tens + ones
    });
}
