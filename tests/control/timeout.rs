//! `timeout`.

use std::error::Error as _;
use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use delayed::prelude::*;
use delayed::{Cancelled, TimedOut};

use crate::{on_every_size, until_cancelled};

const LIMIT: Duration = Duration::from_micros(50);

/// What is wrong with a task, besides that it can be late.
#[derive(Debug, PartialEq)]
struct Unrelated;

impl std::fmt::Display for Unrelated {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("unrelated")
    }
}

impl std::error::Error for Unrelated {}

#[derive(Debug)]
enum Failure {
    Late(TimedOut),
    Own,
}

impl From<TimedOut> for Failure {
    fn from(late: TimedOut) -> Self {
        Self::Late(late)
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Late(late) => late.fmt(f),
            Self::Own => f.write_str("own"),
        }
    }
}

impl std::error::Error for Failure {}

#[delayed(timeout = "50us")]
fn plain(late: bool) -> u64 {
    if late {
        until_cancelled();
    }
    7
}

#[delayed(timeout = "50us")]
fn unrelated(late: bool) -> Result<u64, Unrelated> {
    if late {
        until_cancelled();
        return Err(Unrelated);
    }
    Ok(7)
}

/// Its own failure comes too late to count.
#[delayed(timeout = "50us")]
fn related(late: bool) -> Result<u64, Failure> {
    if late {
        until_cancelled();
        return Err(Failure::Own);
    }
    Ok(7)
}

#[delayed(timeout = "1h")]
fn in_time(x: u64) -> u64 {
    assert!(!delayed::cancelled());
    x
}

fn late(error: &delayed::Error) -> &TimedOut {
    let source = error.source().expect("a late call has a source");
    source.downcast_ref().expect("it is the timeout")
}

#[test]
fn a_call_that_takes_too_long_ends_the_run() {
    on_every_size(|runtime| {
        let sum = pipeline!({
            let mut sum = 0;
            for x in [3600, 7] {
                sum += in_time(x);
                if x == 7 {
                    sum += plain(true);
                }
            }
            sum
        });
        let error = sum.compute_on(runtime).unwrap_err();
        assert_eq!(late(&error).limit(), LIMIT);
        assert!(late(&error).took() >= LIMIT);
        assert_eq!(error.task(), Some("plain"));
        assert_eq!(error.iterations()[0].index, 1);
        let text = error.to_string();
        assert!(
            text.contains(": timed out after ") && text.ends_with(" (limit 50µs)"),
            "{text}"
        );
        assert!(!error.is_cancelled() && !error.is_panic());
    });
    let error = plain(true).compute().unwrap_err();
    assert_eq!((late(&error).limit(), error.task()), (LIMIT, Some("plain")));
}

#[test]
fn a_timeout_that_the_tasks_error_cannot_say_ends_the_run_too() {
    on_every_size(|runtime| {
        let matched = pipeline!({
            match unrelated(true) {
                Ok(value) => value,
                Err(Unrelated) => panic!("no value, and no error of its own"),
            }
        });
        let error = matched.compute_on(runtime).unwrap_err();
        assert_eq!(late(&error).limit(), LIMIT);
    });
    let error = unrelated(true).compute().unwrap_err();
    assert_eq!(late(&error).limit(), LIMIT);
}

#[test]
fn a_timeout_that_the_tasks_error_can_say_is_its_error() {
    on_every_size(|runtime| {
        let matched = pipeline!({
            for slow in [true, false, true] {
                match related(slow) {
                    Ok(value) => Some(value),
                    Err(Failure::Late(late)) if late.limit() == LIMIT => None,
                    Err(error) => panic!("{error}"),
                }
            }
        });
        // What a machine under load makes late is late.
        let values = matched.compute_on(runtime).unwrap();
        assert_eq!((values[0], values[2]), (None, None));
    });
    let error = related(true).compute().unwrap_err();
    let source = error.source().unwrap().downcast_ref::<Failure>();
    assert!(matches!(source, Some(Failure::Late(_))), "{error}");
}

#[test]
fn usual_errors_can_say_it() {
    type Boxed = Box<dyn std::error::Error + Send + Sync>;

    #[delayed(timeout = "50us")]
    fn by_io() -> io::Result<()> {
        until_cancelled();
        Ok(())
    }

    #[delayed(timeout = "50us")]
    fn boxed() -> Result<(), Boxed> {
        until_cancelled();
        Ok(())
    }

    #[delayed(timeout = "50us")]
    fn text() -> Result<(), String> {
        until_cancelled();
        Ok(())
    }

    #[delayed(timeout = "50us")]
    fn ours() -> Result<(), delayed::Error> {
        until_cancelled();
        Ok(())
    }

    let all = pipeline!({ (by_io(), boxed(), text(), ours()) });
    let (by_io, boxed, text, ours) = all.compute().unwrap();
    assert_eq!(by_io.unwrap_err().kind(), io::ErrorKind::TimedOut);
    assert!(boxed.unwrap_err().is::<TimedOut>());
    assert!(text.unwrap_err().starts_with("timed out after "));
    assert_eq!(late(&ours.unwrap_err()).limit(), LIMIT);
}

#[delayed(timeout = "50us", retries = 2)]
fn tried_in_vain(counter: &AtomicUsize) -> Result<(), Unrelated> {
    counter.fetch_add(1, Ordering::SeqCst);
    until_cancelled();
    Ok(())
}

#[test]
fn each_try_has_the_timeout() {
    let counter = AtomicUsize::new(0);
    let error = pipeline!({ tried_in_vain(&counter)? })
        .compute()
        .unwrap_err();
    assert_eq!((late(&error).limit(), error.tries()), (LIMIT, 3));
    assert_eq!(counter.load(Ordering::SeqCst), 3);
}

#[delayed]
fn any(x: u64) -> u64 {
    std::hint::black_box(x)
}

#[delayed(timeout = "50us")]
fn with_a_pipeline_inside() -> Result<u64, delayed::Error> {
    let sum = pipeline!({
        let mut sum = 0;
        for x in 0..10_000_000 {
            sum = u64::wrapping_add(sum, any(x));
        }
        sum
    });
    let error = sum.compute().unwrap_err();
    let reason = error.source().unwrap().downcast_ref().copied();
    assert_eq!(reason, Some(Cancelled::Timeout(LIMIT)), "{error}");
    Err(error)
}

#[test]
fn a_timeout_ends_the_pipeline_inside_of_the_call() {
    on_every_size(|runtime| {
        let outer = pipeline!({ with_a_pipeline_inside()? });
        let error = outer.compute_on(runtime).unwrap_err();
        let inner = error.source().unwrap().downcast_ref::<delayed::Error>();
        assert_eq!(late(inner.unwrap()).limit(), LIMIT);
        assert!(!error.is_cancelled());
    });
}

#[test]
fn what_comes_too_late_is_dropped() {
    use std::sync::Arc;

    #[delayed(timeout = "50us")]
    fn keep(value: Arc<()>) -> Arc<()> {
        until_cancelled();
        value
    }

    let value = Arc::new(());
    let kept = Arc::clone(&value);
    pipeline!({ keep(kept) }).compute().unwrap_err();
    keep(Arc::clone(&value)).compute().unwrap_err();
    assert_eq!(Arc::strong_count(&value), 1);
}
