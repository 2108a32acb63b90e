// What all iterations borrow is seen by several threads.
use std::cell::Cell;

use delayed::prelude::*;

#[delayed]
fn bump(counter: &Cell<u64>, x: u64) {
    counter.set(counter.get() + x);
}

fn main() {
    let counter = Cell::new(0);
    let _ = pipeline!({
        for x in 0..3 {
            bump(&counter, x);
        }
    });
}
