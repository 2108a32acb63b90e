//! One node of a graph that is built at run time.
//!
//! Ownership is all there is: a handle and every reader that has not run hold
//! an `Arc` of the node, so a value is dropped with its last reader. A reader
//! that takes the value waits for those that borrow it, which the node lists.

use std::any::Any;
use std::borrow::Cow;
use std::cell::RefCell;
use std::fmt;
use std::mem;
use std::panic::{AssertUnwindSafe, Location, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use delayed_graph::{EdgeKind, NodeKind, Place};

use super::discard::{Discard, discard};
use super::identity::{self, Identity};
use super::input::{Input, Link};
use super::run::Run;
use super::value::{Lent, lend};
use crate::Error;
use crate::task::Demand;

/// What a node is called, what kind it is and where it was made.
#[derive(Clone, Copy)]
pub(super) struct Label {
    pub(super) name: &'static str,
    pub(super) kind: NodeKind,
    pub(super) fallible: bool,
    /// What its task demands and no run can do.
    pub(super) unmet: Option<Demand>,
    pub(super) location: &'static Location<'static>,
}

/// What all nodes have, whatever their value.
pub(super) struct Head {
    pub(super) label: Label,
    pub(super) identity: Identity,
    /// The name the user gave to this very node.
    given: Mutex<Option<Cow<'static, str>>>,
    /// Who borrows the value and may still run: a reader that takes the value
    /// comes after these.
    borrowers: Mutex<Vec<Weak<dyn Step>>>,
}

impl Head {
    pub(super) fn name(&self) -> Cow<'static, str> {
        self.given().unwrap_or(Cow::Borrowed(self.label.name))
    }

    pub(super) fn given(&self) -> Option<Cow<'static, str>> {
        lock(&self.given).clone()
    }

    pub(super) fn rename(&self, name: Cow<'static, str>) {
        *lock(&self.given) = Some(name);
    }

    pub(super) fn place(&self) -> Place {
        let location = self.label.location;
        Place {
            file: Cow::Borrowed(location.file()),
            line: location.line(),
            column: location.column(),
        }
    }

    /// Those who borrow the value and are still wanted by somebody.
    pub(super) fn borrowers(&self) -> Vec<Arc<dyn Step>> {
        lock(&self.borrowers)
            .iter()
            .filter_map(Weak::upgrade)
            .collect()
    }

    fn add_borrower(&self, borrower: Weak<dyn Step>) {
        let mut borrowers = lock(&self.borrowers);
        // Forgetting the dead only when the list would grow keeps adding cheap
        // and the list no longer than twice what is alive.
        if borrowers.len() == borrowers.capacity() {
            borrowers.retain(|borrower| borrower.strong_count() > 0);
        }
        borrowers.push(borrower);
    }

    fn error(&self, error: Error) -> Error {
        error.at(Some(self.name()), self.place())
    }
}

/// A node without the type of its value: what plans and pictures work on.
pub(super) trait Step: Send + Sync {
    /// What all nodes have.
    fn head(&self) -> &Head;
    /// Its turn in program order.
    fn order(&self) -> u64 {
        self.head().identity.order
    }
    /// Adds what the node reads; nothing once it has started.
    fn links(&self, found: &mut Vec<Link>);
    /// Whether the value is there.
    fn is_done(&self) -> bool;
    /// Makes the value, unless that was or is being done.
    fn run(self: Arc<Self>, run: &Arc<Run>, index: usize) -> Outcome;
}

/// How a step went.
pub(super) enum Outcome {
    /// The value is there.
    Done,
    /// There will be no value.
    Failed(Error),
    /// Another run is at it, and puts the step back into this run's queue when
    /// it has finished.
    Elsewhere,
}

/// What makes a node's value.
trait Work<T>: Discard {
    fn links(&self, found: &mut Vec<Link>);
    fn run(self: Box<Self>) -> Result<T, Error>;
}

struct Call<I, F> {
    inputs: I,
    body: F,
}

impl<I: Input, F: Send> Discard for Call<I, F> {}

impl<T, I, F> Work<T> for Call<I, F>
where
    I: Input,
    F: FnOnce(I::Value) -> Result<T, Error> + Send,
{
    fn links(&self, found: &mut Vec<Link>) {
        self.inputs.links(found);
    }

    fn run(self: Box<Self>) -> Result<T, Error> {
        let Self { inputs, body } = *self;
        body(inputs.take())
    }
}

/// A node and where it is in its life.
pub(super) struct Node<T> {
    head: Head,
    state: Mutex<State<T>>,
}

enum State<T> {
    Pending(Box<dyn Work<T>>),
    /// Being made; the runs that wait for it.
    Running(Vec<(Arc<Run>, usize)>),
    Owned(T),
    Lent(Arc<dyn Lent<T>>),
    Taken,
    /// What went wrong, as text: the error itself went to who ran it first.
    Failed(String),
}

/// A failure that an earlier run has reported already.
#[derive(Debug)]
struct FailedBefore(String);

impl fmt::Display for FailedBefore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "its value was lost in an earlier run: {}", self.0)
    }
}

impl std::error::Error for FailedBefore {}

thread_local! {
    /// The nodes whose tasks are on this thread's stack, outermost first.
    static ON_STACK: RefCell<Vec<u64>> = const { RefCell::new(Vec::new()) };
}

/// Whether this thread is inside of any task.
pub(super) fn inside_task() -> bool {
    ON_STACK.with_borrow(|nodes| !nodes.is_empty())
}

/// Whether this thread is inside of the task of this very node.
pub(super) fn inside_task_of(order: u64) -> bool {
    ON_STACK.with_borrow(|nodes| nodes.contains(&order))
}

impl<T: Send + 'static> Node<T> {
    /// A node that reads `inputs` and makes its value of them by `body`.
    pub(super) fn new<I, F>(label: Label, inputs: I, body: F) -> Arc<Self>
    where
        I: Input,
        F: FnOnce(I::Value) -> Result<T, Error> + Send + 'static,
    {
        let mut links = Vec::new();
        inputs.links(&mut links);
        let work = Box::new(Call { inputs, body });
        let identity = identity::next(&label, &links);
        let node = Self::with_state(label, identity, State::Pending(work));
        for link in links {
            if link.kind == EdgeKind::Borrowed {
                let borrower: Arc<dyn Step> = node.clone();
                link.step.head().add_borrower(Arc::downgrade(&borrower));
            }
        }
        node
    }

    /// A node whose value is there from the start.
    pub(super) fn ready(label: Label, value: T) -> Arc<Self> {
        let identity = identity::next(&label, &[]);
        Self::with_state(label, identity, State::Owned(value))
    }

    fn with_state(label: Label, identity: Identity, state: State<T>) -> Arc<Self> {
        let head = Head {
            label,
            identity,
            given: Mutex::new(None),
            borrowers: Mutex::new(Vec::new()),
        };
        Arc::new(Self {
            head,
            state: Mutex::new(state),
        })
    }

    /// The value, for good. A plan lets this happen once, after the last loan.
    pub(super) fn take(&self) -> T {
        let value = match mem::replace(&mut *lock(&self.state), State::Taken) {
            State::Owned(value) => Some(value),
            State::Lent(value) => value.into_value(),
            _ => None,
        };
        value.expect("the plan runs a node before its readers, and who takes its value last")
    }

    /// A look at the value.
    pub(super) fn lend(&self) -> Arc<dyn Lent<T>>
    where
        T: Sync,
    {
        let mut state = lock(&self.state);
        let value = match mem::replace(&mut *state, State::Taken) {
            State::Owned(value) => lend(value),
            State::Lent(value) => value,
            _ => panic!("the plan runs a node before its readers, and who takes its value last"),
        };
        *state = State::Lent(value.clone());
        value
    }

    /// Runs the work with the node noted on this thread's stack.
    fn call(&self, work: Box<dyn Work<T>>) -> Result<T, Error> {
        ON_STACK.with_borrow_mut(|nodes| nodes.push(self.head.identity.order));
        let result = catch_unwind(AssertUnwindSafe(|| work.run()));
        ON_STACK.with_borrow_mut(Vec::pop);
        result
            .unwrap_or_else(|payload: Box<dyn Any + Send>| Err(Error::panicked(payload.as_ref())))
            .map_err(|error| self.head.error(error))
    }
}

impl<T> Node<T> {
    pub(super) fn head(&self) -> &Head {
        &self.head
    }
}

impl<T: Send + 'static> Step for Node<T> {
    fn head(&self) -> &Head {
        &self.head
    }

    fn links(&self, found: &mut Vec<Link>) {
        if let State::Pending(work) = &*lock(&self.state) {
            work.links(found);
        }
    }

    fn is_done(&self) -> bool {
        matches!(
            *lock(&self.state),
            State::Owned(_) | State::Lent(_) | State::Taken
        )
    }

    fn run(self: Arc<Self>, run: &Arc<Run>, index: usize) -> Outcome {
        let work = {
            let mut state = lock(&self.state);
            match &mut *state {
                State::Pending(_) => {}
                State::Running(waiting) => {
                    waiting.push((run.clone(), index));
                    return Outcome::Elsewhere;
                }
                State::Owned(_) | State::Lent(_) | State::Taken => return Outcome::Done,
                State::Failed(message) => {
                    let error = Error::failed(FailedBefore(message.clone()));
                    return Outcome::Failed(self.head.error(error));
                }
            }
            match mem::replace(&mut *state, State::Running(Vec::new())) {
                State::Pending(work) => work,
                _ => unreachable!("the state is pending, and locked since that was seen"),
            }
        };
        let (state, outcome) = match self.call(work) {
            Ok(value) => (State::Owned(value), Outcome::Done),
            Err(error) => (State::Failed(error.to_string()), Outcome::Failed(error)),
        };
        let before = mem::replace(&mut *lock(&self.state), state);
        if let State::Running(waiting) = before {
            for (run, index) in waiting {
                run.wake(index, self.clone());
            }
        }
        outcome
    }
}

impl<T> Drop for Node<T> {
    fn drop(&mut self) {
        let state = self.state.get_mut().unwrap_or_else(PoisonError::into_inner);
        if let State::Pending(work) = mem::replace(state, State::Taken) {
            discard(work);
        }
    }
}

/// No user's code runs under any lock of this module, so none is ever poisoned.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
