//! What tracked values hold stays below the limit, and a run always ends.

use std::sync::Arc;

use super::{Counted, Counter, churn, limited};
use delayed::prelude::*;

#[delayed]
fn make(counter: &Arc<Counter>, x: usize, bytes: usize) -> Counted {
    churn(x);
    counter.make(bytes)
}

#[delayed]
fn read(counter: &Arc<Counter>, bytes: usize) -> std::io::Result<Counted> {
    Ok(counter.make(bytes))
}

#[delayed]
fn size(value: &Counted) -> usize {
    churn(value.bytes());
    value.bytes()
}

#[test]
fn what_tasks_return_stays_below_the_limit() {
    for threads in [1, 2, 8] {
        let (runtime, counter) = (limited(threads, 3500), Counter::new());
        let sum = pipeline!({
            let mut sum = 0;
            for x in 0..400 {
                let value = make(&counter, x, 1000);
                sum += size(&value);
            }
            sum
        });
        assert_eq!(sum.compute_on(&runtime).unwrap(), 400_000);
        let usage = runtime.memory().unwrap();
        assert!((1000..=3500).contains(&usage.peak()), "{usage:?}");
        assert!(counter.most_bytes() <= 3500, "{}", counter.most_bytes());
        assert_eq!((usage.held(), counter.alive()), (0, 0));
    }
}

#[test]
fn items_of_iterators_are_not_pulled_ahead() {
    for threads in [1, 2, 8] {
        let (runtime, counter) = (limited(threads, 2600), Counter::new());
        let items = |failing: bool| {
            let counter = Arc::clone(&counter);
            (0..200).map(move |x| {
                churn(x);
                if failing && x == 150 {
                    return Err(std::io::Error::other("the disk is gone"));
                }
                Ok(counter.make(500))
            })
        };
        for failing in [false, true] {
            let source = items(failing);
            let sum = pipeline!({
                let mut sum = 0;
                for item in source {
                    let item = item?;
                    sum += size(&item);
                }
                sum
            });
            let sum = sum.compute_on(&runtime);
            assert_eq!(sum.ok(), (!failing).then_some(100_000));
            assert_eq!((runtime.memory().unwrap().held(), counter.alive()), (0, 0));
        }
        // One more is there when the source has given it and nobody has it yet.
        assert!(counter.most_bytes() <= 2600, "{}", counter.most_bytes());
        assert!(runtime.memory().unwrap().peak() <= 2600);
    }
}

#[test]
fn values_that_wait_for_their_turn_are_held() {
    for threads in [2, 8] {
        let (runtime, counter) = (limited(threads, 3500), Counter::new());
        let all = pipeline!({
            let mut bytes = Vec::new();
            for x in 0..200 {
                let value = make(&counter, x, 1000);
                bytes.push(
                    {
                        churn(7 * x);
                        value
                    }
                    .bytes(),
                );
            }
            bytes
        });
        assert_eq!(all.compute_on(&runtime).unwrap(), [1000; 200]);
        let usage = runtime.memory().unwrap();
        assert!(usage.peak() <= 3500, "{usage:?}");
        assert_eq!(usage.held(), 0);
    }
}

#[test]
fn nested_loops_stay_below_the_limit() {
    for threads in [1, 2, 8] {
        let (runtime, counter) = (limited(threads, 5000), Counter::new());
        let sum = pipeline!({
            let mut sum = 0;
            for x in 0..12 {
                let outer = read(&counter, 300)?;
                for y in (0..20).map(|y| y + 1) {
                    let inner = make(&counter, x * y, 1000);
                    sum += size(&inner) + outer.bytes();
                }
            }
            sum
        });
        assert_eq!(sum.compute_on(&runtime).unwrap(), 12 * 20 * 1300);
        let usage = runtime.memory().unwrap();
        assert!(usage.peak() <= 5000, "{usage:?}");
        assert!(counter.most_bytes() <= 5000, "{}", counter.most_bytes());
        assert_eq!((usage.held(), counter.alive()), (0, 0));
    }
}

/// Nothing can be given back before the iteration is over, so it goes on by
/// itself, and no other one beside it.
#[test]
fn an_iteration_that_needs_more_than_the_limit_goes_on_by_itself() {
    for threads in [1, 2, 8] {
        let (runtime, counter) = (limited(threads, 1000), Counter::new());
        let sum = pipeline!({
            let mut sum = 0;
            for x in 0..50 {
                let a = make(&counter, x, 600);
                let b = make(&counter, x, 700);
                let c = make(&counter, x, 800);
                sum += size(&a) + size(&b) + size(&c);
            }
            sum
        });
        assert_eq!(sum.compute_on(&runtime).unwrap(), 50 * 2100);
        assert_eq!(runtime.memory().unwrap().peak(), 2100);
        assert!(counter.most_bytes() <= 2100, "{}", counter.most_bytes());
    }
}

#[test]
fn nested_loops_go_on_where_each_iteration_needs_more_than_the_limit() {
    for threads in [1, 2, 8] {
        let (runtime, counter) = (limited(threads, 1000), Counter::new());
        let all = pipeline!({
            let mut all = Vec::new();
            for x in 0..8 {
                let outer = make(&counter, x, 900);
                for y in (0..7).filter(|y| y % 2 == 0) {
                    let a = make(&counter, x * y, 600);
                    let b = make(&counter, x + y, 700);
                    for z in (0..5).filter(|z| z % 2 == 0) {
                        let c = make(&counter, x + z, 800);
                        all.push((size(&c) + size(&a), b.bytes() + outer.bytes()));
                    }
                }
            }
            all
        });
        assert_eq!(all.compute_on(&runtime).unwrap(), [(1400, 1600); 96]);
        assert_eq!((runtime.memory().unwrap().held(), counter.alive()), (0, 0));
    }
}

#[test]
fn turns_do_not_add_up() {
    let (runtime, counter) = (limited(2, 3000), Counter::new());
    let sum = pipeline!({
        let mut sum = 0;
        for x in 0..100 {
            sum %= 1_000_000;
            let value = make(&counter, x + sum, 1000);
            sum += size(&value);
        }
        sum
    });
    assert_eq!(sum.compute_on(&runtime).unwrap(), 100_000);
    let usage = runtime.memory().unwrap();
    // One turn at a time, and what the other thread has not yet given back.
    assert!((1000..=2000).contains(&usage.peak()), "{usage:?}");
    assert_eq!(usage.held(), 0);
}

/// What a loop has held that runs as it was written is gone with each iteration.
#[test]
fn serial_loops_do_not_add_up() {
    let (runtime, counter) = (limited(2, 5000), Counter::new());
    let run = pipeline!({
        let first = make(&counter, 1, 500);
        let mut sum = first.bytes();
        for x in 0..100 {
            let value = make(&counter, x, 1000);
            sum += size(&value);
            if sum > 50_000 {
                break;
            }
        }
        sum
    });
    assert!(
        run.graph().to_string().contains("serial"),
        "{}",
        run.graph()
    );
    assert_eq!(run.compute_on(&runtime).unwrap(), 50_500);
    let usage = runtime.memory().unwrap();
    assert_eq!((usage.peak(), usage.held()), (1500, 0));
}

#[test]
fn what_does_not_say_how_much_it_holds_counts_for_nothing() {
    struct Silent(#[expect(dead_code, reason = "it only takes room")] Vec<u8>);

    #[delayed]
    fn silent(x: usize) -> Silent {
        Silent(vec![0; x])
    }

    let runtime = limited(2, 10);
    let run = pipeline!({
        let mut all = Vec::new();
        for x in 0..100 {
            all.push(silent(x));
        }
        all.len()
    });
    assert_eq!(run.compute_on(&runtime).unwrap(), 100);
    assert_eq!(runtime.memory().unwrap().peak(), 0);
}

#[test]
fn branches_beside_each_other_are_held_to_the_end() {
    let (runtime, counter) = (limited(2, 10_000), Counter::new());
    let both = pipeline!({
        let a = make(&counter, 1, 1000);
        let b = make(&counter, 2, 2000);
        let (c, d) = (size(&a), size(&b));
        c + d + a.bytes() + b.bytes()
    });
    assert_eq!(both.compute_on(&runtime).unwrap(), 6000);
    let usage = runtime.memory().unwrap();
    assert_eq!((usage.peak(), usage.held()), (3000, 0));
}
