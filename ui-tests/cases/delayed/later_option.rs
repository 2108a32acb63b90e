// D111
use delayed::prelude::*;

#[delayed(name = "load a page", retries = 3, backoff = "100ms", limit = 2)]
fn load(url: String) -> usize {
    url.len()
}

fn main() {
    let _ = load(String::new()).compute();
}
