//! Where helpers come from.

use std::sync::Arc;

use crate::sync::spawn;

/// Where helpers come from.
#[derive(Clone)]
pub(crate) enum Pool {
    /// Rayon's pool of the current thread, or the process-wide one.
    Ambient,
    /// A pool of our own.
    Own(Arc<rayon::ThreadPool>),
}

impl Pool {
    pub(crate) fn spawn(&self, job: impl FnOnce() + Send + 'static) {
        match self {
            Self::Ambient => spawn(job),
            Self::Own(pool) => pool.spawn(job),
        }
    }
}
