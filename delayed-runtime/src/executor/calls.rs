//! Calls of tasks in pipelines, as observers are told of them.
//!
//! To tell of a call takes two looks at the clock, more than many a call does. So
//! of calls that turn out to be shorter than what observers want the rest is not
//! told of, place by place.

use std::cell::RefCell;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use super::memory::scales;
use super::run::Run;
use super::site::CallSite;

/// Whether calls in iterations that overlap can be told of at all. Each has to
/// look whether somebody listens, which a tiny task notices: so there are features
/// that ask for it.
const OVERLAPPING: bool = cfg!(any(
    feature = "profile",
    feature = "progress",
    feature = "tracing"
));

/// So many calls in a row of one thread at one place show how long they are.
const TRIAL: u32 = 16;

/// The number of no run.
pub(super) const NO_RUN: u64 = u64::MAX;

/// A call that has begun and that somebody is told of.
struct Begun {
    site: *const CallSite,
    at: Instant,
}

/// The last calls at one place.
struct Trial {
    site: *const CallSite,
    run: u64,
    calls: u32,
    took: Duration,
}

thread_local! {
    /// The calls on this thread that somebody is told of, the innermost last.
    /// Here, and not in the call, as all other calls would have to carry it.
    static BEGUN: RefCell<Vec<Begun>> = const { RefCell::new(Vec::new()) };
    /// What this thread knows of the places of the run that it works for.
    static TRIALS: RefCell<Vec<Trial>> = const { RefCell::new(Vec::new()) };
}

/// Whether somebody is told of a call.
#[inline]
pub(super) fn is_told(run: &Run, site: &CallSite) -> bool {
    run.heard() != NO_RUN && site.short_in.load(Ordering::Relaxed) != run.heard()
}

/// The same, in iterations that overlap.
#[inline]
pub(super) fn is_told_overlapping(run: &Run, site: &CallSite) -> bool {
    OVERLAPPING && is_told(run, site)
}

/// A call begins that somebody is told of.
#[cold]
pub(super) fn begins(run: &Run, site: &CallSite) {
    if let Some(telling) = run.telling() {
        telling.call_begins(site);
        let (site, at) = (std::ptr::from_ref(site), Instant::now());
        BEGUN.with_borrow_mut(|begun| begun.push(Begun { site, at }));
    }
}

/// A call has ended: whoever was told that it began is told that, too.
#[cold]
pub(super) fn ended(run: &Run, site: &CallSite, is_ok: bool) {
    let Some(telling) = run.telling() else {
        return;
    };
    let begun = BEGUN.with_borrow_mut(|begun| {
        let at = begun
            .iter()
            .rposition(|call| std::ptr::eq(call.site, site))?;
        begun.drain(at..).next()
    });
    let Some(Begun { at, .. }) = begun else {
        return;
    };
    let took = at.elapsed();
    telling.call(site, at, took, is_ok);
    let least = telling.wants_calls().filter(|least| !least.is_zero());
    if least.is_some_and(|least| is_short(run.heard(), site, took, least)) {
        site.short_in.store(run.heard(), Ordering::Relaxed);
        telling.calls_are_short(site);
    }
}

/// Whether the calls at `site` have shown by now that they are shorter than `least`.
fn is_short(run: u64, site: *const CallSite, took: Duration, least: Duration) -> bool {
    TRIALS.with_borrow_mut(|trials| {
        trials.retain(|trial| trial.run == run);
        let found = trials
            .iter()
            .position(|trial| std::ptr::eq(trial.site, site));
        let at = found.unwrap_or_else(|| {
            let (calls, took) = (0, Duration::ZERO);
            trials.push(Trial {
                site,
                run,
                calls,
                took,
            });
            trials.len() - 1
        });
        let trial = &mut trials[at];
        trial.calls += 1;
        trial.took += took;
        if trial.calls < TRIAL {
            return false;
        }
        let is_short = trial.took < least * TRIAL;
        (trial.calls, trial.took) = (0, Duration::ZERO);
        is_short
    })
}

/// Tells what the value holds of a call that has ended, if somebody wants to know.
#[cold]
pub(super) fn tell_of_value(run: &Run, site: &CallSite) {
    if let (Some(bytes), Some(telling)) = (scales::take(), run.telling()) {
        telling.value(site.task.unwrap_or_default(), &site.place, bytes);
    }
}
