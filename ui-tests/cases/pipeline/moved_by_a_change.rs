// What an ordered change takes is gone, unless it can be copied.
use delayed::prelude::*;

#[delayed]
fn name(x: u64) -> String {
    x.to_string()
}

#[delayed]
fn count(name: &str) -> usize {
    name.len()
}

fn main() {
    let _ = pipeline!({
        let mut names = Vec::new();
        let mut letters = 0;
        for x in 0..3 {
            let name = name(x);
            names.push(name);
            letters += count(&name);
        }
        (names, letters)
    });
}
