//! `retries` and `backoff`.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use delayed::prelude::*;

use crate::on_every_size;

#[derive(Debug, PartialEq)]
struct Refused(usize);

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "refused {} times", self.0)
    }
}

impl std::error::Error for Refused {}

/// What a call fails at a number of times, and how often it was called.
#[derive(Default)]
struct Server {
    refuses: usize,
    calls: AtomicUsize,
    clones: AtomicUsize,
}

impl Server {
    fn refusing(refuses: usize) -> Arc<Self> {
        Arc::new(Self {
            refuses,
            ..Self::default()
        })
    }

    fn answer(&self) -> Result<usize, Refused> {
        let before = self.calls.fetch_add(1, Ordering::SeqCst);
        if before < self.refuses {
            Err(Refused(before + 1))
        } else {
            Ok(before + 1)
        }
    }

    fn calls(&self) -> usize {
        self.calls.load(Ordering::SeqCst)
    }
}

/// A value that counts its clones.
struct Request(Arc<Server>);

impl Clone for Request {
    fn clone(&self) -> Self {
        self.0.clones.fetch_add(1, Ordering::SeqCst);
        Self(Arc::clone(&self.0))
    }
}

#[delayed(retries = 3, backoff = "1us")]
fn ask(request: Request) -> Result<usize, Refused> {
    request.0.answer()
}

#[delayed(retries = 3)]
fn look(server: &Server) -> Result<usize, Refused> {
    server.answer()
}

#[delayed(retries = 5)]
fn shaky(server: &Server) -> Result<usize, Refused> {
    assert!(server.answer().is_err(), "the server answers");
    panic!("a panic is not tried again");
}

#[test]
fn a_failure_is_tried_again() {
    on_every_size(|runtime| {
        let servers: Vec<_> = (0..4).map(Server::refusing).collect();
        let calls = pipeline!({
            for server in &servers {
                look(server)?
            }
        });
        assert_eq!(calls.compute_on(runtime).unwrap(), [1, 2, 3, 4]);
        assert!((1..=4).eq(servers.iter().map(|server| server.calls())));
    });
    let server = Server::refusing(3);
    assert_eq!(look(Arc::clone(&server)).compute().unwrap(), 4);
}

#[test]
fn what_is_taken_is_cloned_for_all_tries_but_the_last() {
    let clones = |server: &Server| server.clones.load(Ordering::SeqCst);
    // A try that is not the last may turn out to be enough.
    for (refuses, calls, cloned) in [(0, 1, 1), (1, 2, 2), (3, 4, 3), (9, 4, 3)] {
        let server = Server::refusing(refuses);
        let request = Request(Arc::clone(&server));
        let answer = pipeline!({ ask(request) }).compute().unwrap();
        assert_eq!(answer.is_ok(), refuses < 4);
        assert_eq!((server.calls(), clones(&server)), (calls, cloned));

        let server = Server::refusing(refuses);
        let answer = ask(Request(Arc::clone(&server))).compute();
        assert_eq!(answer.is_ok(), refuses < 4);
        assert_eq!((server.calls(), clones(&server)), (calls, cloned));
        assert_eq!(Arc::strong_count(&server), 1, "every request has ended");
    }
}

#[test]
fn an_error_says_how_often_it_was_tried() {
    on_every_size(|runtime| {
        let server = Server::refusing(100);
        let first = pipeline!({
            for server in [&server] {
                look(server)?
            }
        });
        let error = first.compute_on(runtime).unwrap_err();
        let line = line!() - 4;
        assert_eq!(error.tries(), 4);
        assert_eq!(
            error.to_string(),
            format!(
                "`look` failed at tests/control/retries.rs:{line}:17, \
                 in iteration 0 of `for server in [&server]`, after 4 tries: refused 4 times"
            )
        );
        let source = std::error::Error::source(&error).unwrap();
        assert_eq!(source.downcast_ref(), Some(&Refused(4)));
    });
    let error = look(Server::refusing(100)).compute().unwrap_err();
    assert_eq!((error.task(), error.tries()), (Some("look"), 4));
    assert!(error.to_string().contains("after 4 tries: refused 4"));
}

#[delayed]
fn once(server: &Server) -> Result<usize, Refused> {
    server.answer()
}

/// The number of tries belongs to the call whose failure it is, and to no other.
#[test]
fn tries_of_a_failure_that_was_dealt_with_are_forgotten() {
    on_every_size(|runtime| {
        let (tried, other) = (Server::refusing(100), Server::refusing(100));
        let both = pipeline!({
            let ignored = look(&tried);
            once(&other)?;
            ignored.is_err()
        });
        let error = both.compute_on(runtime).unwrap_err();
        assert_eq!((error.task(), error.tries()), (Some("once"), 1));
    });
}

#[test]
fn in_a_loop_the_result_can_be_matched() {
    on_every_size(|runtime| {
        let servers: Vec<_> = [0, 9, 2, 9].into_iter().map(Server::refusing).collect();
        let answers = pipeline!({
            let mut good = Vec::new();
            let mut bad = Vec::new();
            for (number, server) in servers.iter().enumerate() {
                match look(server) {
                    Ok(calls) => good.push((number, calls)),
                    Err(error) => bad.push((number, error)),
                }
            }
            (good, bad)
        });
        let (good, bad) = answers.compute_on(runtime).unwrap();
        assert_eq!(good, [(0, 1), (2, 3)]);
        assert_eq!(bad, [(1, Refused(4)), (3, Refused(4))]);
    });
}

#[test]
fn a_panic_is_not_tried_again() {
    on_every_size(|runtime| {
        let server = Server::refusing(100);
        let shaken = pipeline!({ shaky(&server)? });
        let error = shaken.compute_on(runtime).unwrap_err();
        assert!(error.is_panic(), "{error}");
        assert_eq!((server.calls(), error.tries()), (1, 1));
    });
    let server = Server::refusing(100);
    let error = shaky(Arc::clone(&server)).compute().unwrap_err();
    assert!(error.is_panic() && server.calls() == 1, "{error}");
}

/// `eager` is the body alone.
#[test]
fn the_body_itself_is_called_once() {
    let server = Server::refusing(100);
    assert_eq!(look::eager(&server), Err(Refused(1)));
}

/// Arguments of all kinds go through the tries.
#[delayed(retries = 2)]
fn generic<T: Clone + Into<u64>, const N: usize>(
    (first, _): (T, [T; N]),
    change: impl Fn(u64) -> u64 + Clone,
    mut rest: Vec<u64>,
    server: &Server,
    _: u8,
) -> Result<u64, Refused> {
    rest.push(change(first.into()));
    server.answer()?;
    Ok(rest.iter().sum())
}

#[test]
fn arguments_of_all_kinds_are_tried_again() {
    let server = Server::refusing(2);
    let sum = pipeline!({ generic::<u8, 2>((3, [4, 5]), |x| x * 10, vec![1], &server, 0)? });
    assert_eq!(sum.compute().unwrap(), 31);
    let server = Server::refusing(2);
    let sum = generic((3_u32, [4]), |x| x * 10, vec![1], server, 0);
    assert_eq!(sum.compute().unwrap(), 31);
}
