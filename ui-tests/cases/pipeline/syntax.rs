// What is not Rust is shown where it stops being Rust.
use delayed::prelude::*;

fn main() {
    let _ = pipeline!({
        let x = ;
        let y = 1;
        y
    });
}

#[delayed]
fn square(x: u64) -> u64 {
    x * x
}

fn without_a_semicolon() -> u64 {
    let sum = pipeline!({
        let n = square(1)
        let m = 2;
        n + m
    });
    sum.compute().unwrap()
}
