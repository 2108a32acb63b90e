// A closure from outside of the pipeline is no task.
use delayed::prelude::*;

#[delayed]
fn double(x: u64) -> u64 {
    2 * x
}

fn main() {
    let scale = |x: u64| 3 * x;
    let _ = pipeline!({
        let y = double(1);
        scale(y)
    });
}
