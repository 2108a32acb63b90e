//! Graphs that are made at run time stay below the limit, too.

use std::sync::Arc;

use super::{Counted, Counter, churn, limited};
use delayed::Runtime;
use delayed::prelude::*;

#[delayed]
fn make(counter: &Arc<Counter>, x: usize, bytes: usize) -> Counted {
    churn(x);
    counter.make(bytes)
}

#[delayed]
fn size(value: &Counted, x: usize) -> usize {
    churn(7 * x);
    value.bytes()
}

/// A value of the same size, in the place of two.
#[delayed]
fn merge(counter: &Arc<Counter>, left: Counted, right: &Counted) -> Counted {
    assert_eq!(left.bytes(), right.bytes());
    counter.make(left.bytes())
}

/// The sum of the sizes of so many values.
fn sizes(counter: &Arc<Counter>, count: usize, bytes: usize) -> Delayed<usize> {
    let sizes = (0..count).map(|x| size(&make(Arc::clone(counter), x, bytes), x));
    sizes.sum()
}

/// The leaves are made next to each other, and merged in pairs.
fn tree(counter: &Arc<Counter>, leaves: usize) -> Delayed<Counted> {
    if leaves == 1 {
        return make(Arc::clone(counter), leaves, 100);
    }
    let (left, right) = (tree(counter, leaves / 2), tree(counter, leaves / 2));
    merge(Arc::clone(counter), left, &right)
}

#[test]
fn what_tasks_return_stays_below_the_limit() {
    for threads in [1, 2, 8] {
        let (runtime, counter) = (limited(threads, 3500), Counter::new());
        let sum = sizes(&counter, 400, 1000);
        assert_eq!(runtime.run(|| sum.compute()).unwrap(), 400_000);
        let usage = runtime.memory().unwrap();
        assert!((1000..=3500).contains(&usage.peak()), "{usage:?}");
        assert!(counter.most_bytes() <= 3500, "{}", counter.most_bytes());
        assert_eq!((usage.held(), counter.alive()), (0, 0));
    }
}

#[test]
fn a_tree_stays_below_the_limit() {
    for threads in [1, 2, 8] {
        let (runtime, counter) = (limited(threads, 2000), Counter::new());
        let root = tree(&counter, 256);
        let root = runtime.run(|| root.compute()).unwrap();
        assert_eq!((root.bytes(), counter.made()), (100, 511));
        assert!(counter.most_bytes() <= 2000, "{}", counter.most_bytes());
        assert!(runtime.memory().unwrap().peak() <= 2000);
        // The value that was asked for is the caller's now.
        assert_eq!((runtime.memory().unwrap().held(), counter.alive()), (0, 1));
    }
}

#[test]
fn a_run_that_needs_more_goes_on_step_by_step() {
    for threads in [1, 2, 8] {
        let (runtime, counter) = (limited(threads, 1000), Counter::new());
        let all: Vec<_> = (0..50)
            .map(|x| make(Arc::clone(&counter), x, 400))
            .collect();
        let all = runtime.run(|| delayed::compute(all)).unwrap();
        assert_eq!((all.len(), counter.alive()), (50, 50));
        assert_eq!(runtime.memory().unwrap().peak(), 50 * 400);
        assert_eq!(runtime.memory().unwrap().held(), 0);
    }
}

#[test]
fn a_value_that_is_kept_is_held_until_its_handle_is_dropped() {
    let (runtime, counter) = (limited(2, 1000), Counter::new());
    let kept = make(Arc::clone(&counter), 1, 900);
    let kept = runtime.run(|| kept.persist()).unwrap();
    assert_eq!(runtime.memory().unwrap().held(), 900);
    let (size, others) = (size(&kept, 1), sizes(&counter, 20, 500));
    let sizes = runtime.run(|| delayed::compute((size, others)));
    assert_eq!(sizes.unwrap(), (900, 10_000));
    // There was room for nothing else, so one was made after the other.
    assert_eq!((counter.most(), counter.alive()), (2, 1));
    assert_eq!(runtime.memory().unwrap().held(), 900);
    drop(kept);
    assert_eq!((runtime.memory().unwrap().held(), counter.alive()), (0, 0));
}

#[test]
fn a_failure_gives_all_back() {
    #[delayed]
    fn check(value: Counted, x: usize) -> Result<usize, String> {
        if x == 30 {
            return Err("no good".to_owned());
        }
        Ok(value.bytes())
    }

    for threads in [1, 2, 8] {
        let (runtime, counter) = (limited(threads, 2500), Counter::new());
        let all: Vec<_> = (0..60)
            .map(|x| check(make(Arc::clone(&counter), x, 700), x))
            .collect();
        let error = runtime.run(|| delayed::compute(all)).unwrap_err();
        assert_eq!(error.task(), Some("check"));
        assert!(runtime.memory().unwrap().peak() <= 2500);
        assert_eq!((runtime.memory().unwrap().held(), counter.alive()), (0, 0));
    }
}

#[test]
fn any_order_of_the_serial_executor_will_do() {
    for seed in 0..20 {
        let runtime = Runtime::builder().serial(seed).memory_limit(3500_u64);
        let (runtime, counter) = (runtime.build().unwrap(), Counter::new());
        let sum = sizes(&counter, 40, 1000);
        assert_eq!(runtime.run(|| sum.compute()).unwrap(), 40_000);
        assert!(counter.most_bytes() <= 3500, "{}", counter.most_bytes());
        assert_eq!((runtime.memory().unwrap().held(), counter.alive()), (0, 0));
    }
}

#[test]
fn graphs_inside_of_tasks_share_the_limit() {
    #[delayed]
    fn inside(counter: &Arc<Counter>, x: usize) -> usize {
        sizes(counter, x, 100).compute().unwrap()
    }

    for threads in [1, 2, 8] {
        let (runtime, counter) = (limited(threads, 3000), Counter::new());
        let sums = (0..20).map(|x| inside(Arc::clone(&counter), x));
        let sum: Delayed<usize> = sums.sum();
        assert_eq!(runtime.run(|| sum.compute()).unwrap(), 19_000);
        assert!(counter.most_bytes() <= 3000, "{}", counter.most_bytes());

        let sum = pipeline!({
            let mut sum = 0;
            for x in 0..20 {
                sum += inside(&counter, x);
            }
            sum
        });
        assert_eq!(sum.compute_on(&runtime).unwrap(), 19_000);
        assert_eq!((runtime.memory().unwrap().held(), counter.alive()), (0, 0));
    }
}
