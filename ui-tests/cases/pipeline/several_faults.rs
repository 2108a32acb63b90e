// All of them are reported in one go.
use delayed::prelude::*;

fn main() {
    let _ = pipeline!({
        'first: for _ in 0..3 {}
        fn helper() {}
        loop {}
        return 1;
    });
}
