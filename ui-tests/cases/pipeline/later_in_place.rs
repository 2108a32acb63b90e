use delayed::prelude::*;

#[delayed]
fn bump(x: &mut u64) {
    *x += 1;
}

fn main() {
    let _ = pipeline!({
        let mut x = 1;
        bump(&mut x);
        x
    });
}
