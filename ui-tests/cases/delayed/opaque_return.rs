// D109
use delayed::prelude::*;

#[delayed]
fn numbers(end: u64) -> impl Iterator<Item = u64> + Send {
    0..end
}

fn main() {
    numbers(1).for_each(drop);
}
