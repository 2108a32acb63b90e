use delayed::prelude::*;

async fn fetch(x: u64) -> u64 {
    x
}

fn main() {
    let _ = pipeline!({
        let x = Box::pin({ fetch(1) }).await;
        x
    });
}
