use delayed::prelude::*;

#[delayed]
fn step(x: u64) -> u64 {
    x + 1
}

fn main() {
    let _ = pipeline!({
        let pair = (1, for x in 0..3 { step(x) });
        pair
    });
}
