//! Where a computation runs, and what can end it from outside.

mod seeing;

use std::fmt;
use std::num::NonZeroUsize;
use std::panic::{RefUnwindSafe, UnwindSafe, resume_unwind};
#[cfg(feature = "checkpoint")]
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::ledger::Ledger;
use super::memory::{MemoryLimit, MemoryUse};
use super::pool::Pool;
use super::seeded::Seeded;
#[cfg(feature = "checkpoint")]
use crate::checkpoint::{Checkpoints, Store};
use crate::control::CancelToken;
use crate::control::context::{self, Bounds, Context, Entered};
#[cfg(feature = "ctrl-c")]
use crate::control::ctrl_c::{self, Listening};
use crate::observe::Observed;
#[cfg(feature = "dashboard")]
use crate::profile::{Dashboard, Wish};

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

/// Builds a [`Runtime`].
///
/// ```
/// use std::time::Duration;
///
/// use delayed_runtime::{CancelToken, Runtime};
///
/// let runtime = Runtime::builder()
///     .threads(4)
///     .name("reader")
///     .stack_size(8 << 20)
///     .cancel_token(CancelToken::new())
///     .deadline(Duration::from_secs(3600))
///     .build()?;
/// assert_eq!(runtime.threads(), 4);
/// # Ok::<(), delayed_runtime::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct RuntimeBuilder {
    threads: Option<NonZeroUsize>,
    name: Option<String>,
    stack_size: Option<usize>,
    panics: Panics,
    seed: Option<u64>,
    observed: Observed,
    window: Option<NonZeroUsize>,
    memory_limit: Option<MemoryLimit>,
    #[cfg(feature = "dashboard")]
    dashboard: Wish,
    bounds: Bounds,
    deadline: Option<Duration>,
    #[cfg(feature = "checkpoint")]
    checkpoint: Option<PathBuf>,
}

impl RuntimeBuilder {
    /// How many threads work on one computation, the calling one included.
    /// With 1 everything runs on the calling thread. The default, also for 0,
    /// is the number of processors.
    #[must_use]
    pub fn threads(mut self, threads: usize) -> Self {
        self.threads = NonZeroUsize::new(threads);
        self
    }

    /// Runs everything on the calling thread, in an order that `seed` decides:
    /// iterations of a loop whose items are there, branches, steps of a graph.
    /// Loops inside of an iteration are over before another iteration goes on.
    ///
    /// No answer depends on it. Where something else does, such as a lock or a
    /// file that tasks share, runs with several seeds show it, and the seed that
    /// did shows it again, in a debugger, too. `threads(1)` has no order of its
    /// own: it runs what the program says, line by line.
    ///
    /// ```
    /// use delayed_runtime::Runtime;
    ///
    /// for seed in 0..10 {
    ///     let runtime = Runtime::builder().serial(seed).build()?;
    ///     assert_eq!(runtime.threads(), 1);
    /// }
    /// # Ok::<(), delayed_runtime::Error>(())
    /// ```
    #[must_use]
    pub fn serial(mut self, seed: u64) -> Self {
        self.seed = Some(seed);
        self
    }

    /// What the helpers' threads are called, each with its number: `delayed-0`
    /// where nothing is said.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// How large the stacks of the helpers' threads are, in bytes. That of the
    /// calling thread, which works too, is as it is.
    #[must_use]
    pub fn stack_size(mut self, bytes: usize) -> Self {
        self.stack_size = Some(bytes);
        self
    }

    /// How many iterations of one loop may be live at once: begun, and not yet
    /// folded into what is outside of the loop. With 1 they run one after the
    /// other. The default, also for 0, is one a thread and a few more; many more
    /// where what they hand over is a number or the like.
    ///
    /// ```
    /// use delayed_runtime::Runtime;
    ///
    /// let runtime = Runtime::builder().threads(8).window(2).build()?;
    /// # let _ = runtime;
    /// # Ok::<(), delayed_runtime::Error>(())
    /// ```
    #[must_use]
    pub fn window(mut self, iterations: usize) -> Self {
        self.window = NonZeroUsize::new(iterations);
        self
    }

    /// How much the values of a run may hold together: a number of bytes, or a
    /// text such as `"2GiB"` or `"2 GB"`.
    ///
    /// What counts is what tasks return and what loops go over, by their
    /// [`NBytes`](crate::NBytes), from when they are there until their iteration
    /// is folded into what is outside of the loop. Outside of loops that overlap,
    /// it is until the run ends. An iteration begins only when what iterations of
    /// its loop have needed so far fits below the limit; the first one of a loop
    /// runs by itself, to show it. So a limit is kept where iterations need about
    /// as much as those before. The earliest iteration always goes on: what a
    /// single one needs at once, nothing can bound. A single value that is larger
    /// than the limit ends the run with a [`TooLarge`](crate::TooLarge).
    ///
    /// Not counted are numbers and the like, types without `NBytes`, and what the
    /// program keeps outside of its loops.
    ///
    /// In a graph that is made at run time a task's value counts until its last
    /// reader is done. A step begins only when the largest value of its task so
    /// far still fits, or nothing else runs.
    ///
    /// ```
    /// use delayed_runtime::Runtime;
    ///
    /// let runtime = Runtime::builder().memory_limit("256 MiB").build()?;
    /// let also = Runtime::builder().memory_limit(256_u64 << 20).build()?;
    /// # let _ = (runtime, also);
    /// let error = Runtime::builder().memory_limit("256 Mb/s").build().unwrap_err();
    /// assert!(error.to_string().contains("\"2 GiB\""));
    /// # Ok::<(), delayed_runtime::Error>(())
    /// ```
    #[must_use]
    pub fn memory_limit(mut self, limit: impl Into<MemoryLimit>) -> Self {
        self.memory_limit = Some(limit.into());
        self
    }

    /// What becomes of a panic in a task.
    #[must_use]
    pub fn panics(mut self, panics: Panics) -> Self {
        self.panics = panics;
        self
    }

    /// Ends computations when the token is cancelled.
    #[must_use]
    pub fn cancel_token(mut self, token: CancelToken) -> Self {
        self.bounds.token = Some(token);
        self
    }

    /// Ends each computation that is not done so long after it began.
    #[must_use]
    pub fn deadline(mut self, after: Duration) -> Self {
        self.deadline = Some(after);
        self
    }

    /// Ends computations at Ctrl-C (SIGINT). A second Ctrl-C ends the process,
    /// as does any while no such computation runs.
    ///
    /// The handler is the process's, from the first such runtime on. A program
    /// that has a handler of its own cancels a
    /// [token](RuntimeBuilder::cancel_token) there instead.
    #[cfg(feature = "ctrl-c")]
    #[must_use]
    pub fn ctrl_c(mut self, ends: bool) -> Self {
        self.bounds.interrupts = ends;
        self
    }

    /// Keeps the results of tasks with `checkpoint` in `folder`, and finds them
    /// there instead of running the tasks again, in this process or a later one.
    /// The folder is made if it is not there. Several runtimes and processes may
    /// have the same one at once.
    ///
    /// Without this such tasks just run.
    #[cfg(feature = "checkpoint")]
    #[must_use]
    pub fn checkpoint(mut self, folder: impl Into<PathBuf>) -> Self {
        self.checkpoint = Some(folder.into());
        self
    }

    /// Starts the threads.
    ///
    /// # Errors
    ///
    /// When the operating system refuses a thread or the handler of Ctrl-C, no
    /// thread can have such a name or stack, a serial runtime is to have several
    /// threads, the folder for checkpoints cannot be made or written to, the
    /// memory limit is not a number of bytes, or the dashboard cannot be served at
    /// its address.
    pub fn build(self) -> Result<Runtime, crate::Error> {
        #[cfg(feature = "ctrl-c")]
        if self.bounds.interrupts {
            ctrl_c::install().map_err(crate::Error::failed)?;
        }
        #[cfg(feature = "checkpoint")]
        let checkpoints = {
            let store = self.checkpoint.as_deref().map(Store::open).transpose();
            store.map_err(crate::Error::failed)?.map(Arc::new)
        };
        let limit = self.memory_limit.as_ref().map(MemoryLimit::bytes);
        let ledger = limit.transpose()?.map(|bytes| Arc::new(Ledger::new(bytes)));
        let (pool, threads) = self.pool()?;
        let observed = self.observed.clone();
        #[cfg(feature = "dashboard")]
        let (observed, dashboard) = Dashboard::open(&self.dashboard, observed)?;
        let home = Home {
            pool,
            threads,
            panics: self.panics,
            seed: self.seed,
            observed,
            #[cfg(feature = "checkpoint")]
            checkpoints,
            window: self.window,
            ledger,
            #[cfg(feature = "dashboard")]
            dashboard,
        };
        Ok(Runtime::new(home, self.bounds, self.deadline))
    }

    /// Where helpers come from, and how many threads that makes.
    fn pool(&self) -> Result<(Pool, usize), crate::Error> {
        if self.seed.is_some() {
            return match self.threads.map_or(1, NonZeroUsize::get) {
                1 => Ok((Pool::Ambient, 1)),
                threads => Err(crate::Error::failed(format!(
                    "a serial runtime has one thread, and not {threads}: leave out \
                     `.threads({threads})` or `.serial(…)`"
                ))),
            };
        }
        let is_any = self.name.is_none() && self.stack_size.is_none();
        let threads = match self.threads {
            Some(threads) => threads.get(),
            None if is_any => return Ok((Pool::Ambient, rayon::current_num_threads())),
            None => std::thread::available_parallelism().map_or(1, NonZeroUsize::get),
        };
        let name = self.name.as_deref().unwrap_or("delayed").to_owned();
        if name.contains('\0') {
            return Err(crate::Error::failed(format!(
                "a thread cannot be called {name:?}, as a name has no zero byte"
            )));
        }
        if self
            .stack_size
            .is_some_and(|bytes| bytes > isize::MAX as usize)
        {
            return Err(crate::Error::failed(format!(
                "no stack has more than {} bytes",
                isize::MAX
            )));
        }
        if threads == 1 {
            return Ok((Pool::Ambient, threads));
        }
        let mut builder = rayon::ThreadPoolBuilder::new()
            .num_threads(threads - 1)
            .thread_name(move |index| format!("{name}-{index}"));
        if let Some(bytes) = self.stack_size {
            builder = builder.stack_size(bytes);
        }
        let pool = builder.build().map_err(crate::Error::failed)?;
        Ok((Pool::Own(Arc::new(pool)), threads))
    }
}
