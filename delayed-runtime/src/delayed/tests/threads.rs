//! Graphs that several threads have parts of, and where their nodes lie.

use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::sync::{Arc, Barrier};
use std::thread;

use super::super::{Delayed, compute};
use super::{in_pools, info, look, task};
use crate::Error;

/// What a thread does with its part of a graph.
enum Part {
    Compute(Delayed<i64>, i64),
    Draw(Delayed<i64>),
    Drop(Delayed<i64>),
    Fail(Delayed<i64>),
}

impl Part {
    fn act(self) {
        match self {
            Self::Compute(node, expected) => assert_eq!(node.compute().unwrap(), expected),
            Self::Draw(node) => assert!(node.graph().check().is_ok()),
            Self::Drop(node) => drop(node),
            Self::Fail(node) => assert!(node.compute().is_err()),
        }
    }
}

/// Starts all parts at the same time, each on a thread of its own.
fn at_once(parts: Vec<Part>) {
    let barrier = Barrier::new(parts.len());
    thread::scope(|scope| {
        for part in parts {
            let barrier = &barrier;
            scope.spawn(move || {
                barrier.wait();
                part.act();
            });
        }
    });
}

/// A value that counts how many of its kind are alive.
struct Alive(Arc<AtomicI64>);

impl Alive {
    fn new(count: &Arc<AtomicI64>) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Self(count.clone())
    }
}

impl Drop for Alive {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[test]
fn borrowers_and_a_taker_run_at_once_on_several_threads() {
    let alive: Arc<AtomicI64> = Arc::default();
    for round in 0..300 {
        let runs = Arc::new(AtomicUsize::new(0));
        let (counter, count) = (runs.clone(), alive.clone());
        let below = Delayed::from(round).map(|x: i64| x + 1);
        let base = below.map(move |x| {
            counter.fetch_add(1, Ordering::Relaxed);
            (x, Alive::new(&count))
        });
        let reader = |factor: i64| {
            let value = look(&base, move |(x, _)| x * factor);
            // A node that two borrow, below what borrows the base.
            let sum = look(&value, |x| x + 1) + look(&value, |x| x - 1);
            (sum + value, 3 * factor * (round + 1))
        };
        let mut parts: Vec<Part> = (1..4)
            .map(|factor| {
                let (node, value) = reader(factor);
                Part::Compute(node, value)
            })
            .collect();
        parts.push(Part::Draw(reader(5).0));
        parts.push(Part::Drop(reader(6).0));
        let failing: Delayed<i64> = task(info!("fails"), reader(7).0, |_| Err(Error::failed("no")));
        parts.push(Part::Fail(failing));
        let taker = base.map(|(x, _)| x);
        parts.push(Part::Compute(taker, round + 1));
        parts.rotate_left(usize::try_from(round % 7).unwrap());
        at_once(parts);
        assert_eq!(runs.load(Ordering::Relaxed), 1, "round {round}");
        assert_eq!(alive.load(Ordering::Relaxed), 0, "round {round}");
    }
}

#[test]
fn a_kept_value_serves_several_threads_again_and_again() {
    let base = Delayed::from(1).map(|x: i64| x + 1).persist().unwrap();
    thread::scope(|scope| {
        for thread in 0..4 {
            let base = &base;
            scope.spawn(move || {
                for round in 0..200 {
                    let parts: Vec<_> = (0..5).map(|x| look(base, move |base| base * x)).collect();
                    let sum: Delayed<i64> = parts.into_iter().sum();
                    let sum = sum + thread + round;
                    assert_eq!(sum.compute().unwrap(), 20 + thread + round);
                }
            });
        }
    });
    assert_eq!(base.compute().unwrap(), 2);
}

#[test]
fn nodes_are_freed_by_other_threads_than_they_were_made_on() {
    in_pools(|| {
        let alive: Arc<AtomicI64> = Arc::default();
        let nodes: Vec<Vec<_>> = (0..4)
            .map(|_| {
                let alive = alive.clone();
                let node = move |_| Delayed::from(Alive::new(&alive));
                thread::spawn(|| (0..2_000).map(node).collect())
                    .join()
                    .unwrap()
            })
            .collect();
        assert_eq!(alive.load(Ordering::Relaxed), 8_000);
        let mut nodes = nodes.into_iter();
        let dropped = nodes.next().unwrap();
        thread::spawn(move || drop(dropped)).join().unwrap();
        assert_eq!(alive.load(Ordering::Relaxed), 6_000);
        let values = compute(nodes.collect::<Vec<_>>()).unwrap();
        assert_eq!((values.len(), values[2].len()), (3, 2_000));
        drop(values);
        assert_eq!(alive.load(Ordering::Relaxed), 0);
    });
}

/// A value that has to lie at round addresses.
#[repr(align(4096))]
struct Page(u8);

#[test]
fn values_of_any_size_and_alignment_have_a_place() {
    let page = Delayed::from(Page(7));
    let address = look(&page, |page| std::ptr::from_ref(page) as usize);
    let large = Delayed::from([3_u8; 100_000]).map(|bytes| bytes.map(|byte| byte + 1));
    let sum = large.map(|bytes| bytes.iter().map(|&byte| u64::from(byte)).sum::<u64>());
    let nothing = Delayed::from(()).map(|()| ());
    let all = compute((address, page.map(|page| page.0), sum, nothing)).unwrap();
    assert_eq!((all.0 % 4096, all.1, all.2), (0, 7, 400_000));
}
