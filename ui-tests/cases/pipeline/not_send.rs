// What an iteration makes goes to other threads.
use std::rc::Rc;

use delayed::prelude::*;

#[delayed]
fn double(x: u64) -> u64 {
    2 * x
}

fn main() {
    let _ = pipeline!({
        let mut all = Vec::new();
        for x in 0..3 {
            let shared = Rc::new(double(x));
            all.push(shared);
        }
        all.len()
    });
}
