// D108
use delayed::prelude::*;

#[delayed]
fn first(words: &[String]) -> Option<&str> {
    words.first().map(String::as_str)
}

#[delayed]
fn trim<'a>(text: std::borrow::Cow<'a, str>) -> std::borrow::Cow<'a, str> {
    text
}

fn main() {}
