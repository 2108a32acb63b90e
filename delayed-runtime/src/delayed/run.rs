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
//! Each worker has a stack of its own, which makes the order depth-first: what
//! became ready last runs first, so few values are alive at a time. Who has
//! nothing to do gets the lower half of another's stack, the work that is
//! furthest from what that one is at. Tasks of higher priority are nearer to the
//! top of a stack than others. After a failure, steps later in program
//! order are not started, and earlier ones still are: one of them may be what
//! serial execution would have met first.

use std::any::Any;
use std::fmt;
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

use super::discard::discard;
use super::header::Header;
use super::plan::{Holds, Plan};
use super::rank::Ranks;
use super::reference::NodePtr;
use super::stack;
use super::step::{Edge, Step};
use super::word::State;
use crate::control::context::{Progress, Watch};
use crate::executor::seeded::Seeded;
use crate::observe::{Telling, Told, Work};
use crate::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use crate::sync::{Condvar, Mutex, MutexGuard};
use crate::{Error, Runtime};

/// A plan on its way.
pub(super) struct Run {
    steps: Vec<Step>,
    edges: Vec<Edge>,
    holds: Holds,
    ranks: Ranks,
    seeded: Option<Seeded>,
    telling: Option<Telling>,
    runtime: Runtime,
    watch: Watch,
    /// How many steps are what the caller asked for: the first ones.
    roots: u32,
    /// Whether nobody else can get at the nodes.
    is_closed: bool,
    /// How many threads may work on this besides the caller.
    helpers: usize,
    /// How many more workers there would be something to do for: those that
    /// wait, and helpers that were not asked.
    room: AtomicUsize,
    /// The turn in program order of the first failure, or `NO_FAILURE`.
    failed: Arc<AtomicU64>,
    shared: Mutex<Shared>,
    /// Tells the waiting that something is ready, or all is settled.
    changed: Condvar,
}

const NO_FAILURE: u64 = u64::MAX;

/// What workers hand to each other.
struct Shared {
    ready: Vec<u32>,
    /// Steps that no worker has reported as settled.
    unsettled: usize,
    /// Workers that wait for something to do.
    waiting: usize,
    /// Helpers that were asked and have not left.
    helpers: usize,
    failure: Option<Error>,
}

/// How long a helper waits for work before it leaves. Its thread belongs to a
/// pool that others use, too.
const PATIENCE: Duration = Duration::from_micros(500);

/// Runs every step of the plan.
pub(super) fn run(mut plan: Plan) -> Result<(), Error> {
    plan.admit()?;
    if plan.steps.is_empty() {
        return Ok(());
    }
    let runtime = Runtime::current();
    if runtime.ledger().is_some() {
        return Err(Error::failed(
            "graphs that are made at run time keep no memory limit: compute this one outside of the \
             runtime that has one, or write it as a pipeline",
        ));
    }
    let _level = stack::Level::new();
    let (roots, is_closed) = (plan.roots, plan.is_closed);
    let ranks = mem::take(&mut plan.ranks);
    let (steps, edges, ready, holds) = plan.into_parts();
    let begun = runtime.begin();
    let helpers = runtime.threads() - 1;
    let work = Work::Steps(steps.len() as u64);
    let telling = runtime.observed().begin(work, runtime.threads());
    let run = Arc::new(Run {
        helpers,
        room: AtomicUsize::new(helpers),
        failed: Arc::new(AtomicU64::new(NO_FAILURE)),
        shared: Mutex::new(Shared {
            ready: Vec::new(),
            unsettled: steps.len(),
            waiting: 0,
            helpers: 0,
            failure: None,
        }),
        changed: Condvar::new(),
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
    });
    let progress = run.progress();
    let entered = progress.enter();
    let mut caller = Worker {
        run: &run,
        progress,
        ready,
        settled: 0,
        is_alone: true,
        is_caller: true,
    };
    caller.work();
    drop(entered);
    let failure = run.lock().failure.take();
    if let Some(telling) = &run.telling {
        telling.ended(failure.as_ref());
    }
    failure.map_or(Ok(()), |error| Err(begun.error(error)))
}

/// A thread that works on a run.
struct Worker<'a> {
    run: &'a Arc<Run>,
    progress: Progress,
    ready: Vec<u32>,
    /// Steps that it has settled and not reported.
    settled: usize,
    /// Nobody else has seen anything of this run.
    is_alone: bool,
    is_caller: bool,
}

impl Worker<'_> {
    fn work(&mut self) {
        loop {
            while let Some(index) = self.next() {
                if !self.ready.is_empty() && self.run.room.load(Ordering::Relaxed) > 0 {
                    self.share();
                }
                self.step(index);
            }
            if !self.find_more() {
                return;
            }
        }
    }

    /// The step that the executor has next.
    #[inline]
    fn next(&mut self) -> Option<u32> {
        let Some(seeded) = &self.run.seeded else {
            return self.ready.pop();
        };
        let urgent = self.run.ranks.urgent(&self.ready);
        if urgent > 0 {
            let last = self.ready.len() - 1;
            self.ready
                .swap(last + 1 - urgent + seeded.choose(urgent), last);
        }
        self.ready.pop()
    }

    /// Hands the lower half of the stack to whoever comes.
    fn share(&mut self) {
        self.is_alone = false;
        let half = self.ready.len().div_ceil(2);
        let mut shared = self.run.lock();
        shared.ready.extend(self.ready.drain(..half));
        if shared.waiting > 0 {
            drop(shared);
            self.run.changed.notify_one();
        } else {
            self.run.ask(shared);
        }
    }

    /// Takes what others have handed over, or waits for it. Gives whether there
    /// is anything; a caller has waited until all is settled if there is not.
    fn find_more(&mut self) -> bool {
        let run = self.run;
        let mut shared = run.lock();
        shared.unsettled -= mem::take(&mut self.settled);
        if shared.unsettled == 0 {
            run.changed.notify_all();
        }
        let mut is_patient = true;
        while shared.ready.is_empty() {
            if shared.unsettled == 0 || !is_patient {
                shared.helpers -= usize::from(!self.is_caller);
                run.set_room(&shared);
                return false;
            }
            shared.waiting += 1;
            run.set_room(&shared);
            let waited = if self.is_caller {
                run.changed.wait(shared).map_err(PoisonError::into_inner)
            } else {
                let waited = run.changed.wait_timeout(shared, PATIENCE);
                let (guard, timeout) = waited.unwrap_or_else(PoisonError::into_inner);
                is_patient = !timeout.timed_out();
                Ok(guard)
            };
            shared = waited.unwrap_or_else(|guard| guard);
            shared.waiting -= 1;
            run.set_room(&shared);
        }
        let rest = shared.ready.len() / 2;
        self.ready.extend(shared.ready.drain(rest..));
        if rest > 0 {
            run.ask(shared);
        }
        run.ranks.sort(&mut self.ready);
        true
    }

    /// Runs a step if it is wanted, and tells those who wait for it.
    fn step(&mut self, index: u32) {
        let step = &self.run.steps[index as usize];
        // SAFETY: a ready step is not settled, so the node is there.
        let header = unsafe { step.node.get() };
        self.progress.reach(header.order);
        if self.run.execute(step.node, header, index) {
            self.settle(step);
        }
    }

    fn settle(&mut self, step: &Step) {
        self.settled += 1;
        let first = self.ready.len();
        let mut readers = step.readers;
        while let Some((to, rest)) = readers.next(&self.run.edges) {
            readers = rest;
            let waits = &self.run.steps[to as usize].waits;
            // What is 1 nobody else lowers; and alone there is nobody else.
            let left = match waits.load(Ordering::Acquire) {
                1 => 0,
                left if self.is_alone => {
                    waits.store(left - 1, Ordering::Relaxed);
                    left - 1
                }
                _ => waits.fetch_sub(1, Ordering::AcqRel) - 1,
            };
            if left == 0 {
                self.ready.push(to);
            }
        }
        self.run.ranks.insert(&mut self.ready, first);
    }
}

impl Run {
    /// No user's code runs under this lock, so it is never poisoned.
    fn lock(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the steps answer to that one thread runs.
    fn progress(&self) -> Progress {
        Progress::new(Some(self.watch.context()), Arc::clone(&self.failed))
    }

    fn set_room(&self, shared: &Shared) {
        let room = shared.waiting + self.helpers - shared.helpers;
        self.room.store(room, Ordering::Relaxed);
    }

    /// Asks for one more helper, if there may be one.
    fn ask(self: &Arc<Self>, mut shared: MutexGuard<'_, Shared>) {
        if shared.helpers < self.helpers {
            shared.helpers += 1;
            self.set_room(&shared);
            drop(shared);
            let run = self.clone();
            self.runtime.pool().spawn(move || run.help());
        }
    }

    fn help(self: Arc<Self>) {
        if stack::is_inside_task() {
            let mut shared = self.lock();
            shared.helpers -= 1;
            self.set_room(&shared);
            return;
        }
        let _level = stack::Level::new();
        let progress = self.progress();
        let _entered = progress.enter();
        let mut helper = Worker {
            run: &self,
            progress,
            ready: Vec::new(),
            settled: 0,
            is_alone: false,
            is_caller: false,
        };
        if helper.find_more() {
            helper.work();
        }
    }

    /// Runs a step if it is wanted, and gives whether it is settled: if another
    /// run is at it, that one will put it back.
    fn execute(self: &Arc<Self>, node: NodePtr, header: &Header, index: u32) -> bool {
        let mut is_held = self.holds.has(node, header);
        if is_held && self.is_closed {
            header.adopt(index < self.roots);
            is_held = false;
        }
        let is_wanted = header.order < self.failed.load(Ordering::Relaxed);
        if is_wanted && self.goes_on(header) {
            match self.claim(header, is_held, index) {
                State::Pending => {
                    match &self.telling {
                        Some(telling) => self.make_and_tell(telling, node, header, is_held),
                        None => drop(self.make(node, header, is_held)),
                    }
                    return true;
                }
                State::Running => return false,
                State::Failed => self.fail(header.order, failed_before(header)),
                State::Done | State::Taken => {}
            }
        }
        if is_held {
            self.finish(node, header, None);
        }
        true
    }

    /// Whether the run has not been told to stop; else that is its failure here.
    fn goes_on(&self, header: &Header) -> bool {
        let end = self.watch.check();
        if let Err(reason) = end {
            self.fail(header.order, header.error(Error::cancelled(reason)));
        }
        end.is_ok()
    }

    /// Takes on a node's work if that is pending; gives the state before.
    fn claim(self: &Arc<Self>, header: &Header, is_held: bool, index: u32) -> State {
        if !is_held {
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
    fn make_and_tell(&self, telling: &Telling, node: NodePtr, header: &Header, is_held: bool) {
        // Afterwards the node may be gone.
        let told = Told {
            name: header.name(),
            task: header.info.name,
            place: header.source(),
            order: header.order,
        };
        telling.step_begins(&told);
        let began = Instant::now();
        let is_ok = self.make(node, header, is_held);
        telling.step(&told, began, is_ok);
    }

    /// Does a node's work, and gives whether there is a value. It runs under no lock, as it is the user's code, and
    /// what it throws must not reach the pool.
    fn make(&self, node: NodePtr, header: &Header, is_held: bool) -> bool {
        stack::enter(header.order);
        // SAFETY: the claim has made this thread the one that does the work.
        let work = AssertUnwindSafe(|| unsafe { (header.table.run)(node) });
        let made = catch_unwind(work);
        let is_ok = matches!(made, Ok(Ok(())));
        match made {
            Ok(Ok(())) if !is_held => header.set_state(State::Done),
            Ok(Ok(())) => self.finish(node, header, Some(State::Done)),
            Ok(Err(error)) => self.lose(node, header, is_held, error),
            Err(payload) => {
                let payload: Box<dyn Any + Send> = payload;
                let error = Error::panicked(payload.as_ref());
                self.lose(node, header, is_held, error);
            }
        }
        is_ok
    }

    /// Notes that there will be no value.
    #[cold]
    fn lose(&self, node: NodePtr, header: &Header, is_held: bool, error: Error) {
        let error = header.error(error);
        let text = error.to_string();
        self.fail(header.order, error);
        header.lock().note(|note| note.failure = Some(text));
        if is_held {
            self.finish(node, header, Some(State::Failed));
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
    fn finish(&self, node: NodePtr, header: &Header, state: Option<State>) {
        let mut waiting = Vec::new();
        let mut locked = header.lock();
        self.holds.unmark(header);
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
        self.lock().ready.push(index);
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
