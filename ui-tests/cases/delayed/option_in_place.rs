// D119
use delayed::prelude::*;

#[delayed(pure)]
fn sort(list: &mut Vec<u64>) {
    list.sort();
}

#[delayed(retries = 3)]
fn append(list: &mut Vec<u64>, text: &str) -> Result<(), std::num::ParseIntError> {
    list.push(text.parse()?);
    Ok(())
}

fn main() {
    let mut list = vec![2, 1];
    sort::eager(&mut list);
    let _ = append::eager(&mut list, "3");
}
