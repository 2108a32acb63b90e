//! Loom's locks, with one step more: loom lets no other thread run between what
//! a thread does last under a lock and giving that up, so nobody would ever find
//! a lock taken there. Who got a lock by trying looks at a counter before, which
//! each try changes, so that loom knows that the two orders differ.

use std::ops::{Deref, DerefMut};
use std::sync::{LockResult, TryLockResult};
use std::time::Duration;

use loom::sync::WaitTimeoutResult;
use loom::sync::atomic::{AtomicUsize, Ordering};

/// Locks of loom's are poisoned by a panic only, and a panic ends the model.
const SOUND: &str = "no model goes on after a panic";

pub(crate) struct Mutex<T> {
    inner: loom::sync::Mutex<T>,
    tries: AtomicUsize,
}

pub(crate) struct MutexGuard<'a, T> {
    inner: Option<loom::sync::MutexGuard<'a, T>>,
    /// The tries, if it was got by one.
    tries: Option<&'a AtomicUsize>,
}

impl<T> Mutex<T> {
    pub(crate) fn new(value: T) -> Self {
        Self {
            inner: loom::sync::Mutex::new(value),
            tries: AtomicUsize::new(0),
        }
    }

    pub(crate) fn lock(&self) -> LockResult<MutexGuard<'_, T>> {
        Ok(MutexGuard {
            inner: Some(self.inner.lock().expect(SOUND)),
            tries: None,
        })
    }

    pub(crate) fn try_lock(&self) -> TryLockResult<MutexGuard<'_, T>> {
        self.tries.fetch_add(1, Ordering::Relaxed);
        match self.inner.try_lock() {
            Ok(inner) => Ok(MutexGuard {
                inner: Some(inner),
                tries: Some(&self.tries),
            }),
            Err(_) => Err(std::sync::TryLockError::WouldBlock),
        }
    }

    pub(crate) fn into_inner(self) -> LockResult<T> {
        Ok(self.inner.into_inner().expect(SOUND))
    }
}

impl<T> Deref for MutexGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.inner.as_ref().expect("a guard holds the lock")
    }
}

impl<T> DerefMut for MutexGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        self.inner.as_mut().expect("a guard holds the lock")
    }
}

impl<T> Drop for MutexGuard<'_, T> {
    fn drop(&mut self) {
        if let Some(tries) = self.tries
            && !std::thread::panicking()
        {
            tries.load(Ordering::Relaxed);
        }
    }
}

pub(crate) struct Condvar(loom::sync::Condvar);

impl Condvar {
    pub(crate) fn new() -> Self {
        Self(loom::sync::Condvar::new())
    }

    pub(crate) fn wait<'a, T>(
        &self,
        mut guard: MutexGuard<'a, T>,
    ) -> LockResult<MutexGuard<'a, T>> {
        guard.inner = guard
            .inner
            .take()
            .map(|inner| self.0.wait(inner).expect(SOUND));
        Ok(guard)
    }

    /// Loom's time never passes.
    pub(crate) fn wait_timeout<'a, T>(
        &self,
        mut guard: MutexGuard<'a, T>,
        most: Duration,
    ) -> LockResult<(MutexGuard<'a, T>, WaitTimeoutResult)> {
        let inner = guard.inner.take().expect("a guard holds the lock");
        let (inner, end) = self.0.wait_timeout(inner, most).expect(SOUND);
        guard.inner = Some(inner);
        Ok((guard, end))
    }

    pub(crate) fn notify_one(&self) {
        self.0.notify_one();
    }

    pub(crate) fn notify_all(&self) {
        self.0.notify_all();
    }
}
