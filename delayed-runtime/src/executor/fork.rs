//! Independent statements side by side.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread::Result as Caught;

use super::board::Job;
use super::scope::Scope;
use super::site::CallSite;
use super::trace;

impl Scope<'_> {
    /// Runs `left` here while somebody else may run `right`; gives both values.
    ///
    /// # Panics
    ///
    /// When one of them panics; `left`'s panic goes first.
    pub fn join<A, B: Send>(
        &self,
        left: impl FnOnce(&Scope<'_>) -> A,
        right: impl FnOnce(&Scope<'_>) -> B + Send,
    ) -> (A, B) {
        if self.run.is_serial() {
            let left = left(self);
            return (left, right(self));
        }
        let branch = Branch {
            scope: self.iteration(1, None),
            offered: AtomicBool::new(true),
            body: Mutex::new(Some(right)),
            value: Mutex::new(None),
        };
        let position = self.position();
        let posted = self.run.post(&branch, position.child(1));
        let left = catch_unwind(AssertUnwindSafe(|| left(&self.iteration(0, None))));
        posted.shut();
        branch.visit();
        self.run.wait(&position.child(2), || branch.is_done());
        drop(posted);
        let value = branch
            .value
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        let right = value.expect("the wait above ends when the branch has its value");
        match (left, right) {
            (Ok(left), Ok(right)) => (left, right),
            (Err(payload), _) | (_, Err(payload)) => resume_unwind(payload),
        }
    }
}

/// The half of a fork that somebody else may take.
struct Branch<'a, F, B> {
    scope: Scope<'a>,
    offered: AtomicBool,
    body: Mutex<Option<F>>,
    value: Mutex<Option<Caught<B>>>,
}

impl<F, B> Branch<'_, F, B> {
    fn is_done(&self) -> bool {
        self.value
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .is_some()
    }
}

impl<F, B> Job for Branch<'_, F, B>
where
    F: FnOnce(&Scope<'_>) -> B + Send,
    B: Send,
{
    fn available(&self) -> bool {
        self.offered.load(Ordering::Relaxed)
    }

    fn visit(&self) {
        let body = self
            .body
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        self.offered.store(false, Ordering::Relaxed);
        let Some(body) = body else { return };
        let value = catch_unwind(AssertUnwindSafe(|| body(&self.scope)));
        *self.value.lock().unwrap_or_else(PoisonError::into_inner) = Some(value);
        self.scope.run.bump();
    }
}

/// How one of several independent calls ended. Its panic waits until the calls
/// before it, in program order, have been looked at.
pub struct Ended<T>(Result<T, Panicked>);

struct Panicked {
    payload: Box<dyn Any + Send>,
    call: Option<&'static CallSite>,
}

impl<T> Ended<T> {
    /// Makes the call.
    pub fn run(call: impl FnOnce() -> T) -> Self {
        let ended = catch_unwind(AssertUnwindSafe(call));
        Self(ended.map_err(|payload| Panicked {
            payload,
            call: trace::take_call(),
        }))
    }

    /// The value.
    ///
    /// # Panics
    ///
    /// When the call has.
    pub fn value(self) -> T {
        self.0.unwrap_or_else(|Panicked { payload, call }| {
            trace::set_call(call);
            resume_unwind(payload)
        })
    }
}
