//! The serial executor: orders that a seed decides, and the same again for the
//! same seed. That no answer depends on them is for `tests/oracle` to say.

use std::sync::{Arc, Mutex};
use std::thread;

use delayed::prelude::*;

/// What has run, in the order in which it did.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u64>>>);

impl Log {
    fn take(&self) -> Vec<u64> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

#[delayed]
fn note(x: u64, log: &Log) -> u64 {
    log.0.lock().unwrap().push(x);
    x
}

#[delayed(priority = 1)]
fn urgent(x: u64, log: &Log) -> u64 {
    log.0.lock().unwrap().push(x);
    x
}

/// The orders that `run` has with each of 20 seeds; every seed twice.
fn orders(run: impl Fn(&Runtime, &Log)) -> Vec<Vec<u64>> {
    let orders = (0..20).map(|seed| {
        let runtime = Runtime::builder().serial(seed).build().unwrap();
        let again = [(); 3].map(|()| {
            let log = Log::default();
            run(&runtime, &log);
            log.take()
        });
        assert_eq!(again[0], again[1], "one runtime, seed {seed}");
        assert_eq!(again[0], again[2], "one runtime, seed {seed}");
        let runtime = Runtime::builder().serial(seed).build().unwrap();
        let log = Log::default();
        run(&runtime, &log);
        assert_eq!(again[0], log.take(), "another runtime, seed {seed}");
        again[0].clone()
    });
    orders.collect()
}

fn differ(orders: &[Vec<u64>]) -> bool {
    orders.iter().any(|order| order != &orders[0])
}

#[test]
fn iterations_run_in_the_orders_of_seeds_and_are_folded_in_theirs() {
    let orders = orders(|runtime, log| {
        let mut seen = Vec::new();
        let loop_of_ten = pipeline!({
            for x in 0..10 {
                seen.push(note(x, log));
            }
        });
        loop_of_ten.compute_on(runtime).unwrap();
        assert_eq!(seen, (0..10).collect::<Vec<_>>());
    });
    assert!(differ(&orders));
    for mut order in orders {
        order.sort_unstable();
        assert_eq!(order, (0..10).collect::<Vec<_>>(), "each once");
    }
}

#[test]
fn nothing_after_a_failure_begins_once_it_is_known() {
    for seed in 0..20 {
        let runtime = Runtime::builder().serial(seed).build().unwrap();
        let log = Log::default();
        let failing = pipeline!({
            for x in 0..1000 {
                let found = note(x, &log);
                assert!(found < 500, "five hundred");
            }
        });
        let error = failing.compute_on(&runtime).unwrap_err();
        assert!(error.to_string().contains("iteration 500"), "{error}");
        let order = log.take();
        let failed = order.iter().position(|x| *x == 500).unwrap();
        assert!(order[failed..].iter().all(|x| *x <= 500), "{order:?}");
        assert!((0..500).all(|x| order.contains(&x)), "{order:?}");
    }
}

#[test]
fn branches_of_a_fork_run_in_the_orders_of_seeds() {
    let orders = orders(|runtime, log| {
        let chains = pipeline!({
            let left = note(note(0, log) + 1, log);
            let right = note(note(10, log) + 1, log);
            left + right
        });
        assert_eq!(chains.compute_on(runtime).unwrap(), 12);
    });
    assert!(differ(&orders));
}

#[test]
fn steps_of_a_graph_run_in_the_orders_of_seeds_and_urgent_ones_first() {
    let orders = orders(|runtime, log| {
        let fan: Vec<_> = (0..8).map(|x| note(x, log.clone())).collect();
        let first: Vec<_> = (8..10).map(|x| urgent(x, log.clone())).collect();
        let sum: Delayed<u64> = fan.into_iter().chain(first).sum();
        assert_eq!(runtime.run(|| sum.compute()).unwrap(), 45);
    });
    assert!(differ(&orders));
    for order in orders {
        assert!(order[..2].iter().all(|x| *x >= 8), "{order:?}");
    }
}

#[test]
fn everything_runs_on_the_calling_thread() {
    let runtime = Runtime::builder().serial(7).build().unwrap();
    let here = thread::current().id();
    let threads = pipeline!({
        for x in 0..100 {
            let threads = for _ in 0..x % 3 {
                place()
            };
            threads
        }
    });
    let threads = threads.compute_on(&runtime).unwrap();
    assert!(threads.iter().flatten().all(|thread| *thread == here));
}

#[delayed]
fn place() -> thread::ThreadId {
    thread::current().id()
}

#[test]
fn a_serial_runtime_cannot_have_threads() {
    let refused = Runtime::builder().threads(4).serial(1).build();
    let error = refused.unwrap_err().to_string();
    assert!(error.contains("one thread, and not 4"), "{error}");
    assert!(Runtime::builder().threads(1).serial(1).build().is_ok());
}
