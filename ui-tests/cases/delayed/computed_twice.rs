// `compute` hands the value out.
use delayed::prelude::*;

#[delayed]
fn read() -> Vec<u64> {
    vec![1]
}

fn main() {
    let values = read();
    let _ = values.compute();
    let _ = values.compute();
}
