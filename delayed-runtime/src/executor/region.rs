//! One loop: claim an iteration, run its front, fold it in order.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, TryLockError};

use super::board::Job;
use super::ordered::{Ordered, Turn};
use super::run::Stop;
use super::scope::Scope;
use super::site::LoopSite;
use super::trace;
use crate::source::Split;

/// Runs a loop: `front` makes the values of an iteration and may run beside
/// other iterations; `back` takes them, one iteration after the other.
///
/// # Errors
///
/// The failure that the serial loop would have met first.
pub fn for_each<S, Op, F, B>(
    scope: &Scope<'_>,
    site: &LoopSite,
    source: S,
    front: F,
    back: B,
) -> Result<(), Stop>
where
    S: Split,
    Op: Send,
    F: Fn(S::Item, &Scope<'_>, &mut Turn<'_, Op>) -> Result<Option<Op>, Stop> + Sync,
    B: FnMut(Op) -> Result<(), Stop> + Send,
{
    if scope.run.is_serial() {
        serial(scope, site, source, front, back)
    } else {
        parallel(scope, site, source, front, back)
    }
}

/// The loop as the user wrote it: each iteration's front, then its back.
fn serial<S, Op, F, B>(
    scope: &Scope<'_>,
    site: &LoopSite,
    mut source: S,
    front: F,
    mut back: B,
) -> Result<(), Stop>
where
    S: Split,
    F: Fn(S::Item, &Scope<'_>, &mut Turn<'_, Op>) -> Result<Option<Op>, Stop>,
    B: FnMut(Op) -> Result<(), Stop> + Send,
{
    let mut index = 0;
    let run = catch_unwind(AssertUnwindSafe(|| {
        while let Some(piece) = source.pull() {
            let scope = scope.iteration(index, None);
            let last = front(S::finish(piece), &scope, &mut Turn::new(&mut back))?;
            if let Some(op) = last {
                back(op)?;
            }
            index += 1;
        }
        Ok(())
    }));
    match run.unwrap_or_else(|payload| Err(trace::panicked(&*payload))) {
        Ok(()) | Err(Stop::Break) => Ok(()),
        Err(stop) => Err(trace::within(stop, site, index)),
    }
}

fn parallel<S, Op, F, B>(
    scope: &Scope<'_>,
    site: &LoopSite,
    source: S,
    front: F,
    back: B,
) -> Result<(), Stop>
where
    S: Split,
    Op: Send,
    F: Fn(S::Item, &Scope<'_>, &mut Turn<'_, Op>) -> Result<Option<Op>, Stop> + Sync,
    B: FnMut(Op) -> Result<(), Stop> + Send,
{
    let run = scope.run;
    let position = scope.position();
    let window = source
        .at_most()
        .map_or(usize::MAX, |most| most.max(1))
        .min(run.window::<Op>());
    let region = Region {
        scope,
        site,
        source: Mutex::new(source),
        claimed: AtomicU64::new(0),
        exhausted: AtomicBool::new(false),
        in_flight: AtomicUsize::new(0),
        front,
        ordered: Ordered::new(site, window, back),
    };
    let posted = run.post(&region, position.clone());
    loop {
        match region.step() {
            Step::Done => {}
            Step::Blocked => {
                let here = position.child(region.claimed.load(Ordering::Relaxed));
                run.wait(&here, || region.ended() || region.available());
            }
            Step::Ended => break,
        }
    }
    posted.shut();
    let here = position.child(region.claimed.load(Ordering::Relaxed));
    run.wait(&here, || region.in_flight.load(Ordering::Acquire) == 0);
    drop(posted);
    let is_complete = region.exhausted.into_inner();
    match region.ordered.into_failure() {
        Some(Stop::Break) => Ok(()),
        Some(stop) => Err(stop),
        None if is_complete => Ok(()),
        // A loop that was cut short has a result that nobody may build on.
        None => Err(Stop::Abandoned),
    }
}

/// A loop that several threads run.
struct Region<'a, S, Op, F, B> {
    scope: &'a Scope<'a>,
    site: &'a LoopSite,
    /// Pulled by one thread at a time, in order.
    source: Mutex<S>,
    /// How many iterations have been claimed. Written under the source's lock.
    claimed: AtomicU64,
    exhausted: AtomicBool,
    /// Claimed iterations that have not ended.
    in_flight: AtomicUsize,
    front: F,
    ordered: Ordered<'a, Op, B>,
}

enum Step {
    /// One iteration was run.
    Done,
    /// There may be more, but not now: the window is full or the source busy.
    Blocked,
    /// Nothing is left to claim.
    Ended,
}

impl<S, Op, F, B> Region<'_, S, Op, F, B>
where
    S: Split,
    Op: Send,
    F: Fn(S::Item, &Scope<'_>, &mut Turn<'_, Op>) -> Result<Option<Op>, Stop> + Sync,
    B: FnMut(Op) -> Result<(), Stop> + Send,
{
    /// Whether there is nothing left to claim.
    fn ended(&self) -> bool {
        self.exhausted.load(Ordering::Acquire)
            || !self.ordered.wanted(self.claimed.load(Ordering::Relaxed))
            || self.scope.abandoned()
    }

    /// Claims and runs one iteration.
    fn step(&self) -> Step {
        if self.ended() {
            return Step::Ended;
        }
        let mut source = match self.source.try_lock() {
            Ok(source) => source,
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(TryLockError::WouldBlock) => return Step::Blocked,
        };
        if self.ended() {
            return Step::Ended;
        }
        let index = self.claimed.load(Ordering::Relaxed);
        if !self.ordered.admits(index) {
            return Step::Blocked;
        }
        self.in_flight.fetch_add(1, Ordering::Relaxed);
        let pulled = catch_unwind(AssertUnwindSafe(|| source.pull()));
        if !matches!(pulled, Ok(Some(_))) {
            self.exhausted.store(true, Ordering::Release);
        }
        self.claimed.store(index + 1, Ordering::Release);
        drop(source);
        self.scope.run.bump();
        let last = Some(self.ordered.last());
        let scope = self.scope.iteration(index, last);
        match pulled {
            Ok(Some(piece)) => self.iterate(index, piece, &scope),
            Ok(None) => self.ordered.finish(index, Ok(None), &scope),
            Err(payload) => {
                let stop = trace::within(trace::panicked(&*payload), self.site, index);
                self.ordered.finish(index, Err(stop), &scope);
            }
        }
        self.in_flight.fetch_sub(1, Ordering::AcqRel);
        self.scope.run.bump();
        Step::Done
    }

    fn iterate(&self, index: u64, piece: S::Piece, scope: &Scope<'_>) {
        let end = catch_unwind(AssertUnwindSafe(|| {
            let mut sink = |op| self.ordered.push(index, op, scope);
            (self.front)(S::finish(piece), scope, &mut Turn::new(&mut sink))
        }));
        let end = end
            .unwrap_or_else(|payload| Err(trace::panicked(&*payload)))
            .map_err(|stop| trace::within(stop, self.site, index));
        self.ordered.finish(index, end, scope);
    }
}

impl<S, Op, F, B> Job for Region<'_, S, Op, F, B>
where
    S: Split,
    Op: Send,
    F: Fn(S::Item, &Scope<'_>, &mut Turn<'_, Op>) -> Result<Option<Op>, Stop> + Sync,
    B: FnMut(Op) -> Result<(), Stop> + Send,
{
    fn available(&self) -> bool {
        !self.ended()
            && self.ordered.admits(self.claimed.load(Ordering::Relaxed))
            && !matches!(self.source.try_lock(), Err(TryLockError::WouldBlock))
    }

    fn visit(&self) {
        while matches!(self.step(), Step::Done) {}
    }
}
