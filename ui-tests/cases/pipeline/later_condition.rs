// A task in a branch, a `match` arm and behind `&&`.
use delayed::prelude::*;

#[delayed]
fn is_even(x: u64) -> bool {
    x % 2 == 0
}

fn main() {
    let _ = pipeline!({
        let small = if true { is_even(1) } else { is_even(2) };
        let matched = match small {
            true => is_even(3),
            false => false,
        };
        small && is_even(4)
    });
}
