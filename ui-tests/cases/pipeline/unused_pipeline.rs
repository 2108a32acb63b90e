// A pipeline that nobody runs.
#![deny(unused_must_use)]

use delayed::prelude::*;

#[delayed]
fn double(x: u64) -> u64 {
    2 * x
}

fn main() {
    pipeline!({
        for x in 0..3 {
            double(x);
        }
    });
}
