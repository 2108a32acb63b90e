//! Which call and which item a failure belongs to.
//!
//! Nothing is written while all goes well: guards on the stack note what they
//! know only when a failure passes them on its way out, on the failing thread.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::fmt::Display;
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::error::{BoxError, Error, Iteration};

use super::calls;
use super::memory::scales;
use super::run::Stop;
use super::scope::Scope;
use super::site::{CallSite, LoopSite};
use crate::control::call::Called;

thread_local! {
    static FAILING: Cell<bool> = const { Cell::new(false) };
    static CALL: Cell<Option<&'static CallSite>> = const { Cell::new(None) };
    static ITEM: RefCell<Option<String>> = const { RefCell::new(None) };
    /// The loop whose turn has failed: what is between it and the change that
    /// failed is known on one thread only, so nobody says it.
    static TURN: Cell<Option<*const LoopSite>> = const { Cell::new(None) };
    /// The iterations that a panic has passed, the innermost first.
    static PASSED: RefCell<Vec<Iteration>> = const { RefCell::new(Vec::new()) };
    /// The last call that failed at each of several tries, and how many.
    static TRIES: Cell<Option<(&'static CallSite, u64)>> = const { Cell::new(None) };
}

/// Stands on the stack while a task runs, and notes the call if it panics.
///
/// Whether observers may be `TOLD` of it is known where the call stands, so that
/// the others cost nothing.
pub struct Call<'a, const TOLD: bool> {
    site: &'static CallSite,
    scope: &'a Scope<'a>,
    /// Whether observers are told of it though iterations overlap.
    is_told: bool,
}

impl<'a, const TOLD: bool> Call<'a, TOLD> {
    /// The call begins.
    #[inline]
    pub(crate) fn enter(site: &'static CallSite, scope: &'a Scope<'a>, is_told: bool) -> Self {
        Self {
            site,
            scope,
            is_told,
        }
    }

    /// The call has ended.
    ///
    /// # Errors
    ///
    /// Why it has no value.
    #[inline]
    pub fn end<R>(self, called: Called<R>) -> Result<R, Stop> {
        let Self {
            site,
            scope,
            is_told,
        } = self;
        std::mem::forget(self);
        if TOLD && scope.run.attends() {
            scope.run.note_cut();
            calls::ended(scope.run, site, !matches!(called, Called::Ended(_)));
        }
        if is_told {
            calls::ended(scope.run, site, !matches!(called, Called::Ended(_)));
        }
        if scales::are_there_for::<R>() {
            calls::tell_of_value(scope.run, site);
        }
        match called {
            Called::Returned(value) => Ok(value),
            called => failed_call(called, site, scope),
        }
    }
}

/// The end of a call that did not go well: apart, so that what is common stays
/// small enough to become part of the loop.
#[cold]
fn failed_call<R>(
    called: Called<R>,
    site: &'static CallSite,
    scope: &Scope<'_>,
) -> Result<R, Stop> {
    match called {
        Called::Returned(value) => Ok(value),
        Called::Failed { value, tries } => {
            TRIES.set(Some((site, tries)));
            Ok(value)
        }
        Called::Ended(_) if scope.abandoned() => Err(Stop::Abandoned),
        Called::Ended(ended) => {
            let error = ended.into_error();
            Err(passed(Stop::Failed(
                error.at(site.task, site.place.clone()),
            )))
        }
    }
}

impl<const TOLD: bool> Drop for Call<'_, TOLD> {
    fn drop(&mut self) {
        // Without `end` only a panic comes here. The innermost call is first.
        if (TOLD && self.scope.run.attends()) || self.is_told {
            // What observers throw must not meet the panic that is under way.
            let tell = || calls::ended(self.scope.run, self.site, false);
            let _ = catch_unwind(AssertUnwindSafe(tell));
        }
        CALL.set(CALL.get().or(Some(self.site)));
    }
}

/// The call that a panic on this thread came from, if it was one.
pub(crate) fn take_call() -> Option<&'static CallSite> {
    CALL.take()
}

/// Notes the call of a panic that goes on here.
pub(crate) fn set_call(call: Option<&'static CallSite>) {
    CALL.set(call);
}

/// Stands on the stack beside an item, and notes how it prints if the
/// iteration fails.
pub struct Shown<F: FnMut() -> Option<String>>(F);

impl<F: FnMut() -> Option<String>> Shown<F> {
    /// `show` prints the item, where its type can be printed.
    #[inline]
    pub fn new(show: F) -> Self {
        Self(show)
    }

    /// The iteration has gone well.
    #[inline]
    pub fn done(self) {
        std::mem::forget(self);
    }
}

impl<F: FnMut() -> Option<String>> Drop for Shown<F> {
    #[inline]
    fn drop(&mut self) {
        if FAILING.get() || std::thread::panicking() {
            note_item((self.0)());
        }
    }
}

#[cold]
fn note_item(item: Option<String>) {
    if TURN.get().is_some() {
        return;
    }
    ITEM.with_borrow_mut(|noted| {
        if noted.is_none() {
            *noted = item;
        }
    });
}

/// Stands on the stack around a loop that runs as it was written, and notes the
/// iteration if it panics.
pub struct SerialLoop {
    site: &'static LoopSite,
    index: Cell<u64>,
}

impl SerialLoop {
    /// No iteration has begun.
    #[inline]
    #[must_use]
    pub fn new(site: &'static LoopSite) -> Self {
        Self {
            site,
            index: Cell::new(u64::MAX),
        }
    }

    /// The next iteration begins.
    #[inline]
    pub fn next(&self) {
        self.index.set(self.index.get().wrapping_add(1));
    }

    /// The index of the iteration that runs.
    #[inline]
    #[must_use]
    pub fn now(&self) -> u64 {
        self.index.get()
    }

    /// The loop has ended well.
    #[inline]
    pub fn done(self) {
        std::mem::forget(self);
    }
}

impl Drop for SerialLoop {
    #[inline]
    fn drop(&mut self) {
        if std::thread::panicking() && self.now() != u64::MAX && TURN.get().is_none() {
            note_iteration(self.site, self.now());
        }
    }
}

#[cold]
fn note_iteration(site: &LoopSite, index: u64) {
    let iteration = Iteration {
        region: site.label,
        index,
        item: ITEM.take(),
    };
    PASSED.with_borrow_mut(|passed| passed.push(iteration));
}

/// Makes a change in a loop's turn while an iteration is under way.
///
/// # Errors
///
/// Those of the change.
#[inline]
pub(crate) fn in_turn(
    site: &LoopSite,
    change: impl FnOnce() -> Result<(), Stop>,
) -> Result<(), Stop> {
    struct Guard(*const LoopSite);
    impl Drop for Guard {
        fn drop(&mut self) {
            TURN.set(TURN.get().or(Some(self.0)));
        }
    }
    let guard = Guard(site);
    let changed = change();
    if !matches!(changed, Err(Stop::Failed(_))) {
        std::mem::forget(guard);
    }
    changed
}

/// The user's error `error`, met at `site`.
#[cold]
pub fn failed(error: impl Into<BoxError>, site: &'static CallSite) -> Stop {
    FAILING.set(true);
    let error = Error::failed(error).at(site.task, site.place.clone());
    // A `?` directly behind a call stands at the place of the call.
    let is_here = |call: &CallSite| (call.task, &call.place) == (site.task, &site.place);
    Stop::Failed(match TRIES.take() {
        Some((call, tries)) if is_here(call) => error.after(tries),
        _ => error,
    })
}

/// A failure from further inside that passes the loop or fork around it.
#[cold]
pub fn passed(stop: Stop) -> Stop {
    FAILING.set(true);
    stop
}

/// A panic that was caught, with the call that it came from.
#[cold]
pub(crate) fn panicked(payload: &(dyn Any + Send)) -> Stop {
    let error = Error::panicked(payload);
    let error = match CALL.take() {
        Some(site) => error.at(site.task, site.place.clone()),
        None => error,
    };
    Stop::Failed(PASSED.take().into_iter().fold(error, Error::within))
}

/// The failure of an iteration, with what was noted of its item.
#[cold]
pub fn within(stop: Stop, site: &LoopSite, index: u64) -> Stop {
    FAILING.set(false);
    let item = ITEM.take();
    match TURN.get() {
        Some(turn) if !std::ptr::eq(turn, site) => return stop,
        _ => TURN.set(None),
    }
    stop.within(|| Iteration {
        region: site.label,
        index,
        item,
    })
}

/// The failure of an iteration over `item`.
#[cold]
pub(crate) fn at(stop: Stop, site: &LoopSite, index: u64, item: &dyn Display) -> Stop {
    note_item(Some(item.to_string()));
    within(stop, site, index)
}

/// Forgets what was noted: the failure has left the computation.
#[cold]
pub(crate) fn forget() {
    FAILING.set(false);
    CALL.set(None);
    ITEM.set(None);
    PASSED.take();
    TURN.set(None);
    TRIES.set(None);
}
