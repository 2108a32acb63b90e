use delayed::prelude::*;

#[delayed]
fn double(x: u64) -> u64 {
    2 * x
}

fn main() {
    let _ = pipeline!({
        for x in 0..3 {
            double(y);
        }
    });
}
