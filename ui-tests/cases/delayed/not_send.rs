// A node's value crosses threads.
use delayed::prelude::*;
use std::rc::Rc;

#[delayed]
fn share(x: u64) -> Rc<u64> {
    Rc::new(x)
}

fn main() {}
