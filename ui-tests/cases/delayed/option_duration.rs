// D116
use delayed::prelude::*;

#[delayed(timeout = "1.5 seconds")]
fn double(x: u64) -> u64 {
    2 * x
}

fn main() {
    let _ = double(1).compute();
}
