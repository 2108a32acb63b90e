// A task in a closure or in the tokens of a macro would only make a node that
// nobody runs. A list by `vec!` is what it looks like.
use delayed::prelude::*;

#[delayed]
fn step(x: u64) -> u64 {
    x + 1
}

#[delayed]
fn maybe(x: u64) -> Option<u64> {
    Some(x)
}

fn main() {
    let _ = pipeline!({
        let later = |x: u64| step(x);
        let all = vec![step(1), step(2)];
        let same = vec![step(1); 2];
        let listed: Vec<u64> = (0..3u64).map(|x| step(x)).collect();
        let is_two = matches!(maybe(1), Some(2));
        println!("{} {}", step(1), all[0]);
        (later(1), all, same, listed, is_two)
    });
}
