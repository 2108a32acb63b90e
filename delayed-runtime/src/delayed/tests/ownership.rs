//! Who owns a value, until when, and that nothing is copied unasked.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Weak};

use super::super::{Delayed, compute};
use super::{in_pools, info, look, task};

#[test]
fn a_taker_comes_after_borrowers_and_gets_the_value_itself() {
    in_pools(|| {
        let list = Delayed::from(()).map(|()| vec![1, 2, 3]);
        let addresses: Vec<_> = (0..10)
            .map(|_| look(&list, |list| list.as_ptr() as usize))
            .collect();
        let taken = list.map(|list| list.as_ptr() as usize);
        let (addresses, taken) = compute((addresses, taken)).unwrap();
        assert!(addresses.iter().all(|&address| address == taken));
    });
}

#[test]
fn a_borrower_that_is_wanted_later_runs_before_the_value_is_given_away() {
    in_pools(|| {
        let text = Delayed::from("text".to_string());
        let length = look(&text, String::len);
        assert_eq!(text.compute().unwrap(), "text");
        assert_eq!(length.compute().unwrap(), 4);
    });
}

#[test]
fn a_borrower_that_nobody_wants_does_not_run() {
    in_pools(|| {
        let runs = Arc::new(AtomicUsize::new(0));
        let text = Delayed::from("text".to_string());
        let counter = runs.clone();
        drop(look(&text, move |_| {
            counter.fetch_add(1, Ordering::Relaxed)
        }));
        assert_eq!(text.map(|text| text.len()).compute().unwrap(), 4);
        assert_eq!(runs.load(Ordering::Relaxed), 0);
    });
}

#[test]
fn a_value_is_dropped_when_its_last_reader_is_done() {
    in_pools(|| {
        let token = Arc::new(());
        let watch: Weak<()> = Arc::downgrade(&token);
        let first = Delayed::from(token);
        let second = look(&first, |_| ());
        drop(first);
        let third = second.map(move |()| watch.upgrade().is_none());
        assert!(third.compute().unwrap());
    });
}

#[test]
fn a_persisted_value_is_kept_and_not_made_again() {
    in_pools(|| {
        let runs = Arc::new(AtomicUsize::new(0));
        let counter = runs.clone();
        let base = Delayed::from(20).map(move |x: i64| {
            counter.fetch_add(1, Ordering::Relaxed);
            x + 1
        });
        let base = base.persist().unwrap();
        assert_eq!(base.graph().nodes.len(), 1);
        assert_eq!((base.clone() * 2).compute().unwrap(), 42);
        assert_eq!(base.compute().unwrap(), 21);
        assert_eq!(runs.load(Ordering::Relaxed), 1);
    });
}

#[test]
fn a_value_that_is_persisted_again_is_still_its_owners() {
    in_pools(|| {
        let list = Delayed::from(3).map(|end| (0..end).collect::<Vec<_>>());
        let copy = list.clone().persist().unwrap().persist().unwrap();
        assert!(!copy.handle.header().word().is_ours());
        // Its readers are still listed, until they are gone.
        let lengths: Vec<_> = (0..3).map(|_| look(&copy, Vec::len)).collect();
        let last = look(&copy, |copy| copy[2]);
        assert_eq!(compute(lengths).unwrap(), [3, 3, 3]);
        let copy = copy.persist().unwrap();
        let taken = copy.map(|copy| copy[1]);
        assert_eq!(compute((taken, last, list)).unwrap(), (1, 2, vec![0, 1, 2]));
    });
}

#[test]
fn values_need_not_be_sync_unless_they_are_lent() {
    in_pools(|| {
        let cell = Delayed::from(std::cell::Cell::new(1));
        let next = cell.map(|cell| std::cell::Cell::new(cell.get() + 1));
        assert_eq!(next.compute().unwrap().get(), 2);
    });
}

/// Panics when it is dropped.
struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        panic!("dropped");
    }
}

#[test]
fn a_panic_in_a_drop_is_an_error() {
    in_pools(|| {
        let bomb = task(info!("defuse"), Delayed::from(0), |_| Ok(Bomb));
        let blast = look(&bomb, |_| ());
        drop(bomb);
        let error = blast.compute().unwrap_err();
        assert!(error.is_panic() && error.to_string().ends_with(": dropped"));
    });
}

#[test]
fn a_panic_in_the_drop_of_what_never_ran_leaks_nothing() {
    let token = Arc::new(());
    let bomb = Bomb;
    let kept = token.clone();
    let first = Delayed::from(0).map(move |x| (x, kept));
    let second = first.map(move |_| drop(bomb));
    assert!(catch_unwind(AssertUnwindSafe(|| drop(second))).is_err());
    assert_eq!(Arc::strong_count(&token), 1);
    let third = Delayed::from(token.clone()).map(|_| ());
    drop(third);
    assert_eq!(Arc::strong_count(&token), 1);
}

#[test]
fn a_value_that_was_borrowed_is_kept_borrowed_and_taken_again() {
    in_pools(|| {
        let list = Delayed::from(3).map(|end| (0..end).collect::<Vec<_>>());
        let sum = look(&list, |list| list.iter().sum::<i32>());
        let (list, sum) = (list.persist().unwrap(), sum.persist().unwrap());
        let length = look(&list, Vec::len);
        let again = look(&list, |list| list[2]);
        let all = compute((sum, length, list, again)).unwrap();
        assert_eq!(all, (3, 3, vec![0, 1, 2], 2));
    });
}

#[test]
fn the_deepest_input_runs_first_and_few_values_are_alive() {
    let alive = Arc::new(AtomicUsize::new(0));
    let most = Arc::new(AtomicUsize::new(0));
    let leaf = || {
        let (alive, most) = (alive.clone(), most.clone());
        Delayed::from(()).map(move |()| {
            let now = alive.fetch_add(1, Ordering::Relaxed) + 1;
            most.fetch_max(now, Ordering::Relaxed);
        })
    };
    let join = |left: Delayed<()>, right: Delayed<()>| {
        let alive = alive.clone();
        let both = Delayed::task(info!("both"), (left, right), |_| Ok(()));
        both.map(move |()| {
            alive.fetch_sub(1, Ordering::Relaxed);
        })
    };
    // The chain is the right-hand input throughout, and goes first all the same.
    let comb = (0..100).fold(leaf(), |comb, _| join(leaf(), comb));
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(1)
        .build()
        .unwrap();
    pool.install(|| comb.compute().unwrap());
    assert_eq!(alive.load(Ordering::Relaxed), 1);
    assert_eq!(most.load(Ordering::Relaxed), 2);
}
