//! Nodes that several readers, runs and threads share.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};
use std::thread;

use super::super::plan::Plan;
use super::super::{Delayed, compute};
use super::{in_pools, look};
use crate::Error;

/// A value whose making is counted.
fn counted() -> (Delayed<i64>, Arc<AtomicUsize>) {
    let runs = Arc::new(AtomicUsize::new(0));
    let counter = runs.clone();
    let value = Delayed::from(1).map(move |x: i64| {
        counter.fetch_add(1, Ordering::Relaxed);
        x
    });
    (value, runs)
}

#[test]
fn shared_work_runs_once() {
    in_pools(|| {
        let (base, runs) = counted();
        let readers: Vec<_> = (0..100).map(|i| look(&base, move |x| x + i)).collect();
        let together = (readers, (base.clone(), Some(base)), [Delayed::from(5)]);
        let (readers, ends, five) = compute(together).unwrap();
        assert_eq!(readers.iter().sum::<i64>(), 100 + 4950);
        assert_eq!((ends, five), ((1, Some(1)), [5]));
        assert_eq!(runs.load(Ordering::Relaxed), 1);
    });
}

#[test]
fn runs_on_several_threads_share_nodes() {
    for _ in 0..50 {
        let (base, runs) = counted();
        thread::scope(|scope| {
            for i in 0..4 {
                let reader = look(&base, move |x| x + i);
                scope.spawn(move || assert_eq!(reader.compute().unwrap(), 1 + i));
            }
        });
        assert_eq!(runs.load(Ordering::Relaxed), 1);
    }
}

#[test]
fn a_run_waits_for_a_node_that_another_run_is_at() {
    let (started, is_started) = channel();
    let (go, may_go) = channel();
    let slow = Delayed::from(1).map(move |x: i64| {
        started.send(()).unwrap();
        may_go.recv().unwrap();
        x
    });
    let first = look(&slow, |x| x + 1);
    let second = look(&slow, |x| x + 2);
    // Newer than `slow`, so the second run gets to it only after that.
    let other = Delayed::from(()).map(move |()| go.send(()).unwrap());
    let first = thread::spawn(|| first.compute());
    is_started.recv().unwrap();
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(1)
        .build()
        .unwrap();
    assert_eq!(pool.install(|| compute((second, other))).unwrap(), (3, ()));
    assert_eq!(first.join().unwrap().unwrap(), 2);
}

#[test]
fn a_task_may_compute_a_graph_of_its_own() {
    in_pools(|| {
        let outer: Vec<_> = (0..20)
            .map(|i: i64| {
                Delayed::from(i).map(|i| {
                    let inner: Vec<_> = (0..20)
                        .map(|j| Delayed::from(i).map(move |i| i * j))
                        .collect();
                    let sum: Delayed<i64> = inner.into_iter().sum();
                    sum.compute().unwrap()
                })
            })
            .collect();
        let total: Delayed<i64> = outer.into_iter().sum();
        assert_eq!(total.compute().unwrap(), 190 * 190);
    });
}

#[test]
fn tasks_that_compute_what_the_outer_graph_shares_do_not_deadlock() {
    in_pools(|| {
        let (base, runs) = counted();
        let nested: Vec<_> = (0..50)
            .map(|i| {
                let reader = look(&base, move |x| x + i);
                Delayed::from(()).map(move |()| reader.compute().unwrap())
            })
            .collect();
        let (nested, base) = compute((nested, base)).unwrap();
        assert_eq!((nested.iter().sum::<i64>(), base), (50 + 1225, 1));
        assert_eq!(runs.load(Ordering::Relaxed), 1);
    });
}

#[test]
fn a_task_that_needs_itself_is_an_error_and_no_deadlock() {
    in_pools(|| {
        let slot: Arc<Mutex<Option<Delayed<i64>>>> = Arc::default();
        let inside = slot.clone();
        let base = Delayed::from(1).map(move |x: i64| {
            let own = inside.lock().unwrap().take().unwrap();
            let error: Error = own.compute().unwrap_err();
            assert!(error.to_string().contains("needs its value"), "{error}");
            x
        });
        *slot.lock().unwrap() = Some(look(&base, |x| x + 1));
        assert_eq!(look(&base, |x| x + 2).compute().unwrap(), 3);
    });
}

#[test]
fn keys_are_the_same_from_run_to_run_and_differ_between_nodes() {
    let build = || {
        let parts: Vec<_> = (0..3)
            .map(|x| Delayed::from(x).map(|x: i64| x + 1))
            .collect();
        let keys: Vec<_> = parts.iter().map(|part| format!("{part:?}")).collect();
        keys
    };
    // A new thread is as a new process: nothing was made on it before.
    let first = thread::spawn(build).join().unwrap();
    let second = thread::spawn(build).join().unwrap();
    assert_eq!(first, second);
    assert!(first[0] != first[1] && first[1] != first[2]);
}

#[test]
fn a_plan_knows_whether_others_can_get_at_what_it_reads() {
    let values = [1, 2].map(Delayed::from);
    let readers = [0, 1, 1].map(|i: usize| look(&values[i], |x| x + 1));
    assert!(!Plan::new(&readers).is_closed);
    let [one, two] = values;
    drop(one);
    assert!(!Plan::new(&readers).is_closed);
    // Who takes the value waits for the others.
    let all = (readers, two.map(|x| x * 10));
    assert!(Plan::new(&all).is_closed);
    assert_eq!(compute(all).unwrap(), ([2, 3, 3], 20));
}

#[test]
fn nodes_list_who_borrows_them_where_nobody_else_can() {
    let base = Delayed::from(1).map(|x| x + 1);
    let readers = [1, 2].map(|more| look(&base, move |x| x + more));
    let plan = Plan::new(&readers);
    assert!(!plan.is_listed && !plan.edges.is_empty());
    drop(plan);
    drop(base);
    let plan = Plan::new(&readers);
    assert!(plan.is_listed && plan.edges.is_empty());
    drop(plan);
    assert_eq!(compute(readers).unwrap(), [3, 4]);
}
