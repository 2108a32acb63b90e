// A pipeline borrows from its surroundings as a closure does.
use delayed::prelude::*;

#[delayed]
fn sum(values: &[u64]) -> u64 {
    values.iter().sum()
}

fn lazy() -> Pipeline<'static, u64> {
    let values = vec![1, 2, 3];
    pipeline!({ sum(&values) })
}

fn main() {
    let _ = lazy();
}
