use delayed::prelude::*;

#[delayed]
fn step(x: u64) -> u64 {
    x + 1
}

fn main() {
    let _ = pipeline!({
        for x in 0..3 {
            if x == 1 {
                continue;
            }
            step(x);
            if x == 2 {
                break;
            }
        }
    });
}
