// What is wrong with a branch's value is said there.
use delayed::prelude::*;

#[delayed]
fn count(text: &str) -> Option<usize> {
    text.find(' ')
}

fn main() {
    let _ = pipeline!({
        let n = if let Some(n) = count("a b") { n } else { "none" };
        let Some(k) = count("a b") else { 0 };
        n + k
    });
}
