// That a method whose value is used changes a variable from outside can only be
// told by its name.
use delayed::prelude::*;

#[delayed]
fn double(x: u64) -> u64 {
    2 * x
}

struct Ids(u64);

impl Ids {
    fn make(&mut self) -> u64 {
        self.0 += 1;
        self.0
    }
}

fn main() {
    let mut ids = Ids(0);
    let _ = pipeline!({
        let mut all = Vec::new();
        for x in 0..3 {
            let id = ids.make();
            all.push((id, double(x)));
        }
        all
    });
}
