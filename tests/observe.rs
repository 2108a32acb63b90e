//! What observers are told: each iteration, step and try once, between the
//! beginning and the end of what it belongs to.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Barrier, Mutex};
use std::time::Duration;

use delayed::observe::{Event, Observer, Stolen, Work};
use delayed::prelude::*;

#[delayed]
fn double(x: u64) -> u64 {
    2 * x
}

#[delayed]
fn refuse(x: u64, bad: u64) -> Result<u64, String> {
    if x == bad {
        Err(format!("{x} is bad"))
    } else {
        Ok(x)
    }
}

/// What was told, checked for order as it comes.
#[derive(Default)]
struct Told {
    open_runs: Vec<u64>,
    runs: Vec<Option<String>>,
    open_loops: BTreeMap<u64, Vec<u64>>,
    /// The iterations of each loop that has ended, by its head.
    loops: BTreeMap<String, Vec<Vec<u64>>>,
    at_most: BTreeMap<String, Option<u64>>,
    steps: Vec<(String, bool)>,
    stolen_loops: u64,
    stolen_steps: u64,
    retries: Vec<(String, u64)>,
    pipelines: Vec<usize>,
}

#[derive(Clone, Default)]
struct Ears(Arc<Mutex<Told>>);

impl Observer for Ears {
    fn event(&self, event: &Event<'_>) {
        let mut told = self.0.lock().unwrap();
        match *event {
            Event::RunBegan { run, work, .. } => {
                told.open_runs.push(run);
                if let Work::Compiled(graph) = work {
                    told.pipelines.push(graph.nodes.len());
                }
            }
            Event::RunEnded { run, error } => {
                assert_eq!(told.open_runs.pop(), Some(run), "runs end inside out");
                told.runs.push(error.map(ToString::to_string));
            }
            Event::LoopBegan { stage, at_most, .. } => {
                assert!(told.open_runs.contains(&stage.run));
                told.at_most.insert(stage.label.to_owned(), at_most);
                assert!(told.open_loops.insert(stage.id, Vec::new()).is_none());
            }
            Event::Iterations {
                stage,
                first,
                count,
                ..
            } => {
                let done = told.open_loops.get_mut(&stage.id).unwrap();
                assert!(count > 0);
                done.extend(first..first + count);
            }
            Event::Steal { run, work } => {
                assert!(told.open_runs.contains(&run));
                match work {
                    Stolen::Iterations(stage) => {
                        assert!(told.open_loops.contains_key(&stage.id));
                        told.stolen_loops += 1;
                    }
                    Stolen::Steps(steps) => told.stolen_steps += steps,
                    _ => {}
                }
            }
            Event::LoopEnded { stage } => {
                let mut done = told.open_loops.remove(&stage.id).unwrap();
                done.sort_unstable();
                let all = told.loops.entry(stage.label.to_owned()).or_default();
                all.push(done);
            }
            Event::Step { name, is_ok, .. } => told.steps.push((name.to_owned(), is_ok)),
            Event::Retry { name, tries, .. } => told.retries.push((name.to_owned(), tries)),
            _ => {}
        }
    }
}

impl Ears {
    fn take(&self) -> Told {
        let told = std::mem::take(&mut *self.0.lock().unwrap());
        assert!(told.open_runs.is_empty() && told.open_loops.is_empty());
        told
    }
}

/// Runs `test` under an observer on several threads and in odd orders.
fn observed(test: impl Fn(&Runtime, &Ears)) {
    let threads = [1, 2, 8].map(|threads| Runtime::builder().threads(threads));
    let serial = (0..3).map(|seed| Runtime::builder().serial(seed));
    for builder in threads.into_iter().chain(serial) {
        let ears = Ears::default();
        test(&builder.observer(ears.clone()).build().unwrap(), &ears);
    }
}

fn all(count: u64) -> Vec<u64> {
    (0..count).collect()
}

#[test]
fn each_iteration_is_told_of_once() {
    observed(|runtime, ears| {
        let mut seen = Vec::new();
        let job = pipeline!({
            let mut sum = 0;
            for x in 0..5000_u64 {
                sum += double(x);
            }
            for x in [3_u64, 1, 2] {
                for y in 0..x {
                    let z = double(y);
                    seen.push(z);
                }
            }
            sum
        });
        assert_eq!(job.compute_on(runtime).unwrap(), 24_995_000);
        let told = ears.take();
        assert_eq!(told.runs, [None]);
        assert_eq!(told.pipelines.len(), 1);
        assert_eq!(told.loops["for x in 0..5000_u64"], [all(5000)]);
        assert_eq!(told.at_most["for x in 0..5000_u64"], Some(5000));
        let mut inner = told.loops["for y in 0..x"].clone();
        inner.sort();
        assert_eq!(inner, [all(1), all(2), all(3)]);
    });
}

#[test]
fn what_fails_is_told_as_a_failure_and_not_as_an_iteration() {
    observed(|runtime, ears| {
        let mut sum = 0;
        let job = pipeline!({
            for x in 0..200_u64 {
                sum += refuse(x, 120)?;
            }
        });
        let error = job.compute_on(runtime).unwrap_err();
        let told = ears.take();
        assert_eq!(told.runs, [Some(error.to_string())]);
        let done = &told.loops["for x in 0..200_u64"][0];
        assert!((0..120).all(|x| done.contains(&x)), "{done:?}");
        assert!(!done.contains(&120), "{done:?}");
    });
}

#[test]
fn steps_of_graphs_are_told_of_by_their_names() {
    observed(|runtime, ears| {
        let good = double(double(1)) + refuse(4, 5);
        assert_eq!(runtime.run(|| good.compute()).unwrap(), 8);
        let mut told = ears.take();
        told.steps.sort();
        let names = told.steps.iter().map(|(name, is_ok)| {
            assert!(is_ok);
            name.as_str()
        });
        assert_eq!(
            names.collect::<Vec<_>>(),
            ["add", "double", "double", "refuse"]
        );
        let bad = double(refuse(5, 5));
        assert!(runtime.run(|| bad.compute()).is_err());
        assert_eq!(ears.take().steps, [("refuse".to_owned(), false)]);
    });
}

static TRIES: AtomicU64 = AtomicU64::new(0);

#[delayed(retries = 3)]
fn third_time_lucky() -> Result<u64, String> {
    match TRIES.fetch_add(1, Ordering::Relaxed) % 3 {
        2 => Ok(7),
        tries => Err(format!("{tries} tries")),
    }
}

#[test]
fn tries_are_told_of() {
    observed(|runtime, ears| {
        let lucky = third_time_lucky();
        assert_eq!(runtime.run(|| lucky.compute()).unwrap(), 7);
        let job = pipeline!({ third_time_lucky()? });
        assert_eq!(job.compute_on(runtime).unwrap(), 7);
        let names = [
            ("third_time_lucky".to_owned(), 1),
            ("third_time_lucky".to_owned(), 2),
        ];
        assert_eq!(ears.take().retries, [names.clone(), names].concat());
    });
}

#[test]
fn every_observer_is_told_and_runs_of_tasks_belong_to_those_around_them() {
    #[delayed]
    fn inner(x: u64) -> u64 {
        let twice = pipeline!(for y in 0..2 {
            double(x + y)
        });
        twice.compute().unwrap().into_iter().sum()
    }
    let (first, second) = (Ears::default(), Ears::default());
    let builder = Runtime::builder().threads(1).observer(first.clone());
    let runtime = builder.observer(second.clone()).build().unwrap();
    let job = pipeline!(for x in 0..3 {
        inner(x)
    });
    assert_eq!(job.compute_on(&runtime).unwrap(), [2, 6, 10]);
    for ears in [first, second] {
        let told = ears.take();
        assert_eq!(told.runs.len(), 4);
        assert_eq!(told.loops["for y in 0..2"].len(), 3);
    }
}

/// Returns when it is called on two threads at once.
#[delayed]
fn meet(place: &Barrier) -> bool {
    place.wait();
    true
}

#[test]
fn work_that_is_taken_over_is_told_of() {
    let ears = Ears::default();
    let builder = Runtime::builder().threads(2).observer(ears.clone());
    let runtime = builder.build().unwrap();
    let place = Barrier::new(2);
    let job = pipeline!(for _ in 0..2 {
        meet(&place)
    });
    assert_eq!(job.compute_on(&runtime).unwrap(), [true, true]);
    assert_eq!(ears.take().stolen_loops, 1);
    let place = Delayed::from(place);
    let both = meet(&place) & meet(&place);
    assert!(runtime.run(|| both.compute()).unwrap());
    assert!(ears.take().stolen_steps > 0);
}

/// A call that has begun, or has ended well or not.
type Call = (String, Option<bool>);

#[derive(Clone, Default)]
struct Calls(Arc<Mutex<Vec<Call>>>);

impl Observer for Calls {
    fn event(&self, event: &Event<'_>) {
        let mut calls = self.0.lock().unwrap();
        match *event {
            Event::TaskBegan { name, .. } => calls.push((name.to_owned(), None)),
            Event::Call { name, is_ok, .. } => calls.push((name.to_owned(), Some(is_ok))),
            _ => {}
        }
    }

    fn wants_calls(&self) -> Option<Duration> {
        Some(Duration::ZERO)
    }
}

#[test]
fn calls_that_panic_have_an_end() {
    #[delayed]
    fn halve(x: u64) -> u64 {
        assert!(x.is_multiple_of(2), "{x} is odd");
        x / 2
    }
    let calls = Calls::default();
    let builder = Runtime::builder().threads(1).observer(calls.clone());
    let runtime = builder.build().unwrap();
    let job = pipeline!({ halve(double(halve(3))) });
    assert!(job.compute_on(&runtime).unwrap_err().is_panic());
    let job = pipeline!({ halve(4) });
    assert_eq!(job.compute_on(&runtime).unwrap(), 2);
    let halve = |end| ("halve".to_owned(), end);
    let ends = [None, Some(false), None, Some(true)].map(halve);
    assert_eq!(*calls.0.lock().unwrap(), ends);
}
