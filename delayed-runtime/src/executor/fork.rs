//! Independent statements side by side.

use std::any::Any;
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::PoisonError;
use std::thread::Result as Caught;
use std::time::{Duration, Instant};

use super::help::board::Job;
use super::looping::pace::{Limits, Pace};
use super::memory::budget::Budget;
use super::memory::hand::{self, Holding};
use super::memory::ledger::Charge;
use super::run::Stop;
use super::scope::Scope;
use super::seeded::Seeded;
use super::site::CallSite;
use super::trace;
use crate::control::context::{self, Context};
use crate::sync::Mutex;
use crate::sync::atomic::{AtomicBool, Ordering};

/// A fork is short in which help is not worth its price.
const SHORT: Limits = Limits {
    helped: Duration::from_micros(30),
    alone: Duration::from_micros(10),
};

impl Scope<'_> {
    /// Runs branches, which `join`s of the fork keep apart.
    pub fn fork<T>(&self, pace: &Pace, branches: impl FnOnce(&Fork<'_>) -> T) -> T {
        if self.run.is_serial() {
            return branches(&Fork {
                scope: self,
                is_short: true,
            });
        }
        let is_short = pace.is_short();
        let begin = Instant::now();
        let ended = branches(&Fork {
            scope: self,
            is_short,
        });
        pace.learn(!is_short, begin.elapsed(), SHORT);
        ended
    }
}

/// Branches that may run side by side.
pub struct Fork<'a> {
    scope: &'a Scope<'a>,
    /// They run one after the other.
    is_short: bool,
}

impl Fork<'_> {
    /// Runs `left` here while somebody else may run `right`; gives both values.
    ///
    /// # Panics
    ///
    /// When one of them panics; `left`'s panic goes first.
    pub fn join<A, B: Send>(
        &self,
        left: impl FnOnce(&Fork<'_>) -> A,
        right: impl FnOnce(&Fork<'_>) -> B + Send,
    ) -> (A, B) {
        if self.is_short {
            return self.one_by_one(left, right);
        }
        let (scope, run) = (self.scope, self.scope.run);
        let branch = Branch {
            scope: scope.iteration(1, None),
            context: context::current(),
            offered: AtomicBool::new(true),
            body: Mutex::new(Some(right)),
            value: Mutex::new(None),
        };
        let position = scope.position();
        let posted = run.post(&branch, position.child(1));
        let left = catch_unwind(AssertUnwindSafe(|| {
            let scope = scope.iteration(0, None);
            left(&Fork {
                scope: &scope,
                is_short: false,
            })
        }));
        posted.shut();
        branch.visit();
        run.wait(&position.child(2), || branch.is_done());
        drop(posted);
        let value = branch
            .value
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        let (right, charge) = value.expect("the wait above ends when the branch has its value");
        hand::take_over(charge);
        match (left, right) {
            (Ok(left), Ok(right)) => (left, right),
            (Err(payload), _) | (_, Err(payload)) => resume_unwind(payload),
        }
    }
}

impl Fork<'_> {
    /// Runs both here, in an order of the executor's.
    fn one_by_one<A, B>(
        &self,
        left: impl FnOnce(&Fork<'_>) -> A,
        right: impl FnOnce(&Fork<'_>) -> B,
    ) -> (A, B) {
        if !self.scope.run.seeded().is_some_and(Seeded::flip) {
            let left = left(self);
            return (left, right(self));
        }
        let right = catch_unwind(AssertUnwindSafe(|| right(self)));
        let left = left(self);
        (left, right.unwrap_or_else(|payload| resume_unwind(payload)))
    }
}

/// The half of a fork that somebody else may take.
struct Branch<'a, F, B> {
    scope: Scope<'a>,
    /// What both halves answer to.
    context: Option<Context>,
    offered: AtomicBool,
    body: Mutex<Option<F>>,
    /// What it gave, and what that holds.
    value: Mutex<Option<(Caught<B>, Charge)>>,
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
    F: FnOnce(&Fork<'_>) -> B + Send,
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
        let _entered = self.context.clone().map(Context::enter);
        let holding = self.scope.run.budget().map(Budget::outside);
        let value = catch_unwind(AssertUnwindSafe(|| {
            body(&Fork {
                scope: &self.scope,
                is_short: false,
            })
        }));
        let charge = holding.map(Holding::finish::<B>).unwrap_or_default();
        let branch = Some((value, charge));
        *self.value.lock().unwrap_or_else(PoisonError::into_inner) = branch;
        self.scope.run.bump();
    }
}

/// How a branch of a fork ended. Its failure waits until the other branches are
/// known, as one of theirs may come first in the program.
pub struct Ended<T>(Result<T, Failure>);

struct Failure {
    /// The number of the step that failed: they grow in program order.
    at: u32,
    end: End,
}

enum End {
    Stopped(Stop),
    Panicked {
        payload: Box<dyn Any + Send>,
        call: Option<&'static CallSite>,
    },
}

impl<T> Ended<T> {
    /// Runs a branch, which notes the number of each step before it runs.
    pub fn run(branch: impl FnOnce(&Cell<u32>) -> Result<T, Stop>) -> Self {
        let at = Cell::new(0);
        let end = match catch_unwind(AssertUnwindSafe(|| branch(&at))) {
            Ok(Ok(value)) => return Self(Ok(value)),
            Ok(Err(stop)) => End::Stopped(stop),
            Err(payload) => End::Panicked {
                payload,
                call: trace::take_call(),
            },
        };
        let at = at.get();
        Self(Err(Failure { at, end }))
    }

    /// The number of the step that failed, if one has.
    pub fn failed_at(&self) -> Option<u32> {
        self.0.as_ref().err().map(|failure| failure.at)
    }

    /// What stopped the branch.
    ///
    /// # Panics
    ///
    /// When a step has.
    pub fn failure(self) -> Stop {
        match self.0.map_err(|failure| failure.end) {
            Err(End::Stopped(stop)) => stop,
            Err(End::Panicked { payload, call }) => {
                trace::set_call(call);
                resume_unwind(payload)
            }
            Ok(_) => unreachable!("only the branch that failed is asked for its failure"),
        }
    }

    /// The values of a branch that has not failed.
    pub fn value(self) -> T {
        self.0
            .unwrap_or_else(|_| unreachable!("no branch has failed where values are asked for"))
    }
}

/// The branch that failed first in program order, if one has.
#[must_use]
pub fn first_failure(failed_at: &[Option<u32>]) -> Option<usize> {
    let failed = failed_at.iter().enumerate();
    let failed = failed.filter_map(|(branch, at)| at.map(|at| (at, branch)));
    failed.min().map(|(_, branch)| branch)
}
