//! Run-time graphs as a user writes them.

use delayed::prelude::*;

#[delayed]
fn square(x: f64) -> f64 {
    x * x
}

#[delayed]
fn less_three(x: f64) -> f64 {
    x - 3.0
}

#[delayed]
fn root_plus_four(x: f64) -> f64 {
    (x + 4.0).sqrt()
}

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

#[test]
fn calls_compose() {
    let w = root_plus_four(less_three(square(4.0)));
    assert_eq!(w.compute().unwrap(), 4.123_105_625_617_661);
}

#[test]
fn a_loop_makes_a_graph() {
    let data = [1, 2, 3, 4, 5];
    let output: Vec<Delayed<i64>> = data.iter().map(|&x| add(increment(x), double(x))).collect();
    let total: Delayed<i64> = output.into_iter().sum();
    assert_eq!(total.compute().unwrap(), 50);
}
