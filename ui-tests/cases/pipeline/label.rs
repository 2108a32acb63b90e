// On a loop, and on a plain block.
use delayed::prelude::*;

#[delayed]
fn step(x: u64) -> u64 {
    x + 1
}

fn main() {
    let _ = pipeline!({
        'outer: for x in 0..3 {
            step(x);
        }
        let y = 'block: { break 'block 1 };
        y
    });
}
