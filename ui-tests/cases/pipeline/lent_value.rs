// What is lent too long is underlined, and not the pipeline around it.
use delayed::prelude::*;

#[delayed]
fn count(text: &str) -> Option<usize> {
    text.find(' ')
}

fn main() {
    let _ = pipeline!({
        let found = count("c d");
        let lent = &found;
        lent.as_ref()
    });
}
