// A node owns what it works on: what is lent could change before it runs.
use delayed::prelude::*;

#[delayed]
fn sum(values: &Vec<u64>) -> u64 {
    values.iter().sum()
}

fn main() {
    let mut values = vec![1];
    let total = sum(&values);
    values.push(2);
    let _ = total.compute();
}
