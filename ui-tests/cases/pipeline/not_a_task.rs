// A function without `#[delayed]`: both ways out are shown.
use delayed::prelude::*;

fn double(x: u64) -> u64 {
    2 * x
}

mod tools {
    pub fn triple(x: u64) -> u64 {
        3 * x
    }
}

fn main() {
    let _ = pipeline!({
        let x = double(1);
        for y in 0..3 {
            tools::triple(y);
        }
        x
    });
}
