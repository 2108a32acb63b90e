// A claim about the return type that is wrong is an error at that type.
use delayed::prelude::*;

mod plain {
    pub struct Result(pub u8);
}

#[delayed(fallible)]
fn double(x: u64) -> u64 {
    2 * x
}

#[delayed]
fn mark(x: u8) -> plain::Result {
    plain::Result(x)
}

#[delayed]
fn text(x: u8) -> Result<u8, String> {
    Ok(x)
}

#[delayed]
fn no_error(x: u8) -> Result<u8, u8> {
    Ok(x)
}

fn main() {}
