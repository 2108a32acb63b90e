//! A million nodes in a row, on a stack that holds no recursion over them.

use std::thread;

use super::super::{Delayed, compute};
use super::{in_pools, info, task};
use crate::Error;

const LENGTH: u32 = 1_000_000;

/// Runs `test` on a stack with room for a few hundred frames.
fn on_small_stack(test: impl FnOnce() + Send + 'static) {
    let thread = thread::Builder::new().stack_size(128 * 1024);
    thread.spawn(test).unwrap().join().unwrap();
}

fn chain(start: Delayed<u32>) -> Delayed<u32> {
    (0..LENGTH).fold(start, |last, _| last.map(|x| x + 1))
}

#[test]
fn a_long_chain_prints_draws_and_runs() {
    on_small_stack(|| {
        let chain = chain(Delayed::from(0));
        assert!(format!("{chain:?}").starts_with("Delayed(\"map-"));
        let graph = chain.graph();
        assert_eq!(graph.nodes.len(), LENGTH as usize);
        assert_eq!(graph.edges.len(), LENGTH as usize - 1);
        assert_eq!(chain.compute().unwrap(), LENGTH);
    });
}

#[test]
fn a_long_chain_is_dropped_unrun() {
    on_small_stack(|| drop(chain(Delayed::from(0))));
}

#[test]
fn a_long_chain_is_dropped_after_a_failure() {
    on_small_stack(|| {
        let first = task(info!("first"), Delayed::from(0), |_| {
            Err(Error::failed("no"))
        });
        assert_eq!(chain(first).compute().unwrap_err().task(), Some("first"));
    });
}

#[test]
fn a_long_chain_of_clones_runs() {
    on_small_stack(|| {
        let last = (0..LENGTH / 10).fold(Delayed::from(7), |last, _| last.clone());
        assert_eq!(last.compute().unwrap(), 7);
    });
}

#[test]
fn a_wide_sum_runs_in_every_pool() {
    in_pools(|| {
        let parts: Vec<_> = (0..100_000_u64)
            .map(|x| Delayed::from(x).map(|x| x + 1))
            .collect();
        let total: Delayed<u64> = parts.into_iter().sum();
        let none: Delayed<u64> = Vec::new().into_iter().product();
        assert_eq!(compute((total, none)).unwrap(), (5_000_050_000, 1));
    });
}
