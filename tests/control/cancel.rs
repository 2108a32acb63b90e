//! Tokens, deadlines and failures elsewhere.

use std::error::Error as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use delayed::prelude::*;
use delayed::{CancelToken, Cancelled, Error};

use crate::{on_every_size, until_cancelled};

fn with_token(threads: usize) -> (Runtime, CancelToken) {
    let token = CancelToken::new();
    let runtime = Runtime::builder()
        .threads(threads)
        .cancel_token(token.clone());
    (runtime.build().expect("threads can be had"), token)
}

fn reason(error: &Error) -> Cancelled {
    let source = error.source().expect("a stopped run has a reason");
    *source.downcast_ref().expect("it was told to stop")
}

#[delayed]
fn step(x: u64, token: &CancelToken) -> u64 {
    if x == 20 {
        token.cancel();
    }
    x
}

#[delayed]
fn fallible(x: u64, calls: &AtomicUsize) -> Result<u64, String> {
    calls.fetch_add(1, Ordering::SeqCst);
    Ok(x)
}

#[test]
fn a_cancelled_run_says_so_and_where() {
    for threads in [1, 2, 8] {
        let (runtime, token) = with_token(threads);
        let mut log = Vec::new();
        let all = pipeline!({
            for x in 0..1_000_000 {
                log.push(step(x, &token));
            }
        });
        let error = all.compute_on(&runtime).unwrap_err();
        assert_eq!(reason(&error), Cancelled::Token);
        assert!(error.is_cancelled() && !error.is_panic());
        let [iteration] = error.iterations() else {
            panic!("{error}")
        };
        assert_eq!(iteration.region, "for x in 0..1_000_000");
        let text = error.to_string();
        assert!(text.starts_with("stopped, in iteration "), "{text}");
        assert!(text.ends_with(": the run was cancelled"), "{text}");
        // What was done is done, up to there and no further.
        assert!(log.iter().copied().eq(0..iteration.index), "{text}");
        assert!((21..1_000_000).contains(&iteration.index), "{text}");
        if threads == 1 {
            assert_eq!(iteration.index, 21);
        }
    }
}

#[test]
fn no_call_begins_any_more() {
    for threads in [1, 2, 8] {
        let (runtime, token) = with_token(threads);
        let calls = AtomicUsize::new(0);
        let two = pipeline!({
            let first = step(20, &token);
            let second = fallible(first, &calls)?;
            first + second
        });
        let error = two.compute_on(&runtime).unwrap_err();
        let line = line!() - 4;
        assert_eq!(
            error.to_string(),
            format!(
                "`fallible` stopped at tests/control/cancel.rs:{line}:26: the run was cancelled"
            )
        );
        assert_eq!(calls.load(Ordering::SeqCst), 0);

        // A token stays cancelled.
        let none = pipeline!({ fallible(1, &calls)? });
        assert!(none.compute_on(&runtime).unwrap_err().is_cancelled());
        assert_eq!(calls.load(Ordering::SeqCst), 0);
        // The threads are there for others.
        let some = pipeline!({ fallible(1, &calls)? });
        assert_eq!(some.compute().unwrap(), 1);
    }
}

#[test]
fn a_call_that_can_fail_looks_in_the_middle_of_an_iteration() {
    for threads in [1, 2, 8] {
        let (runtime, token) = with_token(threads);
        let calls = AtomicUsize::new(0);
        let all = pipeline!({
            for x in 20..21 {
                fallible(step(x, &token), &calls)?
            }
        });
        let error = all.compute_on(&runtime).unwrap_err();
        assert_eq!(
            (error.task(), reason(&error)),
            (Some("fallible"), Cancelled::Token)
        );
        assert_eq!(calls.load(Ordering::SeqCst), 0);
    }
}

#[test]
fn a_serial_loop_and_a_chain_look_too() {
    for threads in [1, 2, 8] {
        let (runtime, token) = with_token(threads);
        let chain = pipeline!({
            let mut state = 0;
            for _ in 0..1_000_000 {
                state = step(state + 1, &token);
            }
            state
        });
        assert!(chain.compute_on(&runtime).unwrap_err().is_cancelled());

        let (runtime, token) = with_token(threads);
        let serial = pipeline!({
            let mut state = 0;
            for x in 0..1_000_000 {
                if state % 2 == 0 {
                    state = step(x, &token) + 1;
                } else {
                    state = step(x, &token);
                }
            }
            state
        });
        assert!(serial.compute_on(&runtime).unwrap_err().is_cancelled());
    }
}

/// A value that is counted.
struct Counted<'a>(&'a AtomicUsize);

impl<'a> Counted<'a> {
    fn new(alive: &'a AtomicUsize) -> Self {
        alive.fetch_add(1, Ordering::SeqCst);
        Self(alive)
    }
}

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

#[delayed]
fn load<'a>(x: u64, token: &CancelToken, counted: Counted<'a>) -> Result<u64, String> {
    if x == 40 {
        token.cancel();
    }
    drop(counted);
    Ok(x)
}

#[test]
fn every_value_is_dropped_once() {
    for threads in [1, 2, 8] {
        let (runtime, token) = with_token(threads);
        let alive = AtomicUsize::new(0);
        let items: Vec<_> = (0..500).map(|x| (x, Counted::new(&alive))).collect();
        let outside = Counted::new(&alive);
        let all = pipeline!({
            for (x, counted) in items {
                let kept = Counted::new(&alive);
                let loaded = load(x, &token, counted)?;
                (loaded, kept)
            }
        });
        let all = all.compute_on(&runtime).map(|all| all.len());
        assert!(all.unwrap_err().is_cancelled());
        assert_eq!(alive.load(Ordering::SeqCst), 1);
        drop(outside);
    }
}

#[test]
fn a_deadline_ends_a_run() {
    on_every_size(|runtime| {
        let after = Duration::from_micros(50);
        let late = Runtime::builder()
            .threads(runtime.threads())
            .deadline(after);
        let late = late.build().unwrap();
        let long = pipeline!({
            let mut sum = 0;
            for x in 0..10_000_000 {
                sum = u64::wrapping_add(sum, plain(x));
            }
            sum
        });
        let error = long.compute_on(&late).unwrap_err();
        assert_eq!(reason(&error), Cancelled::Deadline(after));
        assert!(
            error
                .to_string()
                .ends_with(": the run's deadline of 50µs has passed"),
            "{error}"
        );
    });
    let never = Runtime::builder().deadline(Duration::MAX).build().unwrap();
    assert_eq!(pipeline!({ plain(3) }).compute_on(&never).unwrap(), 3);
    let at_once = Runtime::builder().deadline(Duration::ZERO).build().unwrap();
    let error = pipeline!({ plain(3) }).compute_on(&at_once).unwrap_err();
    assert_eq!(error.task(), Some("plain"));
}

#[delayed]
fn plain(x: u64) -> u64 {
    std::hint::black_box(x)
}

#[delayed]
fn stop_early(token: &CancelToken) -> Result<u64, String> {
    token.cancel();
    until_cancelled();
    Err("stopped early".into())
}

#[test]
fn a_task_that_returns_early_keeps_its_error() {
    for threads in [1, 2, 8] {
        let (runtime, token) = with_token(threads);
        let early = pipeline!({ stop_early(&token)? });
        let error = early.compute_on(&runtime).unwrap_err();
        assert!(error.is_cancelled());
        assert_eq!(error.source().unwrap().to_string(), "stopped early");
        let text = error.to_string();
        assert!(text.contains("`stop_early` failed at "), "{text}");
        assert!(
            text.ends_with(": stopped early (the run was cancelled)"),
            "{text}"
        );
    }
}

#[test]
fn outside_of_a_run_nothing_is_cancelled() {
    assert!(!delayed::cancelled());
    let (runtime, token) = with_token(2);
    token.cancel();
    assert!(pipeline!({ plain(1) }).compute_on(&runtime).is_err());
    assert!(!delayed::cancelled());
    assert!(runtime.run(delayed::cancelled));
}

#[delayed]
fn race(x: u64, begun: &AtomicBool) -> Result<u64, String> {
    if x == 1 {
        begun.store(true, Ordering::SeqCst);
        until_cancelled();
        return Err("gave up".into());
    }
    while !begun.load(Ordering::SeqCst) {
        std::thread::yield_now();
    }
    Err("first".into())
}

#[test]
fn what_an_earlier_failure_made_pointless_is_told() {
    for threads in [2, 8] {
        let runtime = Runtime::builder().threads(threads).build().unwrap();
        let begun = AtomicBool::new(false);
        let all = pipeline!({
            for x in 0..2 {
                race(x, &begun)?
            }
        });
        let error = all.compute_on(&runtime).unwrap_err();
        assert_eq!(error.source().unwrap().to_string(), "first");
        assert!(!error.is_cancelled());
    }
}

#[delayed]
fn race_inside(x: u64, begun: &AtomicBool) -> Result<u64, Error> {
    let inside = pipeline!({
        for y in 0..1 {
            race(x + y, begun)?
        }
    });
    Ok(inside.compute()?.len() as u64)
}

#[test]
fn so_are_pipelines_inside_of_pipelines() {
    for threads in [2, 8] {
        let runtime = Runtime::builder().threads(threads).build().unwrap();
        let begun = AtomicBool::new(false);
        let all = pipeline!({
            for x in 0..2 {
                for _ in 0..1 {
                    race_inside(x, &begun)?
                }
            }
        });
        let error = all.compute_on(&runtime).unwrap_err();
        let inner = error.source().unwrap().downcast_ref::<Error>().unwrap();
        assert_eq!(inner.source().unwrap().to_string(), "first");
    }
}

/// A turn of an earlier iteration is not pointless, whoever takes it.
#[delayed]
fn fold(state: u64, x: u64) -> u64 {
    assert!(!delayed::cancelled(), "the turn of {x} counts");
    state + x
}

#[delayed]
fn fail_at(x: u64, at: u64) -> Result<u64, String> {
    (0..x % 7).for_each(|_| std::thread::yield_now());
    if x == at {
        Err(format!("{x} failed"))
    } else {
        Ok(x)
    }
}

#[test]
fn turns_before_a_failure_are_not_cancelled() {
    on_every_size(|runtime| {
        for at in 0..60 {
            let mut seen = Vec::new();
            let all = pipeline!({
                let mut state = 0;
                for x in 0..60 {
                    let y = fail_at(x, at)?;
                    state = fold(state, y);
                    seen.push(y);
                }
                state
            });
            let error = all.compute_on(runtime).unwrap_err();
            assert_eq!(error.source().unwrap().to_string(), format!("{at} failed"));
            assert!(seen.into_iter().eq(0..at));
        }
    });
}

static PAUSED: AtomicUsize = AtomicUsize::new(0);

#[delayed(retries = 1, backoff = "8760h")]
fn pause(token: &CancelToken) -> Result<(), String> {
    PAUSED.fetch_add(1, Ordering::SeqCst);
    token.cancel();
    Err("try me next year".into())
}

#[test]
fn a_cancelled_run_does_not_sleep_on() {
    for threads in [1, 2, 8] {
        let (runtime, token) = with_token(threads);
        let before = PAUSED.load(Ordering::SeqCst);
        let error = pipeline!({ pause(&token)? })
            .compute_on(&runtime)
            .unwrap_err();
        assert_eq!((reason(&error), error.tries()), (Cancelled::Token, 1));
        assert_eq!(error.task(), Some("pause"));
        assert_eq!(PAUSED.load(Ordering::SeqCst), before + 1);
    }
}

#[delayed]
fn compute_inside(token: &CancelToken) -> Result<u64, Error> {
    let inside = pipeline!({
        let mut sum = 0;
        for x in 0..1_000_000 {
            sum += step(x, token);
        }
        sum
    });
    inside.compute()
}

#[test]
fn a_run_inside_of_a_run_ends_with_it() {
    for threads in [1, 2, 8] {
        let (runtime, token) = with_token(threads);
        let outer = pipeline!({ compute_inside(&token)? });
        let error = outer.compute_on(&runtime).unwrap_err();
        assert!(error.is_cancelled());
        let inner = error.source().unwrap().downcast_ref::<Error>().unwrap();
        assert_eq!(reason(inner), Cancelled::Token);
    }
}

#[test]
fn a_run_that_is_done_gives_its_value() {
    #[delayed]
    fn last(token: &CancelToken) -> Arc<str> {
        token.cancel();
        "done".into()
    }
    for threads in [1, 2, 8] {
        let (runtime, token) = with_token(threads);
        let value = pipeline!({ last(&token) }).compute_on(&runtime).unwrap();
        assert_eq!(&*value, "done");
    }
}

/// Cancels at 3, is told to stop, and gives what nobody should see.
fn cut_short(x: u64, token: &CancelToken) -> u64 {
    if x == 3 {
        token.cancel();
    }
    if delayed::cancelled() { 999 } else { x }
}

#[delayed]
fn short(x: u64, token: &CancelToken) -> u64 {
    cut_short(x, token)
}

#[delayed(limit = 8)]
fn short_with_leave(x: u64, token: &CancelToken) -> u64 {
    cut_short(x, token)
}

#[delayed(timeout = "1h", retries = 2)]
fn short_in_time(x: u64, token: &CancelToken) -> Result<u64, String> {
    Ok(cut_short(x, token))
}

/// Runs `job`, which cuts a task short, on runtimes of all kinds.
fn cut(job: impl Fn(&Runtime, &CancelToken, &mut Vec<u64>) -> Error, seen: &[u64]) {
    let parallel = [1, 2, 8].map(|threads| Runtime::builder().threads(threads));
    let serial = (0..8).map(|seed| Runtime::builder().serial(seed));
    for builder in parallel.into_iter().chain(serial) {
        let token = CancelToken::new();
        let runtime = builder.cancel_token(token.clone()).build().unwrap();
        let mut effects = Vec::new();
        let error = job(&runtime, &token, &mut effects);
        assert!(error.is_cancelled(), "{error}");
        assert!(seen.starts_with(&effects), "{effects:?}");
    }
}

#[test]
fn what_a_task_gives_that_was_told_to_stop_is_not_used() {
    let first = [0, 1, 2];
    cut(
        |runtime, token, seen| {
            let job = pipeline!({
                for x in 0..100 {
                    seen.push(short(x, token));
                }
            });
            job.compute_on(runtime).unwrap_err()
        },
        &first,
    );
    cut(
        |runtime, token, seen| {
            let job = pipeline!({
                for x in 0..100 {
                    let y = short_with_leave(x, token);
                    seen.push(y);
                    seen.push(short_in_time(y + 1000, token)?);
                }
            });
            job.compute_on(runtime).unwrap_err()
        },
        &[0, 1000, 1, 1001, 2, 1002],
    );
    cut(
        |runtime, token, seen| {
            let job = pipeline!({
                for x in 0..100 {
                    for y in 0..2 {
                        let z = short_in_time(x + y, token)?;
                        seen.push(z);
                    }
                }
            });
            job.compute_on(runtime).unwrap_err()
        },
        &[0, 1, 1, 2, 2],
    );
    cut(
        |runtime, token, seen| {
            let job = pipeline!({
                let x = short(2, token);
                seen.push(x);
                short(3, token)
            });
            job.compute_on(runtime).unwrap_err()
        },
        &[2],
    );
}

#[test]
fn what_a_step_gives_that_was_told_to_stop_is_not_used() {
    for threads in [1, 2, 8] {
        let (runtime, token) = with_token(threads);
        let given = token.clone();
        let cut = Delayed::from(3).map(move |x| vec![cut_short(x, &given)]);
        let sum = cut.clone().map(|values| values[0] + 1);
        let error = runtime.run(|| sum.compute()).unwrap_err();
        assert_eq!(reason(&error), Cancelled::Token);
        // Whoever shares the step is not given it either.
        let error = cut.compute().unwrap_err();
        assert!(
            error.to_string().contains("lost in an earlier run"),
            "{error}"
        );
    }
}
