//! A window bounds how many iterations of a loop are live.

use std::sync::Arc;

use super::{Counted, Counter, churn, everywhere};
use delayed::prelude::*;

#[delayed]
fn make(counter: &Arc<Counter>, x: usize) -> Counted {
    churn(x);
    counter.make(x)
}

/// Takes values in order.
#[derive(Default)]
struct Sink {
    taken: Vec<usize>,
}

impl Sink {
    fn take(&mut self, value: Counted) {
        self.taken.push(value.bytes());
    }
}

#[test]
fn no_more_values_than_the_window_are_alive() {
    everywhere(|runtime, window| {
        let counter = Counter::new();
        let sum = pipeline!({
            let mut sum = 0;
            for x in 0..300 {
                let value = make(&counter, x);
                sum += value.bytes();
            }
            sum
        });
        assert_eq!(sum.compute_on(runtime).unwrap(), 300 * 299 / 2);
        assert!(counter.most() <= window, "{} of {window}", counter.most());
        assert_eq!((counter.alive(), counter.made()), (0, 300));
    });
}

#[test]
fn values_that_wait_for_their_turn_are_in_the_window() {
    everywhere(|runtime, window| {
        let counter = Counter::new();
        let taken = pipeline!({
            let mut sink = Sink::default();
            for x in 0..300 {
                let value = make(&counter, x);
                sink.take(value);
            }
            sink.taken
        });
        let taken = taken.compute_on(runtime).unwrap();
        assert!(taken.into_iter().eq(0..300));
        assert!(counter.most() <= window, "{} of {window}", counter.most());
        assert_eq!(counter.alive(), 0);
    });
}

#[test]
fn each_loop_has_a_window_of_its_own() {
    everywhere(|runtime, window| {
        let counter = Counter::new();
        let taken = pipeline!({
            let mut sink = Sink::default();
            for x in 0..12 {
                for y in (0..9).filter(|y| y % 3 != 2) {
                    let value = make(&counter, 10 * x + y);
                    sink.take(value);
                }
            }
            sink.taken
        });
        let expected = (0..12).flat_map(|x| [0, 1, 3, 4, 6, 7].map(|y| 10 * x + y));
        let taken = taken.compute_on(runtime).unwrap();
        assert!(taken.into_iter().eq(expected));
        // Those that the inner loops have live, and those that wait for the
        // outer loop: as many again.
        let most = 2 * window * window;
        assert!(counter.most() <= most, "{} of {most}", counter.most());
        assert_eq!((counter.alive(), counter.made()), (0, 72));
    });
}
