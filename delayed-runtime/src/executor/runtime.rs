//! Where a computation runs, and what can end it from outside.

mod builder;
mod seeing;

use std::fmt;
use std::num::NonZeroUsize;
use std::panic::{RefUnwindSafe, UnwindSafe, resume_unwind};
use std::sync::Arc;
use std::time::{Duration, Instant};

pub use self::builder::RuntimeBuilder;
use super::help::pool::Pool;
use super::memory::MemoryUse;
use super::memory::ledger::Ledger;
use super::seeded::Seeded;
#[cfg(feature = "checkpoint")]
use crate::checkpoint::{Checkpoints, Store};
use crate::control::context::{self, Bounds, Context, Entered};
#[cfg(feature = "ctrl-c")]
use crate::control::ctrl_c::Listening;
use crate::observe::Observed;
#[cfg(feature = "dashboard")]
use crate::profile::Dashboard;

/// Where a computation runs: the thread that calls `compute`, and the helpers
/// it may ask for; and what can end it: a token, a deadline, Ctrl-C.
///
/// Nothing needs to be set up. A computation inside of a task runs where the
/// task does; any other uses rayon's pool, the one of the current thread if it
/// belongs to one and else the process-wide one.
///
/// ```
/// use delayed_runtime::Runtime;
///
/// let runtime = Runtime::builder().threads(2).build()?;
/// assert_eq!(runtime.threads(), 2);
/// # Ok::<(), delayed_runtime::Error>(())
/// ```
#[derive(Clone)]
pub struct Runtime {
    home: Home,
    bounds: Bounds,
    deadline: Option<Duration>,
    /// What a run answers to that has no deadline and stands in no other work:
    /// made once, as a run may be over within some nanoseconds.
    outermost: Context,
}

/// Where runs and the runs inside of them are at home.
#[derive(Clone)]
pub(crate) struct Home {
    pool: Pool,
    threads: usize,
    panics: Panics,
    /// What decides the order of the serial executor, if that is the one.
    seed: Option<u64>,
    observed: Observed,
    #[cfg(feature = "checkpoint")]
    checkpoints: Option<Arc<Store>>,
    /// How many iterations of one loop may be live, where that was said.
    window: Option<NonZeroUsize>,
    /// What values hold, where there is a limit.
    ledger: Option<Arc<Ledger>>,
    #[cfg(feature = "dashboard")]
    dashboard: Option<Arc<Dashboard>>,
}

impl Home {
    /// Whoever is told of the runs.
    pub(crate) fn observed(&self) -> &Observed {
        &self.observed
    }

    /// Where tasks that are marked for it keep their results.
    #[cfg(feature = "checkpoint")]
    pub(crate) fn checkpoints(&self) -> Option<&Arc<Store>> {
        self.checkpoints.as_ref()
    }
}

/// What becomes of a panic in a task.
///
/// ```
/// use delayed_runtime::{Panics, Runtime};
///
/// let runtime = Runtime::builder().panics(Panics::Resume).build()?;
/// # let _ = runtime;
/// # Ok::<(), delayed_runtime::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Panics {
    /// It is the run's error, as a failure would be.
    #[default]
    Report,
    /// It goes on in the thread that called `compute`, as in a plain loop, once
    /// all work has ended. What it carries is the text of the error, with the
    /// task, its place and the iterations.
    Resume,
}

impl Runtime {
    /// A runtime with choices of its own.
    #[must_use]
    pub fn builder() -> RuntimeBuilder {
        RuntimeBuilder::default()
    }

    /// How many threads work on one computation, the calling one included.
    #[must_use]
    pub fn threads(&self) -> usize {
        self.home.threads
    }

    /// Runs `work`, on this thread, with this runtime in charge of all that it
    /// computes: pipelines, and graphs that are built at run time. They have one
    /// deadline together, which is counted from here.
    ///
    /// ```
    /// use delayed_runtime::Runtime;
    /// use delayed_runtime::delayed::Delayed;
    ///
    /// let alone = Runtime::builder().threads(1).build()?;
    /// let sum = alone.run(|| (Delayed::from(20_i64) + 1).compute())?;
    /// assert_eq!(sum, 21);
    /// # Ok::<(), delayed_runtime::Error>(())
    /// ```
    pub fn run<T>(&self, work: impl FnOnce() -> T) -> T {
        let _begun = self.begin();
        work()
    }

    /// What has become of the results of tasks with `checkpoint` since the
    /// runtime was built; nothing, where it does not keep any.
    ///
    /// ```
    /// use delayed_runtime::Runtime;
    ///
    /// # fn show(runtime: &Runtime) {
    /// let checkpoints = runtime.checkpoints();
    /// println!("{} reused, {} written", checkpoints.reused, checkpoints.written);
    /// for trouble in checkpoints.troubles {
    ///     println!("{trouble}");
    /// }
    /// # }
    /// ```
    #[cfg(feature = "checkpoint")]
    #[must_use]
    pub fn checkpoints(&self) -> Checkpoints {
        let store = self.home.checkpoints.as_deref();
        store.map_or_else(Checkpoints::default, Store::report)
    }

    /// What tracked values hold, of all computations on this runtime together;
    /// `None` without a [limit](RuntimeBuilder::memory_limit).
    #[must_use]
    pub fn memory(&self) -> Option<MemoryUse> {
        self.home.ledger.as_ref().map(|ledger| ledger.usage())
    }

    pub(crate) fn window(&self) -> Option<NonZeroUsize> {
        self.home.window
    }

    pub(crate) fn ledger(&self) -> Option<Arc<Ledger>> {
        self.home.ledger.clone()
    }

    pub(crate) fn pool(&self) -> Pool {
        self.home.pool.clone()
    }

    /// An order for one run, if the serial executor is the one to run it.
    pub(crate) fn seeded(&self) -> Option<Seeded> {
        self.home.seed.map(Seeded::new)
    }

    /// Whoever is told of its runs.
    pub(crate) fn observed(&self) -> &Observed {
        self.home.observed()
    }

    /// The runtime of the work on this thread. What can end that work need not
    /// be said once more of what it computes.
    pub(crate) fn current() -> Self {
        let context = context::current();
        let home = context.as_ref().and_then(Context::home);
        home.map_or_else(Self::default, |home| {
            Self::new(home.clone(), Bounds::default(), None)
        })
    }

    fn new(home: Home, bounds: Bounds, deadline: Option<Duration>) -> Self {
        Self {
            outermost: Context::of_run(None, home.clone(), bounds.clone()),
            home,
            bounds,
            deadline,
        }
    }

    /// A run begins on this thread.
    pub(crate) fn begin(&self) -> Begun {
        #[cfg(feature = "ctrl-c")]
        let listening = self.bounds.interrupts.then(Listening::begin);
        let deadline = self.deadline.and_then(|after| {
            // One that no clock reaches is none.
            let end = Instant::now().checked_add(after)?;
            Some((end, after))
        });
        let context = match (deadline, context::current()) {
            (None, None) => self.outermost.clone(),
            (deadline, outside) => {
                let bounds = Bounds {
                    deadline,
                    ..self.bounds.clone()
                };
                Context::of_run(outside, self.home.clone(), bounds)
            }
        };
        Begun {
            panics: self.home.panics,
            entered: context.enter(),
            #[cfg(feature = "ctrl-c")]
            _listening: listening,
        }
    }
}

// A panic leaves nothing of a runtime half done.
impl UnwindSafe for Runtime {}
impl RefUnwindSafe for Runtime {}

impl Default for Runtime {
    fn default() -> Self {
        let home = Home {
            pool: Pool::Ambient,
            threads: rayon::current_num_threads(),
            panics: Panics::default(),
            seed: None,
            observed: Observed::default(),
            #[cfg(feature = "checkpoint")]
            checkpoints: None,
            window: None,
            ledger: None,
            #[cfg(feature = "dashboard")]
            dashboard: None,
        };
        Self::new(home, Bounds::default(), None)
    }
}

impl fmt::Debug for Runtime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Runtime")
            .field("threads", &self.home.threads)
            .finish_non_exhaustive()
    }
}

/// A run on the thread that began it.
pub(crate) struct Begun {
    panics: Panics,
    entered: Entered,
    #[cfg(feature = "ctrl-c")]
    _listening: Option<Listening>,
}

impl Begun {
    /// What the run answers to.
    pub(crate) fn context(&self) -> Context {
        self.entered.context()
    }

    /// The error that the run ends with, unless that is a panic that goes on.
    pub(crate) fn error(&self, error: crate::Error) -> crate::Error {
        if error.is_panic() && self.panics == Panics::Resume {
            resume_unwind(Box::new(error.to_string()));
        }
        match context::check() {
            Ok(()) => error,
            Err(reason) => error.when_cancelled(reason),
        }
    }
}
