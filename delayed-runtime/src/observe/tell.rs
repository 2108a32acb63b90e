//! How the executors tell an observer.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use super::{Event, Observer, Stage, Stolen, Work};
use crate::executor::memory::scales::Scales;
use crate::executor::{CallSite, LoopSite};
use crate::graph::Place;
use crate::source::Split;
use crate::{Error, MemoryUse};

/// Whoever is told of a runtime's runs.
#[derive(Clone, Default)]
pub(crate) struct Observed {
    observer: Option<Arc<dyn Observer>>,
    /// What was asked of the runtime.
    options: Option<Arc<str>>,
}

impl Observed {
    /// One more observer.
    pub(crate) fn add(&mut self, observer: Arc<dyn Observer>) {
        self.observer = Some(match self.observer.take() {
            Some(first) => Arc::new(Both(first, observer)),
            None => observer,
        });
    }

    /// Says what was asked of the runtime.
    pub(crate) fn describe(&mut self, options: Option<String>) {
        self.options = options.map(Arc::from);
    }

    /// A run begins.
    pub(crate) fn begin(&self, work: Work, threads: usize) -> Option<Telling> {
        static RUNS: AtomicU64 = AtomicU64::new(0);
        let observer = Arc::clone(self.observer.as_ref()?);
        let run = RUNS.fetch_add(1, Ordering::Relaxed);
        let wants_calls = observer.wants_calls();
        let scales = observer.wants_bytes().then(Scales::new);
        observer.event(&Event::RunBegan {
            run,
            work,
            threads,
            options: self.options.as_deref().unwrap_or_default(),
        });
        Some(Telling {
            observer,
            run,
            wants_calls,
            scales,
        })
    }

    /// Tells what belongs to no run in particular.
    pub(crate) fn tell(&self, event: &Event<'_>) {
        if let Some(observer) = &self.observer {
            observer.event(event);
        }
    }
}

impl fmt::Debug for Observed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.observer.is_some() {
            "Observed"
        } else {
            "Unobserved"
        })
    }
}

/// Two observers, told one after the other.
struct Both(Arc<dyn Observer>, Arc<dyn Observer>);

impl Observer for Both {
    fn event(&self, event: &Event<'_>) {
        self.0.event(event);
        self.1.event(event);
    }

    fn wants_calls(&self) -> Option<Duration> {
        let both = [self.0.wants_calls(), self.1.wants_calls()];
        both.into_iter().flatten().min()
    }

    fn wants_bytes(&self) -> bool {
        self.0.wants_bytes() || self.1.wants_bytes()
    }
}

/// A run that somebody is told of.
pub(crate) struct Telling {
    observer: Arc<dyn Observer>,
    run: u64,
    wants_calls: Option<Duration>,
    /// Where somebody wants to know what values hold.
    scales: Option<Scales>,
}

impl Telling {
    /// The number of the run.
    pub(crate) fn run(&self) -> u64 {
        self.run
    }

    /// From what length on somebody wants to know of calls.
    pub(crate) fn wants_calls(&self) -> Option<Duration> {
        self.wants_calls
    }

    /// Whether somebody wants to know what values hold.
    pub(crate) fn wants_bytes(&self) -> bool {
        self.scales.is_some()
    }

    /// A value of the call or the source at `place` holds so much.
    pub(crate) fn value(&self, name: &str, place: &Place, bytes: usize) {
        if self.wants_bytes() {
            self.observer.event(&Event::Value {
                run: self.run,
                name,
                place,
                bytes: bytes as u64,
            });
        }
    }

    /// A call in a pipeline begins.
    pub(crate) fn call_begins(&self, site: &CallSite) {
        self.observer.event(&Event::TaskBegan {
            run: self.run,
            name: site.task.unwrap_or_default(),
            place: &site.place,
        });
    }

    /// A step of a graph begins.
    pub(crate) fn step_begins(&self, step: &Told) {
        self.observer.event(&Event::TaskBegan {
            run: self.run,
            name: &step.name,
            place: &step.place,
        });
    }

    /// A call in a pipeline has ended.
    pub(crate) fn call(&self, site: &CallSite, began: Instant, took: Duration, is_ok: bool) {
        self.observer.event(&Event::Call {
            run: self.run,
            name: site.task.unwrap_or_default(),
            place: &site.place,
            began,
            took,
            is_ok,
        });
    }

    /// Calls at a place are short: no more of them are told of.
    pub(crate) fn calls_are_short(&self, site: &CallSite) {
        self.observer.event(&Event::Short {
            run: self.run,
            name: site.task.unwrap_or_default(),
            place: &site.place,
        });
    }

    /// This thread takes over so many steps of a graph.
    pub(crate) fn steps_stolen(&self, steps: u64) {
        self.observer.event(&Event::Steal {
            run: self.run,
            work: Stolen::Steps(steps),
        });
    }

    /// Iterations have ended under a memory limit.
    pub(crate) fn memory(&self, usage: MemoryUse) {
        self.observer.event(&Event::Memory { usage });
    }

    /// A loop over a source begins.
    pub(crate) fn source_loop_began<'a>(
        &'a self,
        site: &'a LoopSite,
        source: &impl Split,
    ) -> TellingLoop<'a> {
        let told = self.loop_began(site, source.at_most(), source.bytes());
        told.read(source.bytes_read());
        told
    }

    /// A loop begins.
    pub(crate) fn loop_began<'a>(
        &'a self,
        site: &'a LoopSite,
        at_most: Option<usize>,
        bytes: Option<u64>,
    ) -> TellingLoop<'a> {
        static LOOPS: AtomicU64 = AtomicU64::new(0);
        let stage = Stage {
            run: self.run,
            id: LOOPS.fetch_add(1, Ordering::Relaxed),
            label: site.label,
            place: &site.place,
        };
        let at_most = at_most.and_then(|most| u64::try_from(most).ok());
        self.observer.event(&Event::LoopBegan {
            stage,
            at_most,
            bytes,
        });
        TellingLoop {
            observer: &*self.observer,
            stage,
            read: AtomicU64::new(0),
        }
    }

    /// A step of a graph has ended.
    pub(crate) fn step(&self, step: &Told, began: Instant, is_ok: bool) {
        self.observer.event(&Event::Step {
            run: self.run,
            name: &step.name,
            task: step.task,
            place: &step.place,
            order: step.order,
            began,
            took: began.elapsed(),
            is_ok,
        });
    }

    /// The run has ended.
    pub(crate) fn ended(&self, error: Option<&Error>) {
        let run = self.run;
        self.observer.event(&Event::RunEnded { run, error });
    }
}

/// What is told of a step of a graph.
pub(crate) struct Told {
    pub(crate) name: Cow<'static, str>,
    pub(crate) task: &'static str,
    pub(crate) place: Place,
    pub(crate) order: u64,
}

/// A loop that somebody is told of. It ends when this is dropped.
pub(crate) struct TellingLoop<'a> {
    observer: &'a dyn Observer,
    stage: Stage<'a>,
    /// The bytes that its source has read, as far as they were told of.
    read: AtomicU64,
}

impl TellingLoop<'_> {
    /// This thread begins to help.
    pub(crate) fn stolen(&self) {
        let stage = self.stage;
        self.observer.event(&Event::Steal {
            run: stage.run,
            work: Stolen::Iterations(stage),
        });
    }

    /// The source has read so many bytes since it began: told by one thread at a
    /// time, the one that pulls.
    pub(crate) fn read(&self, bytes: u64) {
        let before = self.read.swap(bytes, Ordering::Relaxed);
        if let Some(bytes @ 1..) = bytes.checked_sub(before) {
            let stage = self.stage;
            self.observer.event(&Event::Read { stage, bytes });
        }
    }

    /// So many items have been pulled since `began`.
    pub(crate) fn pulled(&self, count: usize, began: Instant) {
        let (stage, took) = (self.stage, began.elapsed());
        self.observer.event(&Event::Pulled {
            stage,
            count: count as u64,
            began,
            took,
        });
    }

    /// So many iterations from `first` on have ended well since `began`.
    pub(crate) fn iterations(&self, first: u64, count: u64, began: Instant) {
        self.iterations_in(first, count, began, began.elapsed());
    }

    /// The same, by somebody who has looked at the clock.
    pub(crate) fn iterations_in(&self, first: u64, count: u64, began: Instant, took: Duration) {
        if count == 0 {
            return;
        }
        let stage = self.stage;
        self.observer.event(&Event::Iterations {
            stage,
            first,
            count,
            began,
            took,
        });
    }
}

impl Drop for TellingLoop<'_> {
    fn drop(&mut self) {
        let stage = self.stage;
        self.observer.event(&Event::LoopEnded { stage });
    }
}
