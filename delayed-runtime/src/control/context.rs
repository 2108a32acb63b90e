//! What the work on this thread answers to.
//!
//! Work stands in other work: a call in an iteration, that in a run, and that
//! perhaps in a call of another run. Each of these can be told to stop, and
//! with it all that stands in it. So a [`Context`] is a list from the inside
//! out, and whoever hands work to another thread hands the context along.

use std::cell::{Cell, LazyCell, RefCell};
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::limit::Limit;
use super::{CancelToken, Cancelled};
#[cfg(feature = "checkpoint")]
use crate::checkpoint::Store;
use crate::executor::Home;
use crate::sync::atomic::{AtomicU64, Ordering};
use crate::sync::thread_local;

/// What some work answers to.
#[derive(Clone)]
pub(crate) struct Context(Arc<Frame>);

struct Frame {
    outside: Option<Context>,
    kind: Kind,
}

enum Kind {
    Run {
        home: Home,
        bounds: Bounds,
    },
    Ordered(Arc<Reached>),
    Call {
        timeout: Option<Timeout>,
        limit: Option<&'static Limit>,
    },
}

/// How far a thread has come in work that has an order, and that work as a whole.
struct Reached {
    /// The place that the thread is at, or that its first iteration has.
    first: AtomicU64,
    /// The first place that failed, or `MAX`: what comes after it is pointless.
    failed: Arc<AtomicU64>,
}

impl Reached {
    fn check(&self) -> Result<(), Cancelled> {
        if self.first.load(Ordering::Relaxed) > self.failed.load(Ordering::Relaxed) {
            Err(Cancelled::Pointless)
        } else {
            Ok(())
        }
    }
}

/// What can end a run from outside.
#[derive(Clone, Debug, Default)]
pub(crate) struct Bounds {
    pub(crate) token: Option<CancelToken>,
    pub(crate) interrupts: bool,
    /// When it ends, and how long that is after it began.
    pub(crate) deadline: Option<(Instant, Duration)>,
}

impl Bounds {
    fn are_open(&self) -> bool {
        self.token.is_none() && !self.interrupts && self.deadline.is_none()
    }

    fn check(&self, now: impl FnOnce() -> Instant) -> Result<(), Cancelled> {
        if self.token.as_ref().is_some_and(CancelToken::is_cancelled) {
            return Err(Cancelled::Token);
        }
        #[cfg(feature = "ctrl-c")]
        if self.interrupts && super::ctrl_c::is_pressed() {
            return Err(Cancelled::Interrupt);
        }
        match self.deadline {
            Some((end, after)) if now() >= end => Err(Cancelled::Deadline(after)),
            _ => Ok(()),
        }
    }
}

/// How long one call may take.
#[derive(Clone, Copy)]
pub(crate) struct Timeout {
    pub(crate) end: Instant,
    pub(crate) limit: Duration,
}

thread_local! {
    static CURRENT: RefCell<Option<Context>> = const { RefCell::new(None) };
    /// Work on this thread was told to stop, and nobody has asked whether it was.
    static TOLD: Cell<bool> = const { Cell::new(false) };
}

/// The work on this thread has asked, and was told to stop: what it gives then may
/// be anything.
pub(super) fn note_told() {
    let _ = TOLD.try_with(|told| told.set(true));
}

/// Whether work on this thread was told to stop since this was asked last.
pub(crate) fn was_told() -> bool {
    TOLD.try_with(|told| told.replace(false)).unwrap_or(false)
}

/// The context of the work on this thread, if it does any.
pub(crate) fn current() -> Option<Context> {
    CURRENT
        .try_with(|current| current.borrow().clone())
        .unwrap_or_default()
}

/// Whether the work on this thread may go on.
pub(crate) fn check() -> Result<(), Cancelled> {
    let check = |current: &RefCell<Option<Context>>| {
        let current = current.borrow();
        current.as_ref().map_or(Ok(()), Context::check)
    };
    CURRENT.try_with(check).unwrap_or(Ok(()))
}

impl Context {
    /// A run that the work `outside` begins.
    pub(crate) fn of_run(outside: Option<Self>, home: Home, bounds: Bounds) -> Self {
        Self::inside(outside, Kind::Run { home, bounds })
    }

    /// A call that the work on this thread makes.
    pub(super) fn of_call(timeout: Option<Timeout>, limit: Option<&'static Limit>) -> Self {
        Self::inside(current(), Kind::Call { timeout, limit })
    }

    fn inside(outside: Option<Self>, kind: Kind) -> Self {
        Self(Arc::new(Frame { outside, kind }))
    }

    /// From the inside out.
    fn frames(&self) -> impl Iterator<Item = &Frame> {
        std::iter::successors(Some(&*self.0), |&frame| {
            frame.outside.as_ref().map(|outside| &*outside.0)
        })
    }

    /// Whether the work may go on.
    pub(crate) fn check(&self) -> Result<(), Cancelled> {
        let now = LazyCell::new(Instant::now);
        self.frames().try_for_each(|frame| match &frame.kind {
            Kind::Run { bounds, .. } => bounds.check(|| *now),
            Kind::Ordered(reached) => reached.check(),
            Kind::Call { timeout, .. } => match timeout {
                Some(timeout) if *now >= timeout.end => Err(Cancelled::Timeout(timeout.limit)),
                _ => Ok(()),
            },
        })
    }

    /// Whether nothing can ever tell the work to stop.
    fn is_open(&self) -> bool {
        self.frames().all(|frame| match &frame.kind {
            Kind::Run { bounds, .. } => bounds.are_open(),
            Kind::Ordered(_) => false,
            Kind::Call { timeout, .. } => timeout.is_none(),
        })
    }

    /// Where the innermost run is at home.
    pub(crate) fn home(&self) -> Option<&Home> {
        self.frames().find_map(|frame| match &frame.kind {
            Kind::Run { home, .. } => Some(home),
            Kind::Ordered(_) | Kind::Call { .. } => None,
        })
    }

    /// Where the innermost run keeps results of tasks.
    #[cfg(feature = "checkpoint")]
    pub(crate) fn checkpoints(&self) -> Option<&Arc<Store>> {
        self.home().and_then(Home::checkpoints)
    }

    /// The limits of the calls that the work stands in.
    pub(super) fn limits(&self) -> impl Iterator<Item = &'static Limit> {
        self.frames().filter_map(|frame| match &frame.kind {
            Kind::Call { limit, .. } => *limit,
            Kind::Run { .. } | Kind::Ordered(_) => None,
        })
    }

    /// Makes this the context of the thread's work until the guard is dropped.
    pub(crate) fn enter(self) -> Entered {
        Entered {
            before: CURRENT.replace(Some(self)),
        }
    }
}

/// What a run answers to, with a short way for the many runs that nothing can
/// tell to stop.
pub(crate) struct Watch {
    context: Context,
    is_open: bool,
}

impl Watch {
    pub(crate) fn new(context: Context) -> Self {
        Self {
            is_open: context.is_open(),
            context,
        }
    }

    /// Whether nothing can tell the run to stop.
    #[inline]
    pub(crate) fn is_open(&self) -> bool {
        self.is_open
    }

    /// Whether the run may go on.
    #[inline]
    pub(crate) fn check(&self) -> Result<(), Cancelled> {
        if self.is_open {
            Ok(())
        } else {
            self.context.check()
        }
    }

    /// The context, for another thread of the run.
    pub(crate) fn context(&self) -> Context {
        self.context.clone()
    }
}

/// The context of what one thread does of work that has an order: iterations of
/// a loop, or steps of a graph.
pub(crate) struct Progress {
    context: Context,
    reached: Arc<Reached>,
}

impl Progress {
    /// In work that stands in `outside`, and whose first failure `failed` tells.
    pub(crate) fn new(outside: Option<Context>, failed: Arc<AtomicU64>) -> Self {
        let reached = Arc::new(Reached {
            first: AtomicU64::new(0),
            failed,
        });
        let kind = Kind::Ordered(Arc::clone(&reached));
        Self {
            context: Context::inside(outside, kind),
            reached,
        }
    }

    /// The thread is at `place`, or at places from there on.
    pub(crate) fn reach(&self, place: u64) {
        self.reached.first.store(place, Ordering::Relaxed);
    }

    /// The thread does what belongs to some place, which may be an earlier one.
    pub(crate) fn leave(&self) {
        self.reach(0);
    }

    pub(crate) fn enter(&self) -> Entered {
        self.context.clone().enter()
    }
}

/// A context that the thread's work has; puts the one before back.
pub(crate) struct Entered {
    before: Option<Context>,
}

impl Entered {
    /// The context that was entered last.
    pub(crate) fn context(&self) -> Context {
        current().expect("a context has been entered")
    }
}

impl Drop for Entered {
    fn drop(&mut self) {
        CURRENT.replace(self.before.take());
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::{Progress, check};
    use crate::control::Cancelled;
    use crate::sync::atomic::{AtomicU64, Ordering};

    /// Whether the work on another thread, which got the context, may go on.
    fn check_elsewhere() -> Result<(), Cancelled> {
        let context = super::current();
        std::thread::scope(|scope| {
            let thread = scope.spawn(|| {
                let _entered = context.map(super::Context::enter);
                check()
            });
            thread.join().unwrap()
        })
    }

    #[test]
    fn what_comes_after_a_failure_is_pointless_and_turns_before_it_are_not() {
        let failed = Arc::new(AtomicU64::new(u64::MAX));
        let progress = Progress::new(None, Arc::clone(&failed));
        let entered = progress.enter();
        progress.reach(5);
        assert_eq!(check(), Ok(()));
        failed.store(5, Ordering::Relaxed);
        assert_eq!(check(), Ok(()), "the failure's own place");
        failed.store(4, Ordering::Relaxed);
        assert_eq!(check(), Err(Cancelled::Pointless));
        assert_eq!(check_elsewhere(), Err(Cancelled::Pointless));

        let inside = Progress::new(super::current(), Arc::new(AtomicU64::new(u64::MAX)));
        let deeper = inside.enter();
        assert_eq!(
            check(),
            Err(Cancelled::Pointless),
            "it stands in pointless work"
        );
        drop(deeper);

        progress.leave();
        assert_eq!(
            check(),
            Ok(()),
            "what is applied now may be of an earlier one"
        );
        progress.reach(5);
        drop(entered);
        assert_eq!(check(), Ok(()), "this thread does no such work any more");
    }
}
