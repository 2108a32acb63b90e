//! A value that is larger than the limit by itself ends the run, and the error
//! says which, where, and what to do.

use std::error::Error;
use std::sync::Arc;

use super::{Counted, Counter, churn, limited};
use delayed::TooLarge;
use delayed::prelude::*;

#[delayed]
fn load(counter: &Arc<Counter>, x: usize) -> Counted {
    churn(x);
    let is_large = x >= 70 && x.is_multiple_of(3);
    counter.make(if is_large { 5000 } else { 10 })
}

#[delayed]
fn check(value: Counted, x: usize, at: usize) -> Result<usize, String> {
    if x == at {
        return Err("no good".to_owned());
    }
    Ok(value.bytes())
}

#[delayed]
fn count(bytes: &[u8]) -> usize {
    bytes.len()
}

/// The error of the loop, with values that are too large from 72 on and a
/// failure at `at`.
fn error(threads: usize, at: usize) -> delayed::Error {
    let (runtime, counter) = (limited(threads, 4096), Counter::new());
    let run = pipeline!({
        let mut sum = 0;
        for x in 0..200 {
            sum += check(load(&counter, x), x, at)?;
        }
        sum
    });
    let error = run.compute_on(&runtime).unwrap_err();
    assert_eq!((runtime.memory().unwrap().held(), counter.alive()), (0, 0));
    error
}

#[test]
fn the_error_is_that_of_the_first_such_value() {
    for threads in [1, 2, 8] {
        let error = error(threads, 80);
        assert_eq!(error.task(), Some("load"));
        assert_eq!(error.iterations()[0].index, 72);
        let large = error.source().unwrap().downcast_ref::<TooLarge>().unwrap();
        assert_eq!((large.bytes(), large.limit()), (5000, 4096));
        let text = error.to_string();
        assert!(text.starts_with("`load` failed at"), "{text}");
        assert!(text.contains("too_large.rs:"), "{text}");
        assert!(
            text.contains("in iteration 72 of `for x in 0..200` (72)"),
            "{text}"
        );
        assert!(
            text.contains("4.0 KiB") && text.contains("smaller"),
            "{text}"
        );
    }
}

#[test]
fn a_failure_before_it_is_met_first() {
    for threads in [1, 2, 8] {
        let error = error(threads, 60);
        assert_eq!(error.source().unwrap().to_string(), "no good");
        assert_eq!(error.iterations()[0].index, 60);
    }
}

#[test]
fn an_item_that_is_too_large_names_the_loop() {
    for threads in [1, 2, 8] {
        let runtime = limited(threads, 1000);
        let items = (0..30).map(|x| vec![0_u8; 50 * x]);
        let run = pipeline!({
            let mut all = Vec::new();
            for item in items {
                all.push(count(&item));
            }
            all
        });
        let error = run.compute_on(&runtime).unwrap_err();
        assert_eq!((error.task(), error.iterations()[0].index), (None, 20));
        assert!(error.source().unwrap().is::<TooLarge>());
        let text = error.to_string();
        assert!(
            text.contains("in iteration 20 of `for item in items`"),
            "{text}"
        );
    }
}

#[test]
fn outside_of_loops_it_is_an_error_too() {
    let (runtime, counter) = (limited(2, 1000), Counter::new());
    let run = pipeline!({ load(&counter, 72).bytes() });
    let error = run.compute_on(&runtime).unwrap_err();
    assert_eq!((error.task(), error.iterations().len()), (Some("load"), 0));
    assert_eq!(counter.alive(), 0);
}

#[test]
fn a_graph_made_at_run_time_names_the_task() {
    for threads in [1, 2, 8] {
        let (runtime, counter) = (limited(threads, 4096), Counter::new());
        let checked: Vec<_> = (0..200)
            .map(|x| check(load(Arc::clone(&counter), x), x, 80))
            .collect();
        let error = runtime.run(|| delayed::compute(checked)).unwrap_err();
        assert_eq!(error.task(), Some("load"));
        let large = error.source().unwrap().downcast_ref::<TooLarge>().unwrap();
        assert_eq!((large.bytes(), large.limit()), (5000, 4096));
        assert!(error.to_string().contains("too_large.rs:"), "{error}");
        assert_eq!((runtime.memory().unwrap().held(), counter.alive()), (0, 0));
    }
}

#[test]
fn an_inner_runtime_without_a_limit_counts_nothing() {
    #[delayed]
    fn inside(counter: &Arc<Counter>) -> usize {
        let free = Runtime::builder().threads(2).build().unwrap();
        let large = pipeline!({ load(counter, 72).bytes() });
        large.compute_on(&free).unwrap()
    }

    let (runtime, counter) = (limited(2, 1000), Counter::new());
    let run = pipeline!({ inside(&counter) });
    assert_eq!(run.compute_on(&runtime).unwrap(), 5000);
    assert_eq!(runtime.memory().unwrap().peak(), 0);
}
