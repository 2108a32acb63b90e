// What a handle stands for is not known before it is computed.
use delayed::prelude::*;

#[delayed]
fn count(x: u64) -> u64 {
    2 * x
}

#[delayed]
fn list(x: u64) -> Vec<u64> {
    vec![x]
}

fn plain(x: u64) -> u64 {
    x
}

fn main() {
    let n = count(3);
    if n > 3 {}
    for x in list(3) {}
    match count(3) {
        6 => {}
        _ => {}
    }
    let n: u64 = count(2);
    plain(count(1));
}
