// D107
use delayed::prelude::*;

#[delayed]
fn sum(count: u64, ...) -> u64 {
    count
}

fn main() {}
