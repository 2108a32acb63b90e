//! Windows and memory limits: how many values are alive, how much they hold, and
//! what becomes of a value that does not fit.

mod alive;
mod graphs;
mod limit;
mod too_large;
mod window;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use delayed::{NBytes, Runtime};

/// Counts the values of one test: how many are alive, and how many were at most.
#[derive(Default)]
pub(crate) struct Counter {
    alive: AtomicUsize,
    most: AtomicUsize,
    made: AtomicUsize,
    bytes: AtomicU64,
    most_bytes: AtomicU64,
}

impl Counter {
    pub(crate) fn new() -> Arc<Self> {
        Arc::default()
    }

    /// The next value, which says that it holds `bytes`.
    pub(crate) fn make(self: &Arc<Self>, bytes: usize) -> Counted {
        let alive = self.alive.fetch_add(1, Ordering::SeqCst) + 1;
        self.most.fetch_max(alive, Ordering::SeqCst);
        self.made.fetch_add(1, Ordering::SeqCst);
        let held = self.bytes.fetch_add(bytes as u64, Ordering::SeqCst) + bytes as u64;
        self.most_bytes.fetch_max(held, Ordering::SeqCst);
        Counted {
            counter: Arc::clone(self),
            bytes,
        }
    }

    pub(crate) fn alive(&self) -> usize {
        self.alive.load(Ordering::SeqCst)
    }

    pub(crate) fn most(&self) -> usize {
        self.most.load(Ordering::SeqCst)
    }

    pub(crate) fn made(&self) -> usize {
        self.made.load(Ordering::SeqCst)
    }

    pub(crate) fn most_bytes(&self) -> u64 {
        self.most_bytes.load(Ordering::SeqCst)
    }
}

/// A value that is counted while it is alive.
pub(crate) struct Counted {
    counter: Arc<Counter>,
    bytes: usize,
}

impl Counted {
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }
}

impl NBytes for Counted {
    fn nbytes(&self) -> usize {
        self.bytes
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.counter.alive.fetch_sub(1, Ordering::SeqCst);
        self.counter
            .bytes
            .fetch_sub(self.bytes as u64, Ordering::SeqCst);
    }
}

/// Work that takes a while and more for some, so that iterations end out of
/// order.
pub(crate) fn churn(x: usize) -> usize {
    let rounds = (x.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 50) * 2;
    (0..rounds).fold(x, |x, y| std::hint::black_box(x ^ y ^ y))
}

/// With each number of threads and each window.
pub(crate) fn everywhere(mut test: impl FnMut(&Runtime, usize)) {
    for threads in [1, 2, 8] {
        for window in [1, 2, 8] {
            let runtime = Runtime::builder().threads(threads).window(window);
            test(&runtime.build().unwrap(), window);
        }
    }
}

/// A runtime with a limit in bytes.
pub(crate) fn limited(threads: usize, bytes: u64) -> Runtime {
    let runtime = Runtime::builder().threads(threads).memory_limit(bytes);
    runtime.build().unwrap()
}
