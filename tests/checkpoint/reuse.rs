//! What is taken up, and what is not.

use std::cell::Cell;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use delayed::prelude::*;
use delayed::{CancelToken, Error, Panics};

use crate::{keeping, results, temporary, told};

/// Counts on, and says how often it has been asked.
fn count(runs: &AtomicU64) -> u64 {
    runs.fetch_add(1, Ordering::SeqCst) + 1
}

#[test]
fn a_second_run_repeats_nothing() {
    static RUNS: AtomicU64 = AtomicU64::new(0);

    #[delayed(checkpoint)]
    fn square(x: u64, factor: f64, name: &str) -> (u64, f64, String) {
        count(&RUNS);
        (x * x, factor.sqrt(), name.to_uppercase())
    }

    let folder = temporary();
    let run = |runtime: &Runtime| {
        let all = pipeline!({
            for x in 0..20 {
                square(x, x as f64, "ä")
            }
        });
        all.compute_on(runtime).unwrap()
    };
    let first = keeping(folder.path(), 2);
    let plain: Vec<_> = (0..20).map(|x| square::eager(x, x as f64, "ä")).collect();
    assert_eq!(run(&first), plain);
    assert_eq!(told(&first.checkpoints()), (0, 20, vec![]));
    assert_eq!(results(folder.path()).len(), 20);
    let runs = RUNS.load(Ordering::SeqCst);

    for threads in [1, 2, 8] {
        let again = keeping(folder.path(), threads);
        assert_eq!(run(&again), plain);
        assert_eq!(told(&again.checkpoints()), (20, 0, vec![]));
    }
    assert_eq!(RUNS.load(Ordering::SeqCst), runs);

    let forgetful = Runtime::builder().threads(2).build().unwrap();
    assert_eq!(run(&forgetful), plain);
    assert_eq!(told(&forgetful.checkpoints()), (0, 0, vec![]));
    assert_eq!(RUNS.load(Ordering::SeqCst), runs + 20);
}

#[test]
fn graphs_and_pipelines_share_results() {
    static RUNS: AtomicU64 = AtomicU64::new(0);

    #[delayed(checkpoint)]
    fn double(x: Vec<u64>) -> Vec<u64> {
        count(&RUNS);
        x.iter().map(|x| 2 * x).collect()
    }

    let folder = temporary();
    let graph = |runtime: &Runtime| {
        let twice = double(double(vec![1, 2]));
        runtime.run(|| twice.compute()).unwrap()
    };
    let first = keeping(folder.path(), 2);
    assert_eq!(graph(&first), [4, 8]);
    assert_eq!(told(&first.checkpoints()), (0, 2, vec![]));
    let second = keeping(folder.path(), 2);
    assert_eq!(graph(&second), [4, 8]);
    let both = pipeline!({
        let once = double(vec![1, 2]);
        double(once)
    });
    assert_eq!(both.compute_on(&second).unwrap(), [4, 8]);
    assert_eq!(told(&second.checkpoints()), (4, 0, vec![]));
    assert_eq!(RUNS.load(Ordering::SeqCst), 2);
}

#[test]
fn tasks_inside_of_tasks_are_kept_too() {
    static RUNS: AtomicU64 = AtomicU64::new(0);

    #[delayed(checkpoint)]
    fn inner(x: u64) -> u64 {
        count(&RUNS);
        x + 1
    }

    #[delayed]
    fn outer(x: u64) -> Result<u64, Error> {
        let sum = pipeline!({
            let mut sum = 0;
            for y in 0..3 {
                sum += inner(x + y);
            }
            sum
        });
        sum.compute()
    }

    let folder = temporary();
    for _ in 0..2 {
        let sum = pipeline!({ outer(10)? });
        assert_eq!(sum.compute_on(&keeping(folder.path(), 2)).unwrap(), 36);
    }
    assert_eq!(RUNS.load(Ordering::SeqCst), 3);
}

#[test]
fn failures_are_met_again_and_successes_are_not() {
    static RUNS: AtomicU64 = AtomicU64::new(0);

    #[delayed(checkpoint, retries = 1)]
    fn parse(text: String) -> Result<i64, std::num::ParseIntError> {
        count(&RUNS);
        text.parse()
    }

    let folder = temporary();
    let run = |text: &str, runtime: &Runtime| {
        let text = text.to_owned();
        pipeline!({ parse(text)? }).compute_on(runtime)
    };
    let first = keeping(folder.path(), 1);
    assert_eq!(run("17", &first).unwrap(), 17);
    for tries in [2, 4] {
        let error = run("x", &first).unwrap_err().to_string();
        assert!(error.contains("after 2 tries"), "{error}");
        assert_eq!(RUNS.load(Ordering::SeqCst), 1 + tries);
    }
    let second = keeping(folder.path(), 1);
    assert_eq!(run("17", &second).unwrap(), 17);
    assert_eq!(told(&second.checkpoints()), (1, 0, vec![]));
    assert_eq!(RUNS.load(Ordering::SeqCst), 5);
}

#[test]
fn what_was_done_before_a_panic_or_a_failure_is_kept() {
    static RUNS: AtomicU64 = AtomicU64::new(0);
    static BREAKS: AtomicU64 = AtomicU64::new(1);

    #[delayed(checkpoint, limit = 8)]
    fn fragile(x: u64) -> u64 {
        count(&RUNS);
        assert!(x != 7 || BREAKS.load(Ordering::SeqCst) == 0, "seven");
        x
    }

    let folder = temporary();
    let run = |threads| {
        let all = pipeline!({
            let mut sum = 0;
            for x in 0..10 {
                sum += fragile(x);
            }
            sum
        });
        let runtime = keeping(folder.path(), threads);
        (all.compute_on(&runtime), runtime.checkpoints())
    };
    let (end, checkpoints) = run(1);
    assert!(end.unwrap_err().is_panic());
    assert_eq!(told(&checkpoints), (0, 7, vec![]));
    BREAKS.store(0, Ordering::SeqCst);
    let (end, checkpoints) = run(2);
    assert_eq!(end.unwrap(), 45);
    assert_eq!(told(&checkpoints), (7, 3, vec![]));
    assert_eq!(RUNS.load(Ordering::SeqCst), 8 + 3);

    let resuming = Runtime::builder().threads(1).panics(Panics::Resume);
    let resuming = resuming.checkpoint(folder.path()).build().unwrap();
    assert_eq!(pipeline!({ fragile(9) }).compute_on(&resuming).unwrap(), 9);
    assert_eq!(resuming.checkpoints().reused, 1);
}

#[test]
fn what_a_task_returns_when_told_to_stop_is_not_kept() {
    thread_local! {
        static TOKEN: Cell<Option<CancelToken>> = const { Cell::new(None) };
    }

    #[delayed(checkpoint)]
    fn search(x: u64) -> u64 {
        if let Some(token) = TOKEN.take() {
            token.cancel();
        }
        if delayed::cancelled() { 0 } else { x }
    }

    #[delayed(checkpoint, timeout = "1us")]
    fn late(x: u64) -> u64 {
        while !delayed::cancelled() {
            std::thread::yield_now();
        }
        x
    }

    let folder = temporary();
    let token = CancelToken::new();
    TOKEN.set(Some(token.clone()));
    let runtime = Runtime::builder().threads(1).cancel_token(token);
    let runtime = runtime.checkpoint(folder.path()).build().unwrap();
    let error = pipeline!({ search(5) }).compute_on(&runtime).unwrap_err();
    assert!(error.is_cancelled(), "{error}");
    assert_eq!(told(&runtime.checkpoints()), (0, 0, vec![]));

    let runtime = keeping(folder.path(), 1);
    assert!(pipeline!({ late(5) }).compute_on(&runtime).is_err());
    assert_eq!(told(&runtime.checkpoints()), (0, 0, vec![]));
    assert_eq!(pipeline!({ search(5) }).compute_on(&runtime).unwrap(), 5);
    assert_eq!(told(&runtime.checkpoints()), (0, 1, vec![]));
}

trait Scale {
    const BY: u64;
}

struct Two;
struct Three;

impl Scale for Two {
    const BY: u64 = 2;
}

impl Scale for Three {
    const BY: u64 = 3;
}

#[test]
fn generic_tasks_are_told_apart_by_their_types() {
    #[delayed(checkpoint)]
    fn scaled<S: Scale, const PLUS: u64>(x: u64) -> u64 {
        x * S::BY + PLUS
    }

    let folder = temporary();
    for reused in [0, 3] {
        let runtime = keeping(folder.path(), 1);
        let all = pipeline!({
            (
                scaled::<Two, 0>(5),
                scaled::<Three, 0>(5),
                scaled::<Two, 1>(5),
            )
        });
        assert_eq!(all.compute_on(&runtime).unwrap(), (10, 15, 11));
        assert_eq!(told(&runtime.checkpoints()), (reused, 3 - reused, vec![]));
    }
}

#[test]
fn an_equal_call_elsewhere_in_the_program_is_the_same_call() {
    static RUNS: AtomicU64 = AtomicU64::new(0);

    #[delayed(checkpoint)]
    fn nothing(path: &Path) {
        let _ = path;
        count(&RUNS);
    }

    let folder = temporary();
    let runtime = keeping(folder.path(), 1);
    let path = folder.path().join("nothing there");
    pipeline!({ nothing(&path) }).compute_on(&runtime).unwrap();
    let twice = pipeline!({
        for _ in 0..2 {
            nothing(&path);
        }
    });
    twice.compute_on(&runtime).unwrap();
    assert_eq!(told(&runtime.checkpoints()), (2, 1, vec![]));
    assert_eq!(RUNS.load(Ordering::SeqCst), 1);
}
