//! Running a plan: stacks of ready steps that the caller and its helpers take
//! from.
//!
//! The caller always works itself, so a run ends even if no helper ever comes.
//! It asks for helpers when it has more than one step at hand, and until then
//! it is alone and needs nothing that synchronises threads. A helper is a job
//! in the runtime's pool; it leaves when nothing has been ready for a while
//! and does nothing on a thread that is inside of a task already: there it
//! could make that task wait for work that waits for the task.
//!
//! After a failure, steps later in program order are not started, and earlier ones
//! still are: one of them may be what serial execution would have met first. Which
//! step a worker takes is in `worker.rs`.

use std::any::Any;
use std::fmt;
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, PoisonError};
use std::time::Instant;

use super::ahead::{fetch, fetch_node};
use super::discard::discard;
use super::header::Header;
use super::plan::{Holds, Plan};
use super::rank::Ranks;
use super::reference::NodePtr;
use super::stack;
use super::step::{Edge, Step};
use super::within::Within;
use super::word::State;
use super::worker::Worker;
use crate::control::context::{self, Progress, Watch};
use crate::executor::memory::hand::{self, Holding};
use crate::executor::memory::ledger::{Charge, is_counting};
use crate::executor::memory::scales;
use crate::executor::seeded::Seeded;
use crate::observe::{Telling, Told, Work};
use crate::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use crate::sync::{Condvar, Mutex, MutexGuard};
use crate::{Error, Runtime};

/// A plan on its way.
pub(super) struct Run {
    pub(super) steps: Vec<Step>,
    pub(super) edges: Vec<Edge>,
    holds: Holds,
    pub(super) ranks: Ranks,
    pub(super) seeded: Option<Seeded>,
    pub(super) telling: Option<Telling>,
    runtime: Runtime,
    watch: Watch,
    /// How many steps are what the caller asked for: the first ones.
    roots: u32,
    /// Whether nobody else can get at the nodes.
    is_closed: bool,
    /// Whether nodes list who borrows from them.
    is_listed: bool,
    /// Whether there is a memory limit.
    pub(super) is_limited: bool,
    /// How many threads may work on this besides the caller.
    helpers: usize,
    /// How many more workers there would be something to do for: those that
    /// wait, and helpers that were not asked.
    pub(super) room: AtomicUsize,
    /// Whether somebody who waits would find something, or the end.
    pub(super) has_news: AtomicBool,
    /// The turn in program order of the first failure, or `NO_FAILURE`.
    failed: Arc<AtomicU64>,
    shared: Mutex<Shared>,
    /// Tells the waiting that something is ready, or all is settled.
    pub(super) changed: Condvar,
}

const NO_FAILURE: u64 = u64::MAX;

/// The step that a thread is at.
#[derive(Clone, Copy)]
struct At<'a> {
    node: NodePtr,
    header: &'a Header,
    index: u32,
    /// Whether the run refers to the node, as others may, too.
    is_held: bool,
}

/// What workers hand to each other.
pub(super) struct Shared {
    pub(super) ready: Vec<u32>,
    /// Steps that no worker has reported as settled.
    pub(super) unsettled: usize,
    /// Workers that wait for something to do…
    pub(super) waiting: usize,
    /// …and those of them that have to be woken.
    pub(super) sleeping: usize,
    /// Helpers that were asked and have not left.
    pub(super) helpers: usize,
    failure: Option<Error>,
    /// The ready steps, where there is a memory limit.
    pub(super) within: Option<Within>,
}

/// Runs every step of the plan.
pub(super) fn run(mut plan: Plan) -> Result<(), Error> {
    plan.admit()?;
    if plan.steps.is_empty() {
        return Ok(());
    }
    let runtime = Runtime::current();
    let _level = stack::Level::new();
    let _hands = is_counting().then(Holding::none);
    let (roots, is_closed, is_listed) = (plan.roots, plan.is_closed, plan.is_listed);
    let ranks = mem::take(&mut plan.ranks);
    let (steps, edges, ready, holds) = plan.into_parts();
    let begun = runtime.begin();
    let helpers = runtime.threads() - 1;
    let work = Work::Steps(steps.len() as u64);
    let within = Within::of(&runtime);
    let telling = runtime.observed().begin(work, runtime.threads());
    let is_limited = within.is_some();
    let run = Arc::new(Run {
        helpers,
        room: AtomicUsize::new(helpers),
        has_news: AtomicBool::new(false),
        failed: Arc::new(AtomicU64::new(NO_FAILURE)),
        shared: Mutex::new(Shared {
            ready: Vec::new(),
            unsettled: steps.len(),
            waiting: 0,
            sleeping: 0,
            helpers: 0,
            failure: None,
            within,
        }),
        changed: Condvar::new(),
        is_limited,
        steps,
        edges,
        holds,
        ranks,
        seeded: runtime.seeded(),
        telling,
        runtime,
        watch: Watch::new(begun.context()),
        roots,
        is_closed,
        is_listed,
    });
    let progress = run.progress();
    let entered = progress.enter();
    Worker::caller(&run, progress, ready).work();
    drop(entered);
    let failure = run.lock().failure.take();
    if let Some(telling) = &run.telling {
        telling.ended(failure.as_ref());
    }
    failure.map_or(Ok(()), |error| Err(begun.error(error)))
}

impl Run {
    /// No user's code runs under this lock, so it is never poisoned.
    pub(super) fn lock(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the steps answer to that one thread runs.
    fn progress(&self) -> Progress {
        Progress::new(Some(self.watch.context()), Arc::clone(&self.failed))
    }

    /// Says how things are to those who do not take the lock. What is there for
    /// all to take leaves no room for more.
    pub(super) fn tell(&self, shared: &Shared) {
        let is_taken = shared.ready.is_empty();
        let room = shared.waiting + self.helpers - shared.helpers;
        self.room
            .store(if is_taken { room } else { 0 }, Ordering::Relaxed);
        let has_news = !is_taken || shared.unsettled == 0;
        self.has_news.store(has_news, Ordering::Relaxed);
    }

    /// Asks for one more helper, if there may be one.
    pub(super) fn ask(self: &Arc<Self>, mut shared: MutexGuard<'_, Shared>) {
        if shared.helpers < self.helpers {
            shared.helpers += 1;
            self.tell(&shared);
            drop(shared);
            let run = self.clone();
            self.runtime.pool().spawn(move || run.help());
        }
    }

    fn help(self: Arc<Self>) {
        if stack::is_inside_task() {
            let mut shared = self.lock();
            shared.helpers -= 1;
            self.tell(&shared);
            return;
        }
        let _level = stack::Level::new();
        let progress = self.progress();
        let _entered = progress.enter();
        Worker::helper(&self, progress).help();
    }

    /// The steps that borrow from a settled one, if its node lists them. That is so
    /// where nobody else can get at the nodes, and the list has not changed since
    /// the plan was made: each of these steps waits for this one.
    #[inline]
    pub(super) fn borrowers(&self, node: NodePtr) -> impl Iterator<Item = u32> + use<> {
        // SAFETY: its readers keep it, and the caller its roots.
        let listed = self.is_listed.then(|| unsafe { node.get() }.borrowers());
        listed.into_iter().flatten().map(|reader| {
            fetch_node(reader);
            // SAFETY: rule 5: it has not run yet, so it is there.
            unsafe { reader.get() }.mark().as_step() as u32
        })
    }

    /// Fetches what will be looked at when a step has run whose node was fetched.
    #[inline]
    pub(super) fn fetch_readers(&self, step: &Step) {
        step.readers.fetch(&self.edges);
        if self.is_listed {
            // SAFETY: a ready step is not settled, so the node is there.
            fetch(unsafe { step.node.get() }.borrowers.get());
        }
    }

    /// Runs a step if it is wanted, and gives whether it is settled: if another
    /// run is at it, that one will put it back.
    #[inline]
    pub(super) fn execute(self: &Arc<Self>, node: NodePtr, header: &Header, index: u32) -> bool {
        let mut is_held = self.holds.has(node, header, index);
        if is_held && self.is_closed {
            header.adopt(index < self.roots);
            is_held = false;
        }
        let at = At {
            node,
            header,
            index,
            is_held,
        };
        let is_wanted = header.order < self.failed.load(Ordering::Relaxed);
        if is_wanted && self.goes_on(header) {
            match self.claim(at) {
                State::Pending => {
                    match &self.telling {
                        Some(telling) => self.make_and_tell(telling, at),
                        None => drop(self.make(at)),
                    }
                    return true;
                }
                State::Running => return false,
                State::Failed => self.fail(header.order, failed_before(header)),
                State::Done | State::Taken => {}
            }
        }
        if is_held {
            self.finish(at, None);
        }
        true
    }

    /// Whether the run has not been told to stop; else that is its failure here.
    #[inline]
    fn goes_on(&self, header: &Header) -> bool {
        self.watch.is_open() || self.goes_on_now(header)
    }

    fn goes_on_now(&self, header: &Header) -> bool {
        let end = self.watch.check();
        context::was_told();
        if let Err(reason) = end {
            self.fail(header.order, header.error(Error::cancelled(reason)));
        }
        end.is_ok()
    }

    /// Takes on a node's work if that is pending; gives the state before.
    #[inline]
    fn claim(self: &Arc<Self>, at: At<'_>) -> State {
        let At { header, index, .. } = at;
        if !at.is_held {
            let state = header.word().state();
            if state == State::Pending {
                header.set_state(State::Running);
            }
            return state;
        }
        let mut locked = header.lock();
        let state = locked.state();
        match state {
            State::Pending => locked.set_state(State::Running),
            State::Running => locked.note(|note| note.waiting.push((self.clone(), index))),
            State::Done | State::Taken | State::Failed => {}
        }
        state
    }

    /// The same, with a word on it.
    #[cold]
    fn make_and_tell(&self, telling: &Telling, at: At<'_>) {
        let header = at.header;
        // Afterwards the node may be gone.
        let told = Told {
            name: header.name(),
            task: header.info().name,
            place: header.source(),
            order: header.order,
        };
        telling.step_begins(&told);
        let began = Instant::now();
        scales::take();
        let is_ok = self.make(at);
        telling.step(&told, began, is_ok);
        if let (true, Some(bytes)) = (is_ok, scales::take()) {
            telling.value(told.task, &told.place, bytes);
        }
    }

    /// Does a node's work, and gives whether there is a value. It runs under no lock, as it is the user's code, and
    /// what it throws must not reach the pool.
    #[inline]
    fn make(&self, at: At<'_>) -> bool {
        let At {
            node,
            header,
            is_held,
            ..
        } = at;
        stack::enter(header.order);
        // SAFETY: the claim has made this thread the one that does the work.
        let work = AssertUnwindSafe(|| unsafe { (header.table.run)(node) });
        let made = catch_unwind(work);
        let made = match made {
            Ok(Ok(())) => Ok(self.use_value(at)),
            made => made,
        };
        let is_ok = matches!(made, Ok(Ok(())));
        if self.is_limited && is_ok {
            self.charge(header);
        }
        match made {
            Ok(Ok(())) if !is_held => header.set_state(State::Done),
            Ok(Ok(())) => self.finish(at, Some(State::Done)),
            Ok(Err(error)) => self.lose(at, error),
            Err(payload) => {
                let payload: Box<dyn Any + Send> = payload;
                let error = Error::panicked(payload.as_ref());
                self.lose(at, error);
            }
        }
        is_ok
    }

    /// Drops a new value if its task was told to stop: it may be anything, and
    /// nobody else who shares the node should see it.
    fn use_value(&self, at: At<'_>) -> Result<(), Error> {
        if self.watch.is_open() || !context::was_told() {
            return Ok(());
        }
        let Err(reason) = self.watch.check() else {
            return Ok(());
        };
        // SAFETY: the work has just written it, and nobody else has seen it.
        let drop_value = AssertUnwindSafe(|| unsafe { (at.header.table.drop_value)(at.node) });
        match catch_unwind(drop_value) {
            Ok(()) => Err(Error::cancelled(reason)),
            Err(payload) => Err(Error::panicked(&*payload)),
        }
    }

    /// What a new value holds is held until its node ends.
    #[cold]
    fn charge(&self, header: &Header) {
        let mut charge = hand::give_up();
        if header.table.is_plain {
            charge = Charge::default();
        }
        if let Some(within) = &mut self.lock().within {
            within.learn(header.info(), charge.bytes());
        }
        if charge.bytes() > 0 {
            header.lock().note(|note| note.charge = charge);
        }
    }

    /// Notes that there will be no value.
    #[cold]
    fn lose(&self, at: At<'_>, error: Error) {
        let header = at.header;
        let error = header.error(error);
        let text = error.to_string();
        self.fail(header.order, error);
        header.lock().note(|note| note.failure = Some(text));
        if at.is_held {
            self.finish(at, Some(State::Failed));
        } else {
            header.set_state(State::Failed);
        }
    }

    /// Keeps the failure that serial execution would have met first.
    fn fail(&self, order: u64, error: Error) {
        let mut shared = self.lock();
        if order < self.failed.load(Ordering::Relaxed) {
            self.failed.store(order, Ordering::Relaxed);
            shared.failure = Some(error);
        }
    }

    /// Gives up a node, with a new state if this run has done its work, and
    /// wakes the runs that wait for it.
    #[inline(never)]
    fn finish(&self, at: At<'_>, state: Option<State>) {
        let At {
            node,
            header,
            index,
            ..
        } = at;
        let mut waiting = Vec::new();
        let mut locked = header.lock();
        self.holds.unmark(node, header, index);
        if let Some(state) = state {
            locked.set_state(state);
            waiting = locked
                .noted(|note| mem::take(&mut note.waiting))
                .unwrap_or_default();
        }
        let is_last = locked.leave();
        drop(locked);
        for (run, index) in waiting {
            run.wake(index);
        }
        if is_last {
            // SAFETY: this was the last reference.
            unsafe { discard(node) };
        }
    }

    /// Puts back a step that another run has finished in the meantime.
    fn wake(&self, index: u32) {
        let mut shared = self.lock();
        shared.ready.push(index);
        self.tell(&shared);
        drop(shared);
        self.changed.notify_one();
    }
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

fn failed_before(header: &Header) -> Error {
    let failure = header.lock().noted(|note| note.failure.clone());
    let failure = FailedBefore(failure.flatten().unwrap_or_default());
    header.error(Error::failed(failure))
}
