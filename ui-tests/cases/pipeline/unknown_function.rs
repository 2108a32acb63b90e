use delayed::prelude::*;

fn main() {
    let _ = pipeline!({
        for x in 0..3 {
            missing(x);
        }
    });
}
