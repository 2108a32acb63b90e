//! A result is kept in a file, and has to come back from there.
use delayed::prelude::*;
use std::io;

struct Page(String);

#[derive(serde::Serialize)]
struct Report(u64);

#[delayed(checkpoint)]
fn page(number: u64) -> Page {
    Page(number.to_string())
}

#[delayed(checkpoint)]
fn load(number: u64) -> io::Result<Vec<Page>> {
    Ok(vec![Page(number.to_string())])
}

#[delayed(checkpoint)]
fn report(number: u64) -> Report {
    Report(number)
}

#[delayed(checkpoint)]
fn fixed(number: u64) -> &'static str {
    if number == 0 { "none" } else { "some" }
}

#[delayed(checkpoint)]
fn largest<T: Ord + serde::Serialize>(mut list: Vec<T>) -> Option<T> {
    list.sort();
    list.pop()
}

fn main() {
    let all = pipeline!({ (page(1), load(2)?, report(3), fixed(4)) });
    let _ = all;
}
