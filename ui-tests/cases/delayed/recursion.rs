// Inside of a task its name makes a node, too.
use delayed::prelude::*;

#[delayed]
fn steps(x: u64) -> u64 {
    if x == 1 { 0 } else { steps(x / 2) }
}

fn main() {
    let _ = steps(27);
}
