// A function that is refused as a task is refused once: its calls are no error.
use delayed::prelude::*;

#[delayed]
fn first<'a>(words: &[&'a str], (least, most): (usize, usize)) -> Vec<&'a str> {
    words[least..most].to_vec()
}

#[delayed]
async fn fetch(id: u64) -> Result<String, std::fmt::Error> {
    Ok(id.to_string())
}

#[delayed]
const fn double(x: u64) -> u64 {
    2 * x
}

fn main() {
    let words = ["a", "b", "c"];
    let _ = pipeline!({
        let mut pages = Vec::new();
        for id in 0..10 {
            pages.push(fetch(double(id))?);
        }
        (pages, first(&words, (0, 2)).len())
    });
}
