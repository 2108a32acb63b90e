// D102
use delayed::prelude::*;

#[delayed]
async fn load(path: String) -> usize {
    path.len()
}

fn main() {
    let _ = load(String::new());
}
