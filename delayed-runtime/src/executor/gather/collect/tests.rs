use std::sync::atomic::{AtomicUsize, Ordering};

use super::collect;
use crate::__private::place;
use crate::executor::run::Run;
use crate::executor::{LoopSite, Scope, Stop};
use crate::source::{AtHand, Pulled, Split};
use crate::{Error, Runtime};

static SITE: LoopSite = LoopSite::new("for x in xs", place("collect.rs", 1, 1));

/// A value that is counted while it lives.
struct Counted<'a> {
    value: u64,
    alive: &'a AtomicUsize,
}

impl<'a> Counted<'a> {
    fn new(value: u64, alive: &'a AtomicUsize) -> Self {
        alive.fetch_add(1, Ordering::Relaxed);
        Self { value, alive }
    }
}

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.alive.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Collects what `value` makes of the items, behind one value that is there
/// already, and gives what is there then.
fn run<S: Split<Item = u64>>(
    threads: usize,
    source: S,
    value: impl Fn(u64) -> Result<u64, Stop> + Sync,
) -> (Vec<u64>, Result<(), Stop>) {
    let alive = AtomicUsize::new(0);
    let mut all = vec![Counted::new(7, &alive)];
    let runtime = Runtime::builder().threads(threads).build().unwrap();
    let begun = runtime.begin();
    let run = Run::new(&runtime, begun.context());
    let front = |x, _: &Scope<'_>| Ok((Counted::new(value(x)?, &alive),));
    let end = collect((&Scope::root(&run), &SITE), source, front, &mut all);
    assert_eq!(alive.load(Ordering::Relaxed), all.len(), "some are lost");
    let values = all.iter().map(|counted| counted.value).collect();
    drop(all);
    assert_eq!(alive.load(Ordering::Relaxed), 0);
    (values, end)
}

/// Work of uneven length, so that blocks end out of order.
fn spin(x: u64) -> u64 {
    let rounds = x.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 54;
    (0..rounds).fold(x, |x, y| std::hint::black_box(x ^ y ^ y))
}

const MANY: u64 = if cfg!(miri) { 100 } else { 20_000 };

#[test]
fn elements_are_in_the_order_of_their_items() {
    let expected: Vec<u64> = [7].into_iter().chain((0..MANY).map(|x| x + 1)).collect();
    for threads in [1, 2, 8] {
        let value = |x| Ok(spin(x) + 1);
        let (all, end) = run(threads, AtHand(0..MANY), value);
        assert!(end.is_ok() && all == expected, "{threads} threads");
        let (all, end) = run(threads, Pulled(0..MANY), value);
        assert!(end.is_ok() && all == expected, "{threads} threads, pulled");
        assert_eq!(run(threads, AtHand(0..0), value).0, [7]);
    }
}

#[test]
fn a_failure_leaves_what_came_before_it() {
    // So many elements there is no room for.
    let endless = || AtHand(0..u64::MAX);
    for (threads, at) in [(1, 20), (2, MANY / 2), (8, MANY - 1), (8, 0)] {
        let fails = |x| match x {
            x if x == at => Err(Stop::Failed(Error::failed("no more"))),
            x if x == at + 1 => panic!("not before"),
            x => Ok(spin(x)),
        };
        let ends = [
            run(threads, AtHand(0..MANY), fails),
            run(threads, Pulled(0..MANY), fails),
            run(threads, endless(), fails),
        ];
        for (all, end) in ends {
            let Err(Stop::Failed(error)) = end else {
                panic!("it must fail")
            };
            assert_eq!(error.iterations()[0].index, at);
            assert!(!error.is_panic());
            assert!(
                all.iter().skip(1).copied().eq(0..at),
                "{} are there",
                all.len()
            );
        }
    }
}

#[test]
fn what_takes_no_room_is_counted() {
    let runtime = Runtime::builder().threads(2).build().unwrap();
    let begun = runtime.begin();
    let run = Run::new(&runtime, begun.context());
    let mut all = Vec::new();
    let front = |x, _: &Scope<'_>| {
        spin(x);
        Ok(((),))
    };
    let end = collect(
        (&Scope::root(&run), &SITE),
        AtHand(0..MANY),
        front,
        &mut all,
    );
    assert!(end.is_ok());
    assert_eq!(all.len() as u64, MANY);
}

/// Says that there are so many, whatever there is.
struct Untrue {
    items: std::ops::Range<u64>,
    said: usize,
}

impl Split for Untrue {
    type Piece = u64;
    type Item = u64;

    fn at_most(&self) -> Option<usize> {
        Some(self.said)
    }

    fn is_at_hand(&self) -> bool {
        true
    }

    fn pull(&mut self) -> Option<u64> {
        self.items.next()
    }

    fn finish(piece: u64) -> u64 {
        spin(piece)
    }
}

#[test]
fn a_source_that_gives_more_than_it_says_is_refused() {
    for threads in [1, 2, 8] {
        for said in [0, 1, 3, 1000] {
            let source = Untrue {
                items: 0..5000,
                said,
            };
            let (all, end) = run(threads, source, Ok);
            let Err(Stop::Failed(error)) = end else {
                panic!("{said} were said, and {} are there", all.len())
            };
            assert!(error.to_string().contains("than it said"), "{error}");
            assert!(all.len() <= said + 1);
            assert!(all.iter().skip(1).copied().eq(0..all.len() as u64 - 1));
        }
        let source = Untrue {
            items: 0..5000,
            said: 10_000,
        };
        let (all, end) = run(threads, source, Ok);
        assert!(end.is_ok() && all.len() == 5001);
    }
}
