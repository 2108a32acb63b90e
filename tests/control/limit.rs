//! `limit`.

use std::sync::atomic::{AtomicUsize, Ordering};

use delayed::prelude::*;
use delayed::{CancelToken, Cancelled};

use crate::{on_every_size, until_cancelled};

/// How many calls run, and how many ran at once at most.
struct Crowd {
    now: AtomicUsize,
    most: AtomicUsize,
}

impl Crowd {
    const fn new() -> Self {
        Self {
            now: AtomicUsize::new(0),
            most: AtomicUsize::new(0),
        }
    }

    /// Stays a little, so that others may come.
    fn visit(&self) {
        let now = self.now.fetch_add(1, Ordering::SeqCst) + 1;
        self.most.fetch_max(now, Ordering::SeqCst);
        (0..50).for_each(|_| std::thread::yield_now());
        self.now.fetch_sub(1, Ordering::SeqCst);
    }

    fn most(&self) -> usize {
        self.most.load(Ordering::SeqCst)
    }
}

static THREE: Crowd = Crowd::new();

#[delayed(limit = 3)]
fn query(x: u64) -> u64 {
    THREE.visit();
    x
}

#[test]
fn no_more_than_the_limit_run_at_once() {
    on_every_size(|runtime| {
        let sum = pipeline!({
            let mut sum = 0;
            for x in 0..200 {
                sum += query(x);
            }
            sum
        });
        assert_eq!(sum.compute_on(runtime).unwrap(), 19_900);
    });
    let nodes: Vec<_> = (0..200).map(query).collect();
    let sum: Delayed<u64> = nodes.into_iter().sum();
    assert_eq!(sum.compute().unwrap(), 19_900);
    assert!((1..=3).contains(&THREE.most()), "{}", THREE.most());
}

static GENERIC: Crowd = Crowd::new();

#[delayed(limit = 1)]
fn any<T>(x: T) -> T {
    GENERIC.visit();
    x
}

/// A limit is the task's, whatever its types.
#[test]
fn a_generic_task_has_one_limit() {
    on_every_size(|runtime| {
        let pairs = pipeline!({
            for x in 0..50_u8 {
                (any(x), any::<u64>(7), any("text"))
            }
        });
        assert_eq!(pairs.compute_on(runtime).unwrap().len(), 50);
    });
    assert_eq!(GENERIC.most(), 1);
}

#[delayed(limit = 1)]
fn descend(depth: u64) -> Result<u64, delayed::Error> {
    if depth == 0 {
        return Ok(1);
    }
    let leaves = pipeline!({
        let mut leaves = 0;
        for _ in 0..3 {
            leaves += descend(depth - 1)?;
        }
        leaves
    });
    leaves.compute()
}

#[test]
fn a_call_inside_of_a_call_does_not_wait_for_it() {
    on_every_size(|runtime| {
        let leaves = pipeline!({
            let mut leaves = 0;
            for _ in 0..4 {
                leaves += descend(4)?;
            }
            leaves
        });
        assert_eq!(leaves.compute_on(runtime).unwrap(), 4 * 81);
    });
    assert_eq!(descend(3).compute().unwrap(), 27);
}

#[delayed(limit = 1)]
fn even(x: u64) -> Result<u64, delayed::Error> {
    match x {
        0 => Ok(0),
        _ => pipeline!({ odd(x - 1)? + 1 }).compute(),
    }
}

#[delayed(limit = 1)]
fn odd(x: u64) -> Result<u64, delayed::Error> {
    match x {
        0 => Ok(0),
        _ => pipeline!({ even(x - 1)? + 1 }).compute(),
    }
}

/// One thread is in `even` and wants `odd`, another the other way round.
#[test]
fn calls_that_stand_in_each_other_do_not_wait_for_each_other() {
    on_every_size(|runtime| {
        let sum = pipeline!({
            let mut sum = 0;
            for x in 0..200 {
                sum += even(x % 4)?;
                sum += odd(x % 4)?;
            }
            sum
        });
        assert_eq!(sum.compute_on(runtime).unwrap(), 600);
    });
}

static HELD: AtomicUsize = AtomicUsize::new(0);

#[delayed(limit = 1)]
fn hold(x: u64, token: &CancelToken, waiting: &AtomicUsize) -> u64 {
    HELD.fetch_add(1, Ordering::SeqCst);
    // All threads are here or on their way.
    while waiting.load(Ordering::SeqCst) < 8 {
        std::thread::yield_now();
    }
    token.cancel();
    until_cancelled();
    x
}

#[delayed]
fn arrive(waiting: &AtomicUsize) -> usize {
    waiting.fetch_add(1, Ordering::SeqCst)
}

#[test]
fn who_waits_for_leave_is_told_to_stop() {
    let token = CancelToken::new();
    let runtime = Runtime::builder().threads(8).cancel_token(token.clone());
    let waiting = AtomicUsize::new(0);
    let sum = pipeline!({
        let mut sum = 0;
        for x in 0..8 {
            arrive(&waiting);
            sum += hold(x, &token, &waiting);
        }
        sum
    });
    let error = sum.compute_on(&runtime.build().unwrap()).unwrap_err();
    assert!(error.is_cancelled(), "{error}");
    // Nor does anyone begin whom the end of the call made room for.
    assert_eq!(HELD.load(Ordering::SeqCst), 1);
    let reason = std::error::Error::source(&error).unwrap().downcast_ref();
    assert_eq!(reason, Some(&Cancelled::Token));
}

#[test]
fn a_panic_and_a_failure_give_the_leave_back() {
    #[delayed(limit = 1)]
    fn fail(x: u64) -> Result<u64, String> {
        match x {
            0 => panic!("zero"),
            1 => Err("one".into()),
            x => Ok(x),
        }
    }

    on_every_size(|runtime| {
        for (x, is_good) in [(0, false), (1, false), (2, true)] {
            let value = pipeline!({ fail(x)? });
            assert_eq!(value.compute_on(runtime).is_ok(), is_good);
            assert_eq!(fail(x).compute().is_ok(), is_good);
        }
    });
}
