// What is refused is refused in a branch's body too.
use delayed::prelude::*;

#[delayed]
fn step(x: u64) -> u64 {
    x + 1
}

fn main() {
    let _ = pipeline!({
        for x in 0..3 {
            if x == 1 {
                let y = step(x);
                return y;
            } else {
                fn helper() {}
                step(x);
            }
            let Some(z) = Some(x) else {
                'outer: for y in 0..3 {
                    step(y);
                }
                continue;
            };
            match step(z) {
                0 => {
                    while step(1) == 1 {}
                }
                _ => {}
            }
        }
    });
}
