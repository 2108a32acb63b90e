// A handle can be cloned where its value can.
use delayed::prelude::*;

struct Trips;

#[delayed]
fn read() -> Trips {
    Trips
}

fn main() {
    let trips = read();
    let _ = trips.clone();
}
