// A task in a closure or in the tokens of a macro would only make a node that
// nobody runs.
use delayed::prelude::*;

#[delayed]
fn step(x: u64) -> u64 {
    x + 1
}

fn main() {
    let _ = pipeline!({
        let later = |x: u64| step(x);
        let all = vec![step(1), step(2)];
        (later(1), all)
    });
}
