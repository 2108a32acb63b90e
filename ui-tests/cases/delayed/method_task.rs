// D106
use delayed::prelude::*;

struct Trips(Vec<u32>);

impl Trips {
    #[delayed]
    fn count(&self) -> usize {
        self.0.len()
    }
}

fn main() {
    let _ = Trips(vec![]).count();
}
