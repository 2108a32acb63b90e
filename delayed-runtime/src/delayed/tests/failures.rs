//! Which error is reported, and what still runs.

use std::error::Error as _;
use std::io;
use std::panic::Location;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::super::{Delayed, compute};
use super::{in_pools, info, look, task};
use crate::Error;

#[test]
fn an_error_names_the_task_the_call_and_its_cause() {
    in_pools(|| {
        let failing = task::<i32, i32>(info!("read"), Delayed::from(1), |_| {
            Err(Error::failed(io::Error::other("gone")))
        });
        let here = Location::caller();
        let error = failing.map(|x| x + 1).compute().unwrap_err();
        assert_eq!(error.task(), Some("read"));
        let place = error.place().unwrap();
        assert_eq!(place.file, here.file());
        assert_eq!(place.line + 3, here.line());
        assert!(error.source().unwrap().is::<io::Error>());
    });
}

#[test]
fn a_panic_is_an_error_and_the_pool_stays_usable() {
    in_pools(|| {
        let error = Delayed::from(1)
            .map(|x: i32| if x > 0 { panic!("too big: {x}") } else { x })
            .compute()
            .unwrap_err();
        assert!(error.is_panic());
        assert!(error.to_string().ends_with(": too big: 1"), "{error}");
        assert_eq!((Delayed::from(1_i32) + 1).compute().unwrap(), 2);
    });
}

#[test]
fn the_first_failure_in_program_order_is_reported() {
    in_pools(|| {
        for first in 0..8 {
            let parts: Vec<_> = (0..8)
                .map(|index| {
                    task(info!("part"), Delayed::from(index), move |index| {
                        let fails = index >= first;
                        if fails {
                            Err(Error::failed(format!("{index}")))
                        } else {
                            Ok(index)
                        }
                    })
                })
                .collect();
            // Whatever order the last node asks for them in.
            let error = compute(parts.into_iter().rev().collect::<Vec<_>>()).unwrap_err();
            assert!(
                error.to_string().ends_with(&format!(": {first}")),
                "{error}"
            );
        }
    });
}

#[test]
fn what_needs_a_failed_value_never_starts() {
    in_pools(|| {
        let started = Arc::new(AtomicUsize::new(0));
        let failing = task::<_, i32>(info!("fails"), Delayed::from(0), |_| {
            Err(Error::failed("no"))
        });
        let counter = started.clone();
        let next = failing.map(move |_| counter.fetch_add(1, Ordering::Relaxed));
        let error = next.compute().unwrap_err();
        assert_eq!(error.task(), Some("fails"));
        assert_eq!(started.load(Ordering::Relaxed), 0);
    });
}

#[test]
fn a_second_run_says_that_the_value_was_lost() {
    in_pools(|| {
        let failing = task::<_, i32>(info!("fails"), Delayed::from(0), |_| {
            Err(Error::failed("no"))
        });
        assert!(look(&failing, |x| x + 1).compute().is_err());
        let error = look(&failing, |x| x + 2).compute().unwrap_err();
        assert_eq!(error.task(), Some("fails"));
        assert!(
            error.to_string().contains("lost in an earlier run"),
            "{error}"
        );
    });
}
