//! No value outlives its last reader, however the run ends.

use std::sync::Arc;

use super::{Counted, Counter, churn, everywhere, limited};
use delayed::{Runtime, prelude::*};

#[delayed]
fn make(counter: &Arc<Counter>, x: usize) -> Counted {
    churn(x);
    counter.make(100 + x)
}

#[delayed]
fn look(value: &Counted) -> usize {
    churn(value.bytes());
    value.bytes()
}

#[delayed]
fn refuse(x: usize, from: usize) -> Result<usize, String> {
    if x >= from {
        return Err(format!("{x} is too much"));
    }
    Ok(x)
}

#[delayed]
fn explode(x: usize, from: usize) -> usize {
    assert!(x < from, "{x} is too much");
    x
}

/// With each window, and under limits that are wide and narrow.
fn on_each(test: impl Fn(&Runtime)) {
    everywhere(|runtime, _| test(runtime));
    for threads in [1, 2, 8] {
        for limit in [300, 1000, 100_000] {
            let runtime = limited(threads, limit);
            test(&runtime);
            assert_eq!(runtime.memory().unwrap().held(), 0);
        }
    }
}

#[test]
fn values_end_where_the_run_ends_well() {
    on_each(|runtime| {
        let counter = Counter::new();
        let seen = pipeline!({
            let mut all = Vec::new();
            for x in 0..100 {
                let value = make(&counter, x);
                let seen = look(&value);
                all.push((value, seen));
            }
            all
        });
        let all = seen.compute_on(runtime).unwrap();
        assert_eq!((counter.alive(), all.len()), (100, 100));
        drop(all);
        assert_eq!(counter.alive(), 0);
    });
}

#[test]
fn values_end_where_a_task_fails() {
    on_each(|runtime| {
        let counter = Counter::new();
        let run = pipeline!({
            let mut all = Vec::new();
            for x in 0..100 {
                let value = make(&counter, x);
                let seen = refuse(x, 40)?;
                all.push((value, seen));
            }
            all.len()
        });
        let error = run.compute_on(runtime).unwrap_err();
        assert_eq!(error.iterations()[0].index, 40);
        assert_eq!(counter.alive(), 0);
    });
}

#[test]
fn values_end_where_a_task_panics() {
    on_each(|runtime| {
        let counter = Counter::new();
        let run = pipeline!({
            let mut all = Vec::new();
            for x in 0..6 {
                for y in (0..9).filter(|y| y % 3 != 2) {
                    let value = make(&counter, y);
                    let seen = explode(10 * x + y, 34);
                    all.push((value, seen));
                }
            }
            all.len()
        });
        let error = run.compute_on(runtime).unwrap_err();
        let place: Vec<_> = error.iterations().iter().map(|it| it.index).collect();
        assert!(error.is_panic());
        assert_eq!(place, [3, 3]);
        assert_eq!(counter.alive(), 0);
    });
}

#[test]
fn values_end_where_a_loop_breaks() {
    on_each(|runtime| {
        let counter = Counter::new();
        let run = pipeline!({
            let mut sum = 0;
            for x in 0..100 {
                let value = make(&counter, x);
                if look(&value) > 150 {
                    break;
                }
                sum += value.bytes();
            }
            sum
        });
        let expected: usize = (100..=150).sum();
        assert_eq!(run.compute_on(runtime).unwrap(), expected);
        assert_eq!(counter.alive(), 0);
    });
}
