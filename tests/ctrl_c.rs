//! Ctrl-C. The handler is the process's, so each case runs in a process of its
//! own: this test calls itself.
#![cfg(all(unix, feature = "ctrl-c"))]

use std::env;
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, ExitStatus};

use delayed::prelude::*;
use delayed::{Cancelled, Error};
use signal_hook::consts::SIGINT;
use signal_hook::low_level::raise;

const CASE: &str = "DELAYED_TEST_CTRL_C";

#[delayed]
fn press(x: u64) -> u64 {
    if x == 20 {
        raise(SIGINT).expect("the process can be sent a signal");
    }
    x
}

#[delayed]
fn press_twice(x: u64) -> u64 {
    let x = press::eager(x);
    press::eager(x)
}

fn listening(threads: usize) -> Runtime {
    let runtime = Runtime::builder().threads(threads).ctrl_c(true).build();
    runtime.expect("there is a handler for Ctrl-C")
}

fn sum(runtime: &Runtime) -> Result<u64, Error> {
    let sum = pipeline!({
        let mut sum = 0;
        for x in 0..1_000_000 {
            sum += press(x);
        }
        sum
    });
    sum.compute_on(runtime)
}

fn is_interrupted(end: Result<u64, Error>) -> bool {
    let error = end.expect_err("the run was interrupted");
    let source = std::error::Error::source(&error);
    let reason = source.and_then(|source| source.downcast_ref());
    error.is_cancelled() && reason == Some(&Cancelled::Interrupt)
}

/// Runs `case` of the test `name` in a process of its own.
fn in_a_process(name: &str) -> ExitStatus {
    let mut command = Command::new(env::current_exe().expect("a test is a program"));
    let command = command.args([name, "--exact", "--quiet"]).env(CASE, "1");
    let output = command.output().expect("a test can be run");
    output.status
}

fn is_in_a_process() -> bool {
    env::var_os(CASE).is_some()
}

#[test]
fn the_first_ends_each_run_that_listens() {
    if !is_in_a_process() {
        let status = in_a_process("the_first_ends_each_run_that_listens");
        assert!(status.success(), "{status}");
        return;
    }
    for threads in [1, 2, 8] {
        let runtime = listening(threads);
        // Runs after it are new ones.
        for _ in 0..2 {
            assert!(is_interrupted(sum(&runtime)));
        }
        assert_eq!(
            runtime.run(|| pipeline!({ press(1) }).compute()).unwrap(),
            1
        );
    }
}

#[test]
fn the_second_ends_the_process() {
    if !is_in_a_process() {
        let status = in_a_process("the_second_ends_the_process");
        assert_eq!(status.signal(), Some(SIGINT), "{status}");
        return;
    }
    let both = pipeline!({ press_twice(20) });
    let _ = both.compute_on(&listening(2));
}

#[test]
fn without_a_run_that_listens_the_first_ends_the_process() {
    if !is_in_a_process() {
        let status = in_a_process("without_a_run_that_listens_the_first_ends_the_process");
        assert_eq!(status.signal(), Some(SIGINT), "{status}");
        return;
    }
    assert!(is_interrupted(sum(&listening(2))));
    let deaf = Runtime::builder().threads(2).build().unwrap();
    let _ = sum(&deaf);
}
