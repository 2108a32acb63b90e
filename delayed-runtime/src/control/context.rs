//! What the work on this thread answers to.
//!
//! Work stands in other work: a call in an iteration, that in a run, and that
//! perhaps in a call of another run. Each of these can be told to stop, and
//! with it all that stands in it. So a [`Context`] is a list from the inside
//! out, and whoever hands work to another thread hands the context along.

use std::cell::{LazyCell, RefCell};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use super::limit::Limit;
use super::{CancelToken, Cancelled};
use crate::executor::Home;

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
    Iterations(Arc<Reached>),
    Call {
        timeout: Option<Timeout>,
        limit: Option<&'static Limit>,
    },
}

/// How far a thread has come in a loop, and the loop as a whole.
struct Reached {
    /// The first iteration that the thread is at.
    first: AtomicU64,
    /// The first iteration that failed, or `MAX`: those after it are pointless.
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
            Kind::Iterations(reached) => reached.check(),
            Kind::Call { timeout, .. } => match timeout {
                Some(timeout) if *now >= timeout.end => Err(Cancelled::Timeout(timeout.limit)),
                _ => Ok(()),
            },
        })
    }

    /// Whether nothing can ever tell the work to stop.
    pub(crate) fn is_open(&self) -> bool {
        self.frames().all(|frame| match &frame.kind {
            Kind::Run { bounds, .. } => bounds.are_open(),
            Kind::Iterations(_) => false,
            Kind::Call { timeout, .. } => timeout.is_none(),
        })
    }

    /// Where the innermost run is at home.
    pub(crate) fn home(&self) -> Option<&Home> {
        self.frames().find_map(|frame| match &frame.kind {
            Kind::Run { home, .. } => Some(home),
            Kind::Iterations(_) | Kind::Call { .. } => None,
        })
    }

    /// The limits of the calls that the work stands in.
    pub(super) fn limits(&self) -> impl Iterator<Item = &'static Limit> {
        self.frames().filter_map(|frame| match &frame.kind {
            Kind::Call { limit, .. } => *limit,
            Kind::Run { .. } | Kind::Iterations(_) => None,
        })
    }

    /// Makes this the context of the thread's work until the guard is dropped.
    pub(crate) fn enter(self) -> Entered {
        Entered {
            before: CURRENT.replace(Some(self)),
        }
    }
}

/// The context of the iterations that one thread runs of a loop.
pub(crate) struct Iterations {
    context: Context,
    reached: Arc<Reached>,
}

impl Iterations {
    /// Of a loop in the work `outside`, whose first failure is told by `failed`.
    pub(crate) fn new(outside: Option<Context>, failed: Arc<AtomicU64>) -> Self {
        let reached = Arc::new(Reached {
            first: AtomicU64::new(0),
            failed,
        });
        let kind = Kind::Iterations(Arc::clone(&reached));
        Self {
            context: Context::inside(outside, kind),
            reached,
        }
    }

    /// The thread runs `index` and iterations after it.
    pub(crate) fn reach(&self, index: u64) {
        self.reached.first.store(index, Ordering::Relaxed);
    }

    /// The thread does what some iteration handed over, which may be an earlier
    /// one than the thread has reached.
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
        CURRENT.set(self.before.take());
    }
}
