// A reduction of things that do not add up.
use delayed::prelude::*;

#[delayed]
fn name(x: u64) -> String {
    x.to_string()
}

fn main() {
    let _ = pipeline!({
        let mut total = 0;
        for x in 0..3 {
            total += name(x);
        }
        total
    });
}
