// What is not Rust is shown where it stops being Rust.
use delayed::prelude::*;

fn main() {
    let _ = pipeline!({
        let x = ;
        let y = 1;
        y
    });
}
