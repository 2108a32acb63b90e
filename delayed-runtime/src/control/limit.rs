//! How many calls of a task run at once.
//!
//! A call waits for a permit of its task's and keeps it while the body runs.
//! Waiting for each other without end is impossible:
//!
//! - A call inside of a call of the same task needs no permit, however deep it
//!   stands and on whichever thread: it goes with the outer one.
//! - A call inside of a call of *another* limited task waits, and so defines an
//!   order of the two. Where it would close a circle in that order (`a` inside
//!   of `b` here, `b` inside of `a` there) it does not wait, and goes beyond
//!   the limit. So nobody ever waits along a circle.
//!
//! All other waiting of a task's body is for work of its own.

use std::ptr;
use std::sync::PoisonError;

use super::Cancelled;
use super::call::TICK;
use super::context;
use crate::sync::fixed::{Condvar, Mutex, MutexGuard};

/// The permits of one task.
pub struct Limit {
    free: Mutex<u32>,
    freed: Condvar,
}

impl Limit {
    /// As many permits as calls may run at once.
    #[must_use]
    pub const fn new(most: u32) -> Self {
        Self {
            free: Mutex::new(most),
            freed: Condvar::new(),
        }
    }

    /// What tells limits apart.
    fn id(&'static self) -> usize {
        ptr::from_ref(self).addr()
    }
}

/// Leave to run one call; ends when it is dropped.
pub(super) struct Permit {
    /// `None` for a call that needs none.
    from: Option<&'static Limit>,
}

impl Permit {
    /// Waits until there is a permit, but not on when the work should end.
    pub(super) fn wait_for(limit: &'static Limit) -> Result<Self, Cancelled> {
        let outside: Vec<usize> = match context::current() {
            Some(context) => context.limits().map(Limit::id).collect(),
            None => Vec::new(),
        };
        if outside.contains(&limit.id()) || !may_wait(&outside, limit.id()) {
            return Ok(Self { from: None });
        }
        let mut free = lock(&limit.free);
        while *free == 0 {
            context::check()?;
            let waited = limit.freed.wait_timeout(free, TICK);
            (free, _) = waited.unwrap_or_else(PoisonError::into_inner);
        }
        *free -= 1;
        Ok(Self { from: Some(limit) })
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        if let Some(limit) = self.from {
            *lock(&limit.free) += 1;
            limit.freed.notify_one();
        }
    }
}

/// Which limits were waited for inside of which: (outer, inner).
static NESTED: Mutex<Vec<(usize, usize)>> = Mutex::new(Vec::new());

/// Whether a call that holds the permits `outside` may wait for one of `wanted`.
fn may_wait(outside: &[usize], wanted: usize) -> bool {
    if outside.is_empty() {
        return true;
    }
    let mut nested = lock(&NESTED);
    // A program has few limits.
    let mut inside = vec![wanted];
    let mut looked_at = 0;
    while let Some(&outer) = inside.get(looked_at) {
        looked_at += 1;
        for &(_, inner) in nested.iter().filter(|pair| pair.0 == outer) {
            if !inside.contains(&inner) {
                inside.push(inner);
            }
        }
    }
    let is_circle = outside.iter().any(|outer| inside.contains(outer));
    if !is_circle {
        for pair in outside.iter().map(|&outer| (outer, wanted)) {
            if !nested.contains(&pair) {
                nested.push(pair);
            }
        }
    }
    !is_circle
}

/// No user's code runs under these locks.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::{Limit, Permit, may_wait};
    use crate::Runtime;
    use crate::control::context::Context;
    use crate::control::{CancelToken, Cancelled};

    /// Who would have to wait in here is told to stop instead.
    fn without_waiting<T>(work: impl FnOnce() -> T) -> T {
        let token = CancelToken::new();
        token.cancel();
        let runtime = Runtime::builder().cancel_token(token).build();
        runtime.expect("no thread is asked for").run(work)
    }

    fn try_for(limit: &'static Limit) -> Result<Permit, Cancelled> {
        without_waiting(|| Permit::wait_for(limit))
    }

    #[test]
    fn there_are_as_many_permits_as_were_made() {
        static TWO: Limit = Limit::new(2);
        let first = try_for(&TWO).unwrap();
        let second = try_for(&TWO).unwrap();
        assert_eq!(try_for(&TWO).err(), Some(Cancelled::Token));
        drop(first);
        let third = try_for(&TWO).unwrap();
        assert!(try_for(&TWO).is_err());
        drop((second, third));
        let both = [try_for(&TWO), try_for(&TWO)];
        assert!(both.iter().all(Result::is_ok) && try_for(&TWO).is_err());
    }

    #[test]
    fn a_call_inside_of_a_call_needs_no_permit_and_gives_none_back() {
        static ONE: Limit = Limit::new(1);
        static OTHER: Limit = Limit::new(1);
        let outer = try_for(&ONE).unwrap();
        let inside = Context::of_call(None, Some(&ONE)).enter();
        let deeper = Context::of_call(None, Some(&OTHER)).enter();
        for _ in 0..3 {
            drop(try_for(&ONE).unwrap());
        }
        drop(deeper);
        drop(inside);
        assert!(try_for(&ONE).is_err());
        drop(outer);
        assert!(try_for(&ONE).is_ok());
    }

    #[test]
    fn nobody_waits_along_a_circle() {
        // Numbers that are no addresses of limits.
        let [a, b, c, d] = [1, 2, 3, 4];
        assert!(may_wait(&[], a));
        assert!(may_wait(&[a], b) && may_wait(&[a], b));
        assert!(!may_wait(&[b], a));
        assert!(may_wait(&[b, a], c));
        assert!(!may_wait(&[c], a) && !may_wait(&[c], b));
        assert!(may_wait(&[c], d));
        assert!(!may_wait(&[d], a), "through `b` and `c`");
    }
}
