// What is refused does not hide what is wrong elsewhere.
use delayed::prelude::*;

#[delayed]
fn double(x: u64) -> u64 {
    2 * x
}

fn main() {
    let _ = pipeline!({
        let mut total = 0;
        while total < 10 {
            total += 1;
        }
        for x in 0..3 {
            total += double("three");
        }
        total.no_such_method()
    });
}
