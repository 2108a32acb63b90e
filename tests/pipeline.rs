//! Pipelines against their own bodies run serially.

use delayed::prelude::*;

#[delayed]
fn increment(x: i64) -> i64 {
    x + 1
}

#[delayed]
fn double(x: i64) -> i64 {
    2 * x
}

#[delayed]
fn add(x: i64, y: i64) -> i64 {
    x + y
}

#[delayed]
fn chunks(path: &str) -> Result<Vec<Result<i64, String>>, String> {
    if path == "bad" { return Err("no such file".to_owned()); }
    Ok(path.chars().map(|c| c.to_digit(10).map(i64::from).ok_or_else(|| format!("not a digit: {c}"))).collect())
}

#[delayed]
fn count(chunk: &i64) -> i64 {
    *chunk * 10
}

#[test]
fn straight() {
    let x = 4;
    let p = pipeline!({
        add(increment(x), double(x))
    });
    println!("{}", p.graph());
    assert_eq!(p.compute().unwrap(), 13);
}

#[test]
fn nested() {
    let files = vec!["123".to_owned(), "45".to_owned(), "6".to_owned()];
    for threads in [1, 2, 8] {
        let files = files.clone();
        let p = pipeline!({
            let mut totals = 0;
            for path in files {
                for chunk in chunks(&path)? {
                    totals += count(&chunk?);
                }
            }
            totals
        });
        println!("{}", p.graph());
        let runtime = Runtime::builder().threads(threads).build().unwrap();
        assert_eq!(p.compute_on(&runtime).unwrap(), 210);
    }
}

#[test]
fn collects() {
    let words = ["12", "3x", "45"];
    let p = pipeline!({
        let lists = for word in words {
            let digits = for digit in chunks(word)? {
                let value = digit?;
                add(value, 1)
            };
            digits
        };
        lists
    });
    println!("{}", p.graph());
    assert_eq!(p.compute().unwrap_err().to_string(), "");
}
