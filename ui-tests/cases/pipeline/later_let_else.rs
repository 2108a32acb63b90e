use delayed::prelude::*;

#[delayed]
fn find(x: u64) -> Option<u64> {
    Some(x)
}

fn main() {
    let _ = pipeline!({
        let Some(x) = find(1) else { panic!("nothing found") };
        x
    });
}
