// D101
use delayed::prelude::*;

#[delayed]
struct Trips;

trait Read {
    #[delayed]
    fn read(path: String) -> Vec<u8>;
}

fn main() {
    let _ = Trips;
}
