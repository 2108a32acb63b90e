//! The choices that a runtime is built with.

mod options;

use std::num::NonZeroUsize;
#[cfg(feature = "checkpoint")]
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::{Home, Panics, Runtime};
#[cfg(feature = "checkpoint")]
use crate::checkpoint::Store;
use crate::control::CancelToken;
use crate::control::context::Bounds;
#[cfg(feature = "ctrl-c")]
use crate::control::ctrl_c;
use crate::executor::help::pool::Pool;
use crate::executor::memory::MemoryLimit;
use crate::executor::memory::ledger::Ledger;
use crate::observe::Observed;
#[cfg(feature = "dashboard")]
use crate::profile::{Dashboard, Wish};

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
    pub(super) observed: Observed,
    window: Option<NonZeroUsize>,
    memory_limit: Option<MemoryLimit>,
    #[cfg(feature = "dashboard")]
    pub(super) dashboard: Wish,
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
        let mut observed = self.observed.clone();
        observed.describe(self.options());
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
