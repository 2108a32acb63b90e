//! Running a plan: a stack of ready steps that the caller and its helpers take
//! from.
//!
//! The caller always works itself, so a run ends even if no helper ever comes.
//! A helper is a job in the current rayon pool; it leaves when nothing is ready
//! and does nothing on a thread that is inside of a task already: there it
//! could make that task wait for work that waits for the task.
//!
//! The stack makes the order depth-first: what became ready last runs first, so
//! few values are alive at a time. After a failure, steps later in program
//! order are not started, and earlier ones still are: one of them may be what
//! serial execution would have met first.

use std::fmt;
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use super::node::{Outcome, Step, inside_task, inside_task_of, lock};
use super::plan::Plan;
use crate::Error;

/// A plan on its way.
pub(super) struct Run {
    queue: Mutex<Queue>,
    /// Tells the caller that a step became ready or that all are settled.
    changed: Condvar,
    readers: Readers,
    helpers: usize,
}

/// Who waits for each step: for step `i`, `list[starts[i]..starts[i + 1]]`.
struct Readers {
    starts: Vec<usize>,
    list: Vec<usize>,
}

struct Queue {
    /// Each step until it is started.
    steps: Vec<Option<Arc<dyn Step>>>,
    /// How many dependences of each step are not settled.
    waits: Vec<usize>,
    ready: Vec<usize>,
    unsettled: usize,
    helpers: usize,
    failure: Option<(u64, Error)>,
}

/// A task that needs the value it is about to make.
#[derive(Debug)]
struct NeedsItself;

impl fmt::Display for NeedsItself {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "while it was running, its thread was asked to compute a graph that needs its value: \
             compute graphs that share a node one after the other, or in one `compute((a, b))`",
        )
    }
}

impl std::error::Error for NeedsItself {}

/// Runs every step of the plan.
pub(super) fn run(plan: Plan) -> Result<(), Error> {
    // From the oldest to the newest: the first in program order is reported.
    plan.steps.iter().rev().try_for_each(admit)?;
    if plan.steps.is_empty() {
        return Ok(());
    }
    let run = Arc::new(Run::new(plan));
    run.work(lock(&run.queue), true);
    let failure = lock(&run.queue).failure.take();
    failure.map_or(Ok(()), |(_, error)| Err(error))
}

/// Whether a step can run here: asked of all before the first one does.
fn admit(step: &Arc<dyn Step>) -> Result<(), Error> {
    let head = step.head();
    let reason = if let Some(demand) = head.label.unmet {
        Error::failed(demand)
    } else if inside_task_of(step.order()) {
        Error::failed(NeedsItself)
    } else {
        return Ok(());
    };
    Err(reason.at(Some(head.name()), head.place()))
}

impl Run {
    fn new(Plan { steps, edges }: Plan) -> Self {
        let mut starts = vec![0; steps.len() + 1];
        let mut waits = vec![0; steps.len()];
        for edge in &edges {
            starts[edge.from + 1] += 1;
            waits[edge.to] += 1;
        }
        for index in 0..steps.len() {
            starts[index + 1] += starts[index];
        }
        // The plan's edges are ordered by `from`, and its steps from the newest
        // to the oldest: so the oldest of the ready ones is on top.
        let list = edges.iter().map(|edge| edge.to).collect();
        let ready = (0..steps.len())
            .filter(|&index| waits[index] == 0)
            .collect();
        let queue = Queue {
            unsettled: steps.len(),
            steps: steps.into_iter().map(Some).collect(),
            waits,
            ready,
            helpers: 0,
            failure: None,
        };
        Self {
            queue: Mutex::new(queue),
            changed: Condvar::new(),
            readers: Readers { starts, list },
            helpers: rayon::current_num_threads() - 1,
        }
    }

    /// Runs steps while there are any; the caller stays until all are settled.
    fn work<'a>(self: &'a Arc<Self>, mut queue: MutexGuard<'a, Queue>, is_caller: bool) {
        loop {
            if let Some((index, step, wanted)) = queue.next() {
                let help = !queue.ready.is_empty() && queue.helpers < self.helpers;
                queue.helpers += usize::from(help);
                drop(queue);
                if help {
                    self.ask_for_help();
                }
                let outcome = self.execute(index, step, wanted);
                queue = lock(&self.queue);
                self.settle(&mut queue, index, outcome);
            } else if is_caller && queue.unsettled > 0 {
                queue = self
                    .changed
                    .wait(queue)
                    .unwrap_or_else(PoisonError::into_inner);
            } else {
                queue.helpers -= usize::from(!is_caller);
                return;
            }
        }
    }

    fn ask_for_help(self: &Arc<Self>) {
        let run = self.clone();
        rayon::spawn(move || {
            let mut queue = lock(&run.queue);
            if inside_task() {
                queue.helpers -= 1;
            } else {
                run.work(queue, false);
            }
        });
    }

    /// Runs a wanted step and lets go of it, neither under a lock: both run
    /// code of the user's, and what that throws must not reach the pool.
    fn execute(self: &Arc<Self>, index: usize, step: Arc<dyn Step>, wanted: bool) -> Settled {
        let (order, name, place) = (step.order(), step.head().name(), step.head().place());
        let body = AssertUnwindSafe(|| wanted.then(|| step.run(self, index)));
        let outcome = catch_unwind(body).unwrap_or_else(|payload| {
            let error = Error::panicked(payload.as_ref()).at(Some(name), place);
            Some(Outcome::Failed(error))
        });
        Settled {
            order,
            outcome: outcome.unwrap_or(Outcome::Done),
        }
    }

    fn settle(&self, queue: &mut Queue, index: usize, Settled { order, outcome }: Settled) {
        match outcome {
            Outcome::Elsewhere => return,
            Outcome::Done => {}
            Outcome::Failed(error) => queue.fail(order, error),
        }
        queue.unsettled -= 1;
        for &reader in self.readers.of(index) {
            queue.waits[reader] -= 1;
            if queue.waits[reader] == 0 {
                queue.ready.push(reader);
            }
        }
        if queue.unsettled == 0 || queue.ready.len() > 1 {
            self.changed.notify_one();
        }
    }

    /// Puts back a step that another run has finished in the meantime.
    pub(super) fn wake(&self, index: usize, step: Arc<dyn Step>) {
        let mut queue = lock(&self.queue);
        queue.steps[index] = Some(step);
        queue.ready.push(index);
        self.changed.notify_one();
    }
}

struct Settled {
    order: u64,
    outcome: Outcome,
}

impl Readers {
    fn of(&self, index: usize) -> &[usize] {
        &self.list[self.starts[index]..self.starts[index + 1]]
    }
}

impl Queue {
    /// The next step, and whether it is still wanted after what has failed.
    fn next(&mut self) -> Option<(usize, Arc<dyn Step>, bool)> {
        let index = self.ready.pop()?;
        let step = mem::take(&mut self.steps[index])?;
        let failed = self.failure.as_ref().map(|(failed, _)| *failed);
        let wanted = failed.is_none_or(|failed| step.order() < failed);
        Some((index, step, wanted))
    }

    /// Keeps the failure that serial execution would have met first.
    fn fail(&mut self, order: u64, error: Error) {
        if self
            .failure
            .as_ref()
            .is_none_or(|(first, _)| order < *first)
        {
            self.failure = Some((order, error));
        }
    }
}
