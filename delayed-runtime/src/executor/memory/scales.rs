//! Whether anybody wants to know what values hold, and what the last one did.

use std::cell::Cell;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::executor::run::is_plain;

/// How many [`Scales`] there are: what everybody else pays for them is to look
/// here.
static SCALES: AtomicUsize = AtomicUsize::new(0);

thread_local! {
    /// What the value holds that a call on this thread has just returned.
    static WEIGHED: Cell<Option<usize>> = const { Cell::new(None) };
}

/// Stands for somebody who wants to know what values hold: a memory limit, or a
/// run with an observer that does. While there is one, values are weighed.
#[derive(Debug)]
pub(crate) struct Scales(());

impl Scales {
    pub(crate) fn new() -> Self {
        SCALES.fetch_add(1, Ordering::Relaxed);
        Self(())
    }
}

impl Drop for Scales {
    fn drop(&mut self) {
        SCALES.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Whether a value of this type may have to be weighed: one of plain bits never is.
#[inline]
pub(crate) fn are_there_for<T>() -> bool {
    !is_plain::<T>() && SCALES.load(Ordering::Relaxed) > 0
}

/// Notes what the value of a call holds, for whoever made the call: `None` if it
/// does not say.
pub(crate) fn note(bytes: Option<usize>) {
    WEIGHED.set(bytes);
}

/// What the value holds that has just been returned, if it was weighed.
pub(crate) fn take() -> Option<usize> {
    WEIGHED.take()
}
