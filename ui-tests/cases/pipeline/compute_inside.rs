// In a pipeline a task's value is there: nothing is to be computed.
use delayed::prelude::*;

struct Trips;

#[delayed]
fn read(x: u64) -> Trips {
    let _ = x;
    Trips
}

fn main() {
    let _ = pipeline!({
        let mut all = Vec::new();
        for x in 0..3 {
            all.push(read(x).compute()?);
        }
        all
    });
}
