// Where there is no loop of the pipeline's to leave.
use delayed::prelude::*;

#[delayed]
fn step(x: u64) -> u64 {
    x + 1
}

fn main() {
    let _ = pipeline!({
        for x in 0..3 {
            let y = { if x == 1 { continue } else { step::eager(x) } };
            step(y);
        }
        if step(1) == 2 {
            break;
        }
    });
}
