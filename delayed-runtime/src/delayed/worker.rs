//! Which step a thread takes next, and what it leaves to others.
//!
//! Each worker has a stack of its own, which makes the order depth-first: what
//! became ready last runs first, so few values are alive at a time. Who has
//! nothing to do gets the lower half of another's stack, the work that is
//! furthest from what that one is at. Tasks of higher priority are nearer to the
//! top of a stack than others. Under a memory limit there is one place for all
//! (`within.rs`).

use std::mem;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use super::ahead::fetch_node;
use super::alone::Alone;
use super::run::{Run, Shared};
use super::step::Step;
use super::within::{Admitted, Within};
use crate::control::context::Progress;
use crate::executor::help::spin::spin;
use crate::executor::memory::hand::Holding;
use crate::sync::MutexGuard;
use crate::sync::atomic::Ordering;

/// How long a helper waits for work before it leaves. Its thread belongs to a
/// pool that others use, too.
const PATIENCE: Duration = Duration::from_micros(500);

/// A thread that works on a run.
pub(super) struct Worker<'a> {
    run: &'a Arc<Run>,
    progress: Progress,
    ready: Vec<u32>,
    /// Steps that it has settled and not reported.
    settled: usize,
    /// Whether nobody else has seen anything of this run.
    alone: Alone,
    is_caller: bool,
}

impl<'a> Worker<'a> {
    /// Who asked for the run, with the steps that are ready.
    pub(super) fn caller(run: &'a Arc<Run>, progress: Progress, ready: Vec<u32>) -> Self {
        Self {
            run,
            progress,
            ready,
            settled: 0,
            alone: Alone::new(true),
            is_caller: true,
        }
    }

    /// Who was asked to help.
    pub(super) fn helper(run: &'a Arc<Run>, progress: Progress) -> Self {
        Self {
            run,
            progress,
            ready: Vec::new(),
            settled: 0,
            alone: Alone::new(false),
            is_caller: false,
        }
    }

    /// Works on what others have left.
    pub(super) fn help(&mut self) {
        if self.run.is_limited || self.find_more() {
            self.work();
        }
    }

    /// Works until there is nothing to do.
    pub(super) fn work(&mut self) {
        if self.run.is_limited {
            return self.work_within();
        }
        loop {
            while let Some(index) = self.next() {
                if !self.ready.is_empty() && self.run.room.load(Ordering::Relaxed) > 0 {
                    self.share();
                }
                self.fetch_next();
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

    /// Fetches what the two steps at the top of the stack need, which are the next
    /// ones unless the current one makes others ready.
    #[inline]
    fn fetch_next(&self) {
        let mut coming = self.ready.iter().rev();
        let mut step = || coming.next().map(|index| &self.run.steps[*index as usize]);
        let (next, after) = (step(), step());
        if let Some(next) = next {
            fetch_node(next.node);
            self.run.fetch_readers(next);
        }
        if let Some(after) = after {
            fetch_node(after.node);
        }
    }

    /// Hands the lower half of the stack to whoever comes.
    fn share(&mut self) {
        self.alone.end();
        let half = self.ready.len().div_ceil(2);
        let mut shared = self.run.lock();
        shared.ready.extend(self.ready.drain(..half));
        self.run.tell(&shared);
        self.call(shared);
    }

    /// Sees to it that somebody comes for what was left.
    fn call(&self, shared: MutexGuard<'_, Shared>) {
        if shared.sleeping > 0 {
            drop(shared);
            self.run.changed.notify_one();
        } else if shared.waiting == 0 {
            self.run.ask(shared);
        }
    }

    /// Takes what others have handed over, or waits for it. Gives whether there
    /// is anything; a caller has waited until all is settled if there is not.
    fn find_more(&mut self) -> bool {
        let run = self.run;
        let mut shared = run.lock();
        self.report(&mut shared);
        let mut is_patient = true;
        while shared.ready.is_empty() {
            if shared.unsettled == 0 || !is_patient {
                self.leave(&mut shared);
                return false;
            }
            shared = self.wait(shared, &mut is_patient);
        }
        let rest = shared.ready.len() / 2;
        self.ready.extend(shared.ready.drain(rest..));
        run.tell(&shared);
        if rest > 0 {
            run.ask(shared);
        } else {
            drop(shared);
        }
        if let Some(telling) = &run.telling {
            telling.steps_stolen(self.ready.len() as u64);
        }
        run.ranks.sort(&mut self.ready);
        true
    }

    /// Tells what it has settled.
    fn report(&mut self, shared: &mut Shared) {
        shared.unsettled -= mem::take(&mut self.settled);
        if shared.unsettled == 0 {
            self.run.tell(shared);
            self.run.changed.notify_all();
        }
    }

    /// Waits for something to do, awake at first. Under a memory limit that may be
    /// anything that others give back, of which only sleepers are told.
    fn wait(
        &self,
        mut shared: MutexGuard<'a, Shared>,
        is_patient: &mut bool,
    ) -> MutexGuard<'a, Shared> {
        let run = self.run;
        shared.waiting += 1;
        run.tell(&shared);
        if !run.is_limited {
            drop(shared);
            spin(|| run.has_news.load(Ordering::Relaxed));
            shared = run.lock();
        }
        if run.is_limited || shared.ready.is_empty() && shared.unsettled > 0 {
            shared = self.sleep(shared, is_patient);
        }
        shared.waiting -= 1;
        run.tell(&shared);
        shared
    }

    /// Waits until somebody calls: a helper only so long.
    fn sleep(
        &self,
        mut shared: MutexGuard<'a, Shared>,
        is_patient: &mut bool,
    ) -> MutexGuard<'a, Shared> {
        let run = self.run;
        shared.sleeping += 1;
        let mut shared = if self.is_caller {
            let waited = run.changed.wait(shared);
            waited.unwrap_or_else(PoisonError::into_inner)
        } else {
            let waited = run.changed.wait_timeout(shared, PATIENCE);
            let (shared, timeout) = waited.unwrap_or_else(PoisonError::into_inner);
            *is_patient = !timeout.timed_out();
            shared
        };
        shared.sleeping -= 1;
        shared
    }

    /// Goes away; a caller only when all is settled.
    fn leave(&self, shared: &mut Shared) {
        shared.helpers -= usize::from(!self.is_caller);
        self.run.tell(shared);
    }

    /// Works within a memory limit. All ready steps are in one place, as what one
    /// step gives back may let in any other.
    fn work_within(&mut self) {
        let run = self.run;
        self.alone.end();
        let mut is_patient = true;
        let mut shared = run.lock();
        loop {
            self.report(&mut shared);
            let Some((step, holding)) = self.admit(&mut shared) else {
                if shared.unsettled == 0 || !is_patient {
                    return self.leave(&mut shared);
                }
                shared = self.wait(shared, &mut is_patient);
                continue;
            };
            if !shared.within.as_ref().is_some_and(Within::may_admit) {
                drop(shared);
            } else {
                self.call(shared);
            }
            self.step(step.index);
            drop(holding);
            is_patient = true;
            shared = run.lock();
            if let Some(within) = &mut shared.within {
                within.leave(&step);
                if let Some(telling) = &run.telling {
                    telling.memory(within.usage());
                }
            }
        }
    }

    /// The step that may go next, with room for its value.
    fn admit(&mut self, shared: &mut Shared) -> Option<(Admitted, Holding)> {
        let within = shared.within.as_mut()?;
        for index in shared.ready.drain(..).chain(self.ready.drain(..)) {
            // SAFETY: a ready step is not settled, so the node is there.
            let header = unsafe { self.run.steps[index as usize].node.get() };
            within.push(header.info(), index);
        }
        let step = within.admit(self.run.seeded.as_ref())?;
        let holding = within.begin(&step);
        Some((step, holding))
    }

    /// Runs a step if it is wanted, and tells those who wait for it.
    #[inline]
    fn step(&mut self, index: u32) {
        let step = &self.run.steps[index as usize];
        // SAFETY: a ready step is not settled, so the node is there.
        let header = unsafe { step.node.get() };
        self.progress.reach(header.order);
        if self.run.execute(step.node, header, index) {
            self.settle(step);
        }
    }

    #[inline]
    fn settle(&mut self, step: &Step) {
        self.settled += 1;
        let run = self.run;
        let first = self.ready.len();
        for to in run.borrowers(step.node) {
            self.tell(to);
        }
        let mut readers = step.readers;
        while let Some((to, rest)) = readers.next(&run.edges) {
            readers = rest;
            self.tell(to);
        }
        run.ranks.insert(&mut self.ready, first);
    }

    /// Tells a step that one which it waits for is settled.
    #[inline]
    fn tell(&mut self, to: u32) {
        let waits = &self.run.steps[to as usize].waits;
        // What is 1 nobody else lowers; and alone there is nobody else.
        let left = match waits.load(Ordering::Acquire) {
            1 => 0,
            left if self.alone.is_alone() => {
                waits.store(left - 1, Ordering::Relaxed);
                left - 1
            }
            _ => waits.fetch_sub(1, Ordering::AcqRel) - 1,
        };
        if left == 0 {
            self.ready.push(to);
        }
    }
}
