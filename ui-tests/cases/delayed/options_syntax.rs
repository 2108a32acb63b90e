// D114
use delayed::prelude::*;

#[delayed("double")]
fn double(x: u64) -> u64 {
    2 * x
}

fn main() {
    let _ = double(1);
}
