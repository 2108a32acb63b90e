// D104
use delayed::prelude::*;

#[delayed]
extern "C" fn double(x: u64) -> u64 {
    2 * x
}

fn main() {
    let _ = double(1);
}
