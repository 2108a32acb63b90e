use delayed::prelude::*;

#[delayed]
fn step(state: u64, x: u64) -> u64 {
    state + x
}

fn main() {
    let _ = pipeline!({
        let mut state = 0;
        for x in 0..3 {
            state = step(state, x);
        }
        state
    });
}
