use delayed::prelude::*;

#[delayed]
fn load(name: &str) -> Vec<u64> {
    vec![name.len() as u64]
}

#[delayed]
fn sort(values: Vec<u64>) -> Vec<u64> {
    values
}

#[delayed]
fn sum(values: &[u64]) -> u64 {
    values.iter().sum()
}

fn main() {
    let _ = pipeline!({
        let values = load("a");
        let sorted = sort(values);
        let total = sum(&values);
        (sorted, total)
    });
}
