// What a pipeline borrows stays as it is until the pipeline has run.
use delayed::prelude::*;

#[delayed]
fn sum(values: &[u64]) -> u64 {
    values.iter().sum()
}

fn main() {
    let mut values = vec![1, 2, 3];
    let total = pipeline!({ sum(&values) });
    values.push(4);
    let _ = total.compute();
}
