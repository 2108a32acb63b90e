//! Graphs made at run time that are told to stop.

use std::error::Error as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, ThreadId};
use std::time::Duration;

use delayed::prelude::*;
use delayed::{CancelToken, Cancelled, Panics};

use crate::{on_every_size, until_cancelled};

#[delayed]
fn step(x: u64, token: Arc<CancelToken>, calls: Arc<AtomicUsize>) -> u64 {
    calls.fetch_add(1, Ordering::SeqCst);
    if x == 20 {
        token.cancel();
    }
    x + 1
}

fn with_token(threads: usize) -> (Runtime, Arc<CancelToken>) {
    let token = CancelToken::new();
    let runtime = Runtime::builder()
        .threads(threads)
        .cancel_token(token.clone());
    (
        runtime.build().expect("threads can be had"),
        Arc::new(token),
    )
}

fn reason(error: &delayed::Error) -> Option<Cancelled> {
    error
        .source()
        .and_then(|source| source.downcast_ref().copied())
}

#[test]
fn no_task_begins_any_more() {
    for threads in [1, 2, 8] {
        let (runtime, token) = with_token(threads);
        let calls = Arc::new(AtomicUsize::new(0));
        let mut end = step(0, token.clone(), calls.clone());
        for _ in 0..100 {
            end = step(end, token.clone(), calls.clone());
        }
        let error = runtime.run(|| end.compute()).unwrap_err();
        let line = line!() - 3;
        assert_eq!(
            error.to_string(),
            format!("`step` stopped at tests/control/graphs.rs:{line}:19: the run was cancelled")
        );
        assert!(error.is_cancelled());
        assert_eq!(calls.load(Ordering::SeqCst), 21);
        assert_eq!(
            (Arc::strong_count(&calls), Arc::strong_count(&token)),
            (1, 1)
        );
    }
}

#[test]
fn what_did_not_begin_can_be_computed_later() {
    for threads in [1, 2, 8] {
        let (runtime, token) = with_token(threads);
        let calls = Arc::new(AtomicUsize::new(0));
        let first = step(20, token.clone(), calls.clone());
        let second = step(first, token, calls.clone());
        let shared = second.clone();
        assert!(runtime.run(|| shared.compute()).unwrap_err().is_cancelled());
        assert_eq!(calls.load(Ordering::SeqCst), 1);
        assert_eq!(second.compute().unwrap(), 22);
        assert_eq!(calls.load(Ordering::SeqCst), 2);
    }
}

#[delayed]
fn wait(_: u64) -> u64 {
    until_cancelled();
    3
}

#[delayed]
fn all(values: Vec<u64>) -> usize {
    values.len()
}

#[test]
fn tasks_on_all_threads_learn_of_it() {
    let after = Duration::from_micros(50);
    for threads in [1, 2, 8] {
        let late = Runtime::builder().threads(threads).deadline(after).build();
        let waits = all((0..50).map(wait).collect::<Vec<_>>());
        let error = late.unwrap().run(|| waits.compute()).unwrap_err();
        assert_eq!(reason(&error), Some(Cancelled::Deadline(after)), "{error}");
    }
}

#[delayed]
fn race(x: u64, begun: Arc<AtomicUsize>) -> Result<u64, String> {
    if x == 1 {
        begun.store(1, Ordering::SeqCst);
        until_cancelled();
        return Err("gave up".into());
    }
    while begun.load(Ordering::SeqCst) == 0 {
        thread::yield_now();
    }
    Err("first".into())
}

#[test]
fn what_an_earlier_failure_made_pointless_is_told() {
    for threads in [2, 8] {
        let runtime = Runtime::builder().threads(threads).build().unwrap();
        let begun = Arc::new(AtomicUsize::new(0));
        let both = (race(0, begun.clone()), race(1, begun));
        let error = runtime.run(|| delayed::compute(both)).unwrap_err();
        assert_eq!(error.source().unwrap().to_string(), "first");
        assert!(!error.is_cancelled());
    }
}

#[delayed]
fn inside(token: Arc<CancelToken>, calls: Arc<AtomicUsize>) -> Result<u64, delayed::Error> {
    let sum: Delayed<u64> = (20..40)
        .map(|x| step(x, token.clone(), calls.clone()))
        .sum();
    let error = sum.compute().expect_err("the run around it was cancelled");
    assert!(error.is_cancelled());
    Err(error)
}

#[test]
fn a_graph_inside_of_a_graph_or_a_pipeline_ends_with_it() {
    for threads in [1, 2, 8] {
        let calls = Arc::new(AtomicUsize::new(0));
        let (runtime, token) = with_token(threads);
        let outer = inside(token, calls.clone());
        let error = runtime.run(|| outer.compute()).unwrap_err();
        assert!(
            error.is_cancelled() && error.task() == Some("inside"),
            "{error}"
        );

        let (runtime, token) = with_token(threads);
        let outer = pipeline!({ inside(token, calls)? });
        assert!(outer.compute_on(&runtime).unwrap_err().is_cancelled());
    }
}

#[delayed]
fn thread_of(_: u64) -> ThreadId {
    thread::current().id()
}

#[delayed]
fn is_at_home(threads: Vec<ThreadId>, home: ThreadId) -> bool {
    threads.iter().all(|thread| *thread == home)
}

#[test]
fn a_graph_runs_where_the_runtime_says() {
    let here = thread::current().id();
    let threads = || (0..200).map(thread_of).collect::<Vec<_>>();
    let alone = Runtime::builder().threads(1).build().unwrap();
    let is_here = is_at_home(threads(), here);
    assert!(alone.run(|| is_here.compute()).unwrap());
    on_every_size(|runtime| {
        let sum: Delayed<u64> = (0..200).map(|x| Delayed::from(x).map(|x| x * 2)).sum();
        assert_eq!(runtime.run(|| sum.compute()).unwrap(), 39_800);
    });
}

#[delayed]
fn fail(x: u64) -> u64 {
    panic!("{x} is wrong")
}

#[test]
fn a_panic_goes_on_where_the_runtime_says_so() {
    let runtime = Runtime::builder().threads(2).panics(Panics::Resume).build();
    let runtime = runtime.unwrap();
    let run = AssertUnwindSafe(|| runtime.run(|| fail(5).compute()));
    let payload = catch_unwind(run).unwrap_err();
    let text = payload.downcast_ref::<String>().unwrap();
    assert!(
        text.starts_with("`fail` panicked at ") && text.ends_with(": 5 is wrong"),
        "{text}"
    );
}

type Log = Arc<Mutex<Vec<u64>>>;

fn note(x: u64, log: &Log) -> u64 {
    log.lock().expect("nobody panics with the log").push(x);
    x
}

#[delayed(priority = -1)]
fn low(x: u64, log: Log) -> u64 {
    note(x, &log)
}

#[delayed]
fn middle(x: u64, log: Log) -> u64 {
    note(x, &log)
}

#[delayed(priority = 5)]
fn high(x: u64, log: Log) -> u64 {
    note(x, &log)
}

#[test]
fn of_ready_tasks_the_one_of_the_highest_priority_goes_first() {
    let alone = Runtime::builder().threads(1).build().unwrap();
    let log = Log::default();
    let l = || log.clone();
    // `high(7)` is ready when `low(6)` is done, and goes before `low(8)`.
    let values = vec![
        low(1, l()),
        middle(2, l()),
        high(3, l()),
        middle(4, l()),
        high(5, l()),
        high(low(6, l()).map(|x| x + 1), l()),
        low(8, l()),
        low(high(9, l()), l()),
    ];
    let count = alone.run(|| all(values).compute());
    assert_eq!(count.unwrap(), 8);
    let order = log.lock().unwrap().clone();
    let place = |x: u64| order.iter().position(|y| *y == x).unwrap();
    assert_eq!(order.len(), 10);
    // Among equals the order is the graph's.
    assert!(
        [3, 5, 9].iter().all(|x| order[..3].contains(x)),
        "{order:?}"
    );
    assert!([2, 4].iter().all(|x| order[3..5].contains(x)), "{order:?}");
    assert_eq!(place(7), place(6) + 1, "{order:?}");
    // The answer is the same on many threads.
    on_every_size(|runtime| {
        let tasks = (0..300).map(|x| match x % 3 {
            0 => low(x, l()),
            1 => middle(x, l()),
            _ => high(x, l()),
        });
        let sum: Delayed<u64> = tasks.collect::<Vec<_>>().into_iter().sum();
        assert_eq!(runtime.run(|| sum.compute()).unwrap(), 44_850);
    });
}
