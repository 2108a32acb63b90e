use delayed::prelude::*;

fn main() {
    let _ = pipeline!({});
}
