// A node of a run-time graph owns all it needs.
use delayed::prelude::*;

#[delayed]
fn sum(values: &[u64]) -> u64 {
    values.iter().sum()
}

fn main() {
    let values = vec![1, 2, 3];
    let node = pipeline!({ sum(&values) }).delayed();
    let _ = node.compute();
}
