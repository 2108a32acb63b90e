use delayed::prelude::*;

#[delayed]
fn load(name: &str) -> Vec<u64> {
    vec![name.len() as u64]
}

#[delayed]
fn sum(values: &[u64]) -> u64 {
    values.iter().sum()
}

fn main() {
    let _ = pipeline!({
        for name in ["a", "b"] {
            let values = load(name);
            sum(values);
        }
    });
}
