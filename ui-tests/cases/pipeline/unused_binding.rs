// As in plain Rust, and at the name.
#![deny(unused_variables)]

use delayed::prelude::*;

#[delayed]
fn double(x: u64) -> u64 {
    2 * x
}

fn main() {
    let _ = pipeline!({
        for x in 0..3 {
            let y = double(x);
        }
        let last = double(4);
    });
}
