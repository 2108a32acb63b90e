// Nodes own their values: nothing can be changed in place.
use delayed::prelude::*;

#[delayed]
fn sort(list: &mut Vec<u8>) {
    list.sort_unstable();
}

fn main() {
    let mut list = vec![2, 1];
    let _ = sort(&mut list);
}
