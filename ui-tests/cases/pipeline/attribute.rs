use delayed::prelude::*;

#[delayed]
fn step(x: u64) -> u64 {
    x + 1
}

fn main() {
    let _ = pipeline!({
        #[cfg(debug_assertions)]
        let x = step(1);
        x
    });
}
