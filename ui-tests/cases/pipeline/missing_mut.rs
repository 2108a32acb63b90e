use delayed::prelude::*;

#[delayed]
fn double(x: u64) -> u64 {
    2 * x
}

fn main() {
    let _ = pipeline!({
        let total = 0;
        for x in 0..3 {
            total += double(x);
        }
        total
    });
}
