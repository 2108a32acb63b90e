//! Which threads may help.

use std::fmt;
use std::sync::Arc;

use super::pool::Pool;

/// Where a computation runs: the thread that calls `compute`, and the helpers
/// it may ask for.
///
/// Nothing needs to be set up: [`Runtime::default`] uses rayon's pool, the one
/// of the current thread if it belongs to one and else the process-wide one.
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
    pool: Pool,
    threads: usize,
}

impl Runtime {
    /// A runtime with choices of its own.
    #[must_use]
    pub fn builder() -> RuntimeBuilder {
        RuntimeBuilder { threads: None }
    }

    /// How many threads work on one computation, the calling one included.
    #[must_use]
    pub fn threads(&self) -> usize {
        self.threads
    }

    pub(crate) fn pool(&self) -> Pool {
        self.pool.clone()
    }
}

impl Default for Runtime {
    fn default() -> Self {
        Self {
            pool: Pool::Ambient,
            threads: rayon::current_num_threads(),
        }
    }
}

impl fmt::Debug for Runtime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Runtime")
            .field("threads", &self.threads)
            .finish()
    }
}

/// Builds a [`Runtime`].
#[derive(Clone, Debug)]
pub struct RuntimeBuilder {
    threads: Option<usize>,
}

impl RuntimeBuilder {
    /// How many threads work on one computation, the calling one included.
    /// With 1 everything runs on the calling thread. The default, also for 0,
    /// is the number of processors.
    #[must_use]
    pub fn threads(mut self, threads: usize) -> Self {
        self.threads = (threads > 0).then_some(threads);
        self
    }

    /// Starts the threads.
    ///
    /// # Errors
    ///
    /// When the operating system refuses a thread.
    pub fn build(self) -> Result<Runtime, crate::Error> {
        let Some(threads) = self.threads else {
            return Ok(Runtime::default());
        };
        if threads == 1 {
            return Ok(Runtime {
                pool: Pool::Ambient,
                threads,
            });
        }
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads - 1)
            .thread_name(|index| format!("delayed-{index}"))
            .build()
            .map_err(crate::Error::failed)?;
        Ok(Runtime {
            pool: Pool::Own(Arc::new(pool)),
            threads,
        })
    }
}
