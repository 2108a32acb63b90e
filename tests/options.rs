//! Options of tasks as constants; what they do is in `control.rs`.

use std::time::Duration;

use delayed::prelude::*;

#[delayed(name = "load a page", retries = 3, backoff = "100ms")]
fn load(page: u64) -> Result<u64, std::io::Error> {
    Ok(page)
}

#[delayed(timeout = "2 s")]
fn slow(x: u64) -> u64 {
    x
}

#[delayed(limit = 4, priority = -7)]
fn query(x: u64) -> u64 {
    x
}

#[delayed(pure, priority = 10)]
fn square(x: u64) -> u64 {
    x * x
}

#[delayed]
fn count(x: u64) -> u64 {
    x
}

#[test]
fn options_are_constants() {
    const RETRIES: u32 = load::INFO.retries;
    assert_eq!((RETRIES, load::INFO.name), (3, "load a page"));
    assert_eq!(load::INFO.backoff, Duration::from_millis(100));
    assert_eq!(slow::INFO.timeout, Some(Duration::from_secs(2)));
    assert_eq!(query::INFO.limit.map(|limit| limit.get()), Some(4));
    assert_eq!((query::INFO.priority, query::INFO.pure), (-7, false));
    assert_eq!((square::INFO.priority, square::INFO.pure), (10, true));

    let plain = count::INFO;
    assert_eq!((plain.retries, plain.backoff), (0, Duration::ZERO));
    assert_eq!((plain.timeout, plain.limit), (None, None));
    assert_eq!((plain.priority, plain.pure), (0, false));
}

#[test]
fn hints_do_not_change_the_answer() {
    let values: Vec<_> = (0..10).map(square).collect();
    let total: Delayed<u64> = values.into_iter().sum();
    assert_eq!(total.compute().unwrap(), 285);

    let total = pipeline!({
        let mut total = 0;
        for x in 0..10 {
            total += square(x);
        }
        total
    });
    assert_eq!(total.compute().unwrap(), 285);
}

#[test]
fn the_body_is_a_plain_function_whatever_the_options() {
    #[delayed(retries = 2, timeout = "1h", limit = 1)]
    fn parse(text: &str) -> Result<u64, std::num::ParseIntError> {
        text.parse()
    }
    assert_eq!(parse::eager("5"), Ok(5));
}
