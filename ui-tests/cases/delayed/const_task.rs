// D103
use delayed::prelude::*;

#[delayed]
const fn double(x: u64) -> u64 {
    2 * x
}

fn main() {
    let _ = double(1);
}
