use delayed::prelude::*;

#[delayed]
fn square(x: u64) -> u64 {
    x * x
}

fn main() {
    let _ = pipeline!({
        const LIMIT: u64 = 3;
        fn helper(x: u64) -> u64 {
            x + LIMIT
        }
        let x = square(LIMIT);
        (helper)(x)
    });
}
