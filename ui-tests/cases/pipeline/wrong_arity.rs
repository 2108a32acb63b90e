use delayed::prelude::*;

#[delayed]
fn add(x: u64, y: u64) -> u64 {
    x + y
}

fn main() {
    let _ = pipeline!({
        let x = add(1);
        let y = add(1, 2, 3);
        x + y
    });
}
