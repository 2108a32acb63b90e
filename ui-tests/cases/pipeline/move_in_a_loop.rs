// The loop would take the same value again and again.
use delayed::prelude::*;

#[delayed]
fn search(words: Vec<String>, x: usize) -> usize {
    words.len() + x
}

fn main() {
    let _ = pipeline!({
        let words = vec![String::from("one")];
        for x in 0..3 {
            search(words, x);
        }
    });
}
