use delayed::prelude::*;

#[delayed]
fn find(x: u64) -> Option<u64> {
    Some(x)
}

fn main() {
    let _ = pipeline!({
        let first = find(1)?;
        let words = ["one"];
        let word = words.first()?;
        (first, word)
    });
}
