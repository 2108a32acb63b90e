// The argument is underlined, not the call or the macro.
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
    let _ = pipeline!({
        let mut total = 0;
        for word in ["one", "two"] {
            let n = length(word);
            total += double(n);
        }
        let text = double(length(total));
        let n: u64 = length("three");
        text
    });
}
