// What a pipeline captures goes to other threads, whoever needs it there.
use std::cell::Cell;
use std::rc::Rc;

use delayed::prelude::*;

#[delayed]
fn square(x: u64) -> u64 {
    x * x
}

#[delayed]
fn total(list: &[u64]) -> u64 {
    list.iter().sum()
}

fn main() {
    let list = Rc::new(vec![1_u64, 2]);
    let _ = pipeline!({
        let mut sum = 0;
        for x in list.iter() {
            sum += square(*x);
        }
        sum
    });
    let other = Rc::new(vec![1_u64, 2]);
    let _ = pipeline!({
        let sum = total(&other);
        sum
    });
    let cell = Cell::new(1);
    let _ = pipeline!({
        let first = square(1);
        let copy = cell.clone();
        (first, copy.get())
    });
    let moved = Cell::new(1);
    let _ = pipeline!(move {
        let first = square(1);
        let copy = moved.clone();
        (first, copy.get())
    });
}
