// The value of a `for` is a list, and not what a `break` carries.
use delayed::prelude::*;

#[delayed]
fn square(x: u64) -> u64 {
    x * x
}

fn main() {
    let _ = pipeline!({
        let first = for x in 0..9 {
            if square(x) > 20 {
                break x;
            }
        };
        first
    });
}
