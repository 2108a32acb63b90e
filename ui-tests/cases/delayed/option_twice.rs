// D112
use delayed::prelude::*;

#[delayed(fallible, fallible = false)]
fn parse(text: String) -> Result<u8, std::num::ParseIntError> {
    text.parse()
}

fn main() {
    let _ = parse(String::new()).compute();
}
