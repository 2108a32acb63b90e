// `while` and `loop`, each at its word.
use delayed::prelude::*;

#[delayed]
fn step(x: u64) -> u64 {
    x + 1
}

fn main() {
    let _ = pipeline!({
        let mut x = 0;
        while x < 10 {
            x = step(x);
        }
        loop {
            x = step(x);
        }
    });
}
