// D110
use delayed::prelude::*;

#[delayed(falible)]
fn double(x: u64) -> u64 {
    2 * x
}

fn main() {
    let _ = double(1).compute();
}
