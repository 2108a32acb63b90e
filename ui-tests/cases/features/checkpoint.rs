// D120: only with its feature does `delayed` keep results.
use delayed::prelude::*;

#[delayed(checkpoint)]
fn length(text: &str) -> usize {
    text.len()
}

#[delayed(limit = 2, checkpoint = "v1")]
fn double(x: u64) -> u64 {
    2 * x
}

fn main() {
    let _ = pipeline!({ double(length("text") as u64) });
}
