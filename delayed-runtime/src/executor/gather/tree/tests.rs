//! What is merged before it has its turn, where the threads are made to meet.

use std::sync::Mutex;
use std::sync::mpsc::channel;

use crate::__private::place;
use crate::Runtime;
use crate::executor::gather::reduce::Merge;
use crate::executor::looping::region::for_each;
use crate::executor::run::Run;
use crate::executor::{LoopSite, Scope, Stop, Turn};
use crate::source::Pulled;

static SITE: LoopSite = LoopSite::new("for x in xs", place("tree.rs", 1, 1));

/// What tells the first iteration that it may end.
type Release<'a> = &'a dyn Fn();

/// Runs 60 iterations on two threads. The first one lasts until it is released,
/// by another one as it begins or by a merge, and then ends in `first`. Gives
/// what the back was given.
fn run(
    first: impl Fn() -> Result<Option<Vec<u64>>, Stop> + Sync,
    begin: impl Fn(u64, Release<'_>) + Sync,
    merge: impl Fn(&[u64], Release<'_>) + Sync,
) -> (Vec<Vec<u64>>, Result<(), Stop>) {
    let (sender, receiver) = channel();
    let (sender, receiver) = (Mutex::new(sender), Mutex::new(receiver));
    let release = || sender.lock().unwrap().send(()).unwrap();
    let front = |x: u64, _: &Scope<'_>, _: &mut Turn<'_, Vec<u64>>| {
        if x == 0 {
            receiver.lock().unwrap().recv().unwrap();
            return first();
        }
        begin(x, &release);
        Ok(Some(vec![x]))
    };
    let merge = Merge(|left: &mut Vec<u64>, right: Vec<u64>| {
        merge(&right, &release);
        left.extend(right);
    });
    let mut applied = Vec::new();
    let back = |op| {
        applied.push(op);
        Ok(())
    };
    let runtime = Runtime::builder().threads(2).build().unwrap();
    let begun = runtime.begin();
    let run = Run::new(&runtime, begun.context());
    let end = for_each(
        &Scope::root(&run),
        &SITE,
        Pulled(0..60),
        front,
        back,
        &merge,
    );
    (applied, end)
}

fn release_at_30(x: u64, release: Release<'_>) {
    if x == 30 {
        release();
    }
}

fn panic_at_20(right: &[u64], release: Release<'_>) {
    if right == [20] {
        release();
        panic!("no more");
    }
}

#[test]
fn what_waits_for_its_turn_is_merged() {
    let (applied, end) = run(|| Ok(Some(vec![0])), release_at_30, |_, _| {});
    assert!(end.is_ok());
    assert_eq!(applied[0], [0]);
    // One thread has done all others so far: 29 was merged before 30 began.
    let waited: Vec<u64> = (1..30).collect();
    assert!(applied[1].starts_with(&waited), "{applied:?}");
    assert_eq!(applied.concat(), (0..60).collect::<Vec<_>>());
}

#[test]
fn a_merge_that_panics_fails_at_its_iteration() {
    let (applied, end) = run(|| Ok(Some(vec![0])), |_, _| {}, panic_at_20);
    let Err(Stop::Failed(error)) = end else {
        panic!("it must fail")
    };
    assert!(error.is_panic());
    assert_eq!(
        error.to_string(),
        "panicked, in iteration 20 of `for x in xs`: no more"
    );
    // What was being merged is lost, and nothing after it was applied.
    assert_eq!(applied, [[0]]);
}

#[test]
fn nobody_hears_of_a_merge_behind_the_end() {
    let (applied, end) = run(|| Err(Stop::Break), |_, _| {}, panic_at_20);
    assert!(end.is_ok());
    assert!(applied.is_empty());
}
