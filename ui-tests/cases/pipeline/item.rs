use delayed::prelude::*;

fn main() {
    let _ = pipeline!({
        const LIMIT: u64 = 3;
        let x = 1;
        x
    });
}
