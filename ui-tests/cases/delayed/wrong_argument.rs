// Arguments are checked at the argument.
use delayed::prelude::*;

#[delayed]
fn double(x: u64) -> u64 {
    2 * x
}

#[delayed]
fn length(text: &str) -> usize {
    text.len()
}

fn main() {
    let one = double(1);
    let _ = double("two");
    let _ = double(&one);
    let _ = length(7);
    let _ = length(&one);
    let _ = length(length("text"));
    let _ = double(1, 2);
}
