// D118
use delayed::prelude::*;

#[delayed(pure, retries = 3)]
fn parse(text: String) -> Result<u8, std::num::ParseIntError> {
    text.parse()
}

fn main() {
    let _ = parse(String::new()).compute();
}
