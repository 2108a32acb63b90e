//! The board, the rings, forks and memory limits in every order that threads can
//! meet there.
//!
//! Loom never lets a wait time out, so a wake-up that is lost is a model that
//! cannot go on, and a loop that somebody forgot is one with a thread too many.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;

use loom::cell::Cell;
use loom::sync::atomic::{AtomicUsize, Ordering};
use loom::thread;

use super::contract::for_each;
use super::fork::Fork;
use super::gather::collect::collect;
use super::gather::reduce::{InOrder, Merge};
use super::help::board::{Board, Job};
use super::looping::pace::Pace;
use super::memory::hand;
use super::position::Position;
use super::run::Run;
use super::{LoopSite, Scope, Stop, Turn};
use crate::__private::place;
use crate::models::explore;
use crate::source::{AtHand, Pulled};
use crate::{Error, Runtime};

static SITE: LoopSite = LoopSite::new("for x in xs", place("models.rs", 1, 1));

/// Some pieces of work, and whether the job is there still: a look at that
/// which does not come before the owner's last word is a race, and loom says so.
struct Errands {
    left: AtomicUsize,
    done: AtomicUsize,
    is_there: Cell<bool>,
}

// SAFETY: the cell is what loom checks: that it is read by visitors before the
// owner writes to it, when no visitor is left.
unsafe impl Sync for Errands {}

impl Errands {
    fn new(left: usize) -> Self {
        Self {
            left: AtomicUsize::new(left),
            done: AtomicUsize::new(0),
            is_there: Cell::new(true),
        }
    }
}

impl Job for Errands {
    fn available(&self) -> bool {
        self.left.load(Ordering::Relaxed) > 0
    }

    fn visit(&self) {
        assert!(self.is_there.get());
        let less = |left: usize| left.checked_sub(1);
        let taken = self
            .left
            .fetch_update(Ordering::AcqRel, Ordering::Relaxed, less);
        if taken.is_ok() {
            self.done.fetch_add(1, Ordering::Release);
        }
    }
}

/// Posts errands and waits until all are done.
fn run_errands(board: &Board, place: &Position, count: usize) {
    let errands = Errands::new(count);
    let posted = board.post(&errands, place.clone());
    let is_done = || errands.done.load(Ordering::Acquire) == count;
    while !is_done() {
        if !board.help(|_| true) {
            board.wait_for_change(|_| true, is_done);
        }
    }
    drop(posted);
    errands.is_there.set(false);
}

#[test]
fn a_helper_comes_and_goes() {
    explore(4, || {
        let board = Arc::new(Board::new());
        assert!(board.wants_helper(1));
        let helper = thread::spawn({
            let board = Arc::clone(&board);
            move || board.serve()
        });
        run_errands(&board, &Position::new(vec![]), 2);
        board.close();
        helper.join().unwrap();
        assert_eq!(board.helpers(), 0);
    });
}

#[test]
fn two_owners_help_each_other() {
    explore(4, || {
        let board = Arc::new(Board::new());
        let other = thread::spawn({
            let board = Arc::clone(&board);
            move || run_errands(&board, &Position::new(vec![1]), 1)
        });
        run_errands(&board, &Position::new(vec![0]), 1);
        other.join().unwrap();
    });
}

/// Nobody but the helper does the work: the owner sleeps until it is told.
#[test]
fn an_owner_that_only_waits_is_woken() {
    explore(4, || {
        let board = Arc::new(Board::new());
        let helper = thread::spawn({
            let board = Arc::clone(&board);
            move || board.serve()
        });
        let errands = Errands::new(1);
        let posted = board.post(&errands, Position::new(vec![]));
        let is_done = || errands.done.load(Ordering::Acquire) == 1;
        while !is_done() {
            board.wait_for_change(|_| false, is_done);
        }
        drop(posted);
        errands.is_there.set(false);
        board.close();
        helper.join().unwrap();
    });
}

/// What an iteration hands over; it counts those that are there.
struct Op(u64, Arc<AtomicUsize>);

impl Op {
    fn new(number: u64, alive: &Arc<AtomicUsize>) -> Self {
        alive.fetch_add(1, Ordering::Relaxed);
        Self(number, Arc::clone(alive))
    }
}

impl Drop for Op {
    fn drop(&mut self) {
        self.1.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Runs a loop over the numbers below `count` on two threads; gives what was
/// applied and how it ended.
fn run_loop(
    count: u64,
    front: impl Fn(u64, &mut dyn FnMut(u64) -> Result<(), Stop>) -> Result<(), Stop> + Sync,
) -> (Vec<u64>, Result<(), Stop>) {
    let alive = Arc::new(AtomicUsize::new(0));
    let mut applied = Vec::new();
    let end = {
        let runtime = Runtime::default();
        let begun = runtime.begin();
        let run = Run::new(&runtime, begun.context());
        let front = |x, _: &Scope<'_>, turn: &mut Turn<'_, Op>| {
            front(x, &mut |op| turn.push(Op::new(op, &alive)))?;
            Ok(Some(Op::new(10 * x, &alive)))
        };
        let back = |op: Op| {
            applied.push(op.0);
            Ok(())
        };
        for_each(
            &Scope::root(&run),
            &SITE,
            Pulled(0..count),
            front,
            back,
            &InOrder,
        )
    };
    assert_eq!(alive.load(Ordering::Relaxed), 0);
    (applied, end)
}

#[test]
fn a_loop_applies_all_in_order() {
    explore(2, || {
        let (applied, end) = run_loop(2, |_, _| Ok(()));
        assert!(end.is_ok());
        assert_eq!(applied, [0, 10]);
    });
}

/// More than a slot holds: the iteration waits for its turn.
#[test]
fn an_iteration_that_pushes_much_waits_for_its_turn() {
    explore(1, || {
        let (applied, end) = run_loop(2, |x, push| {
            (0..4 * x).try_for_each(|y| push(10 * x + y + 1))
        });
        assert!(end.is_ok());
        assert_eq!(applied, [0, 11, 12, 13, 14, 10]);
    });
}

#[test]
fn a_failure_ends_the_loop_where_it_is() {
    explore(2, || {
        let (applied, end) = run_loop(3, |x, push| match x {
            1 => push(7).and(Err(Stop::Failed(Error::failed("one")))),
            _ => Ok(()),
        });
        let Err(Stop::Failed(error)) = end else {
            panic!("it must fail")
        };
        assert_eq!(error.iterations()[0].index, 1);
        assert_eq!(applied, [0, 7]);
    });
}

/// The iteration that waits has to hear that its turn will not come.
#[test]
fn a_failure_ends_the_wait_for_a_turn() {
    explore(2, || {
        let (applied, end) = run_loop(2, |x, push| match x {
            0 => Err(Stop::Failed(Error::failed("zero"))),
            _ => (0..4).try_for_each(push),
        });
        assert!(matches!(end, Err(Stop::Failed(_))));
        assert_eq!(applied, []);
    });
}

#[test]
fn neighbours_are_merged_and_nothing_is_lost() {
    explore(1, || {
        let runtime = Runtime::default();
        let begun = runtime.begin();
        let run = Run::new(&runtime, begun.context());
        let mut applied = Vec::new();
        let front = |x: u64, _: &Scope<'_>, _: &mut Turn<'_, Vec<u64>>| Ok(Some(vec![x]));
        let back = |op: Vec<u64>| {
            applied.extend(op);
            Ok(())
        };
        let merge = Merge(|left: &mut Vec<u64>, right: Vec<u64>| left.extend(right));
        let end = for_each(&Scope::root(&run), &SITE, Pulled(0..3), front, back, &merge);
        assert!(end.is_ok());
        assert_eq!(applied, [0, 1, 2]);
    });
}

/// Whoever has the vector sees what other threads have put there, and what comes
/// after a failure is dropped.
#[test]
fn elements_are_seen_and_lost_ones_dropped() {
    for fails_at in [1, 3] {
        explore(1, move || {
            let alive = Arc::new(AtomicUsize::new(0));
            let mut all = Vec::new();
            let end = {
                let runtime = Runtime::default();
                let begun = runtime.begin();
                let run = Run::new(&runtime, begun.context());
                let front = |x: u64, _: &Scope<'_>| match x {
                    x if x == fails_at => Err(Stop::Failed(Error::failed("no more"))),
                    x => Ok(((Op::new(x, &alive), Cell::new(x)),)),
                };
                collect((&Scope::root(&run), &SITE), AtHand(0..3), front, &mut all)
            };
            assert_eq!(end.is_err(), fails_at < 3);
            assert_eq!(alive.load(Ordering::Relaxed), all.len());
            let values = all.iter().map(|(_, value)| value.get());
            assert!(values.eq(0..fails_at.min(3)));
        });
    }
}

/// What branches read that live no longer than their fork.
struct Outer {
    ran: [AtomicUsize; 3],
    is_there: Cell<bool>,
}

// SAFETY: as of errands.
unsafe impl Sync for Outer {}

impl Outer {
    /// A branch of this number.
    fn branch(&self, number: usize) -> usize {
        assert!(self.is_there.get());
        self.ran[number].fetch_add(1, Ordering::Relaxed);
        number
    }
}

/// Forks in a run on two threads; each branch that is in `ran` has run once when
/// the fork is over.
fn run_fork(ran: [usize; 3], branches: impl FnOnce(&Fork<'_>, &Outer)) {
    static PACE: Pace = Pace::unknown();
    let runtime = Runtime::default();
    let begun = runtime.begin();
    let run = Run::new(&runtime, begun.context());
    let outer = Outer {
        ran: [(); 3].map(|()| AtomicUsize::new(0)),
        is_there: Cell::new(true),
    };
    let forked = catch_unwind(AssertUnwindSafe(|| {
        Scope::root(&run).fork(&PACE, |fork| branches(fork, &outer));
    }));
    outer.is_there.set(false);
    assert_eq!(
        outer.ran.each_ref().map(|ran| ran.load(Ordering::Relaxed)),
        ran
    );
    drop(run);
    forked.unwrap_or_else(|payload| resume_unwind(payload));
}

#[test]
fn both_branches_of_a_fork_run_once() {
    explore(3, || {
        run_fork([1, 1, 0], |fork, outer| {
            let both = fork.join(|_| outer.branch(0), |_| outer.branch(1));
            assert_eq!(both, (0, 1));
        });
    });
}

#[test]
fn a_branch_of_a_fork_forks() {
    explore(1, || {
        run_fork([1, 1, 1], |fork, outer| {
            let right = |fork: &Fork<'_>| fork.join(|_| outer.branch(1), |_| outer.branch(2));
            assert_eq!(fork.join(|_| outer.branch(0), right), (0, (1, 2)));
        });
    });
}

/// The other branch may be under way then, and reads what the fork stands on.
#[test]
fn a_branch_that_panics_waits_for_the_other() {
    explore(2, || {
        let panicked = catch_unwind(|| {
            run_fork([1, 1, 0], |fork, outer| {
                let left = |_: &Fork<'_>| -> usize {
                    outer.branch(0);
                    resume_unwind(Box::new("left"))
                };
                fork.join(left, |_| outer.branch(1));
            });
        });
        assert_eq!(panicked.unwrap_err().downcast_ref(), Some(&"left"));
    });
}

/// Runs a loop of `count` iterations, each of which holds so many bytes, below a
/// limit; gives the most that was held at once.
fn run_within(limit: u64, count: u64, bytes: usize) -> u64 {
    let runtime = Runtime::builder().memory_limit(limit).build().unwrap();
    let ledger = runtime.ledger().unwrap();
    let mut applied = 0;
    {
        let begun = runtime.begin();
        let run = Run::new(&runtime, begun.context());
        let _hands = run.hands();
        let front = |x: u64, _: &Scope<'_>, _: &mut Turn<'_, Vec<u64>>| {
            hand::hold(bytes).map_err(|error| Stop::Failed(Error::failed(error)))?;
            Ok(Some(vec![x]))
        };
        let back = |op: Vec<u64>| {
            assert_eq!(op, [applied]);
            applied += 1;
            Ok(())
        };
        let end = for_each(
            &Scope::root(&run),
            &SITE,
            Pulled(0..count),
            front,
            back,
            &InOrder,
        );
        assert!(end.is_ok());
    }
    assert_eq!(applied, count);
    assert_eq!(ledger.usage().held, 0);
    ledger.usage().peak
}

/// There is room for one at a time.
#[test]
fn iterations_wait_for_room_below_a_limit() {
    explore(1, || assert!(run_within(100, 2, 60) <= 100));
}

#[test]
fn iterations_below_a_limit_run_side_by_side() {
    explore(1, || assert!(run_within(150, 2, 60) <= 150));
}
