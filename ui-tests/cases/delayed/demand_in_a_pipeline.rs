// A demand that no executor honours is an error before the run.
use delayed::prelude::*;

#[delayed(limit = 1)]
fn query(x: u64) -> u64 {
    2 * x
}

#[delayed(pure, priority = 1)]
fn square(x: u64) -> u64 {
    x * x
}

fn main() {
    let _ = pipeline!({
        let mut total = 0;
        for x in 0..10 {
            total += query(square(x));
        }
        total
    })
    .compute();
}
