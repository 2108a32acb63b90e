// A handle is owned as the value it stands for.
use delayed::prelude::*;

struct Trips;

#[delayed]
fn read() -> Trips {
    Trips
}

#[delayed]
fn drain(trips: Trips) {
    drop(trips);
}

#[delayed]
fn count(trips: &Trips) -> usize {
    let Trips = trips;
    1
}

fn main() {
    let trips = read();
    let _ = drain(trips);
    let _ = count(&trips);
}
