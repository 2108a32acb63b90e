// D111
use delayed::prelude::*;

#[delayed(name = "load a page", backoff = "100ms")]
fn load(url: String) -> Result<usize, std::io::Error> {
    Ok(url.len())
}

fn main() {
    let _ = load(String::new()).compute();
}
