//! What threads share, by way of one place, so that something else can stand in
//! for the standard library's locks, atomics and thread-local variables.
//!
//! Under `cfg(loom)` that is loom, which tries every order in which threads may
//! take their steps (`ci/loom.sh`). What only counts or hints stays with the
//! standard library then, and so do statics: loom runs it as one step.
//!
//! Under `cfg(tsan)` locks are compiled along with this crate, as
//! ThreadSanitizer sees nothing of those in a standard library that was compiled
//! without it (`ci/sanitizers.sh`).

#[cfg(loom)]
mod local;
#[cfg(loom)]
mod lock;
#[cfg(tsan)]
mod seen;

#[cfg(not(loom))]
pub(crate) use std::{
    alloc::{alloc, dealloc},
    cell::Cell,
    hint::spin_loop,
    sync::atomic,
    thread::yield_now,
    thread_local,
};

#[cfg(not(loom))]
pub(crate) use self::fixed::{Condvar, Mutex, MutexGuard};

/// Hands a job to rayon's pool.
#[cfg(not(loom))]
pub(crate) use rayon::spawn;

#[cfg(loom)]
pub(crate) use {
    self::local::{Local, thread_local},
    self::lock::{Condvar, Mutex, MutexGuard},
    loom::alloc::{alloc, dealloc},
    loom::cell::Cell,
    loom::hint::spin_loop,
    loom::sync::atomic,
    loom::thread::yield_now,
};

/// Runs a job on a thread of loom's.
#[cfg(loom)]
pub(crate) fn spawn(job: impl FnOnce() + Send + 'static) {
    loom::thread::spawn(job);
}

/// Locks that can be in a `static`.
pub(crate) mod fixed {
    #[cfg(tsan)]
    pub(crate) use super::seen::{Condvar, Mutex, MutexGuard};
    #[cfg(not(tsan))]
    pub(crate) use std::sync::{Condvar, Mutex, MutexGuard};
}
