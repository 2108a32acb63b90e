// What is wrong in a body is reported there, once.
use delayed::prelude::*;

#[delayed]
fn double(x: u64) -> u64 {
    let wrong: u8 = "text";
    x.no_such_method()
}

fn main() {
    let _ = double(1);
}
