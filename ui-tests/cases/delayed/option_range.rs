// D115
use delayed::prelude::*;

#[delayed(limit = 0, priority = 3_000_000_000, timeout = "2 h")]
fn double(x: u64) -> u64 {
    2 * x
}

#[delayed(retries = -1, backoff = "0s", timeout = "9000h")]
fn load(url: String) -> Result<usize, std::io::Error> {
    Ok(url.len())
}

fn main() {
    let _ = (double(1), load(String::new()));
}
