// D105
use delayed::prelude::*;

#[delayed]
unsafe fn first(list: Vec<u8>) -> u8 {
    unsafe { *list.get_unchecked(0) }
}

fn main() {
    let _ = unsafe { first(vec![1]) };
}
