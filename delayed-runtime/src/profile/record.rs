//! Writes down what runs do, each thread in a log of its own.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, ThreadId};
use std::time::{Duration, Instant};

use super::bars::Bars;
use super::nesting::Nesting;
use super::sample::Sampler;
use super::tally::Tallies;
use super::values::Made;
use super::{Bar, Profile, StageKind};
use crate::graph::{Graph, Place};
use crate::observe::{Event, Observer, Work};
use crate::{Error, MemoryUse};

/// The most errors that are kept.
const ERRORS: usize = 100;
/// To time shorter calls one by one would make a run notably longer.
const LONG: Duration = Duration::from_micros(2);

/// An observer that makes a [`Profile`] of all runs of its runtime.
///
/// For one run there is [`compute_profiled`](crate::Pipeline::compute_profiled).
/// Clones write to the same profile.
///
/// ```
/// use delayed_runtime::Runtime;
/// use delayed_runtime::delayed::Delayed;
/// use delayed_runtime::profile::Profiler;
///
/// let profiler = Profiler::new();
/// let runtime = Runtime::builder().observer(profiler.clone()).build()?;
/// for x in 0..3_i64 {
///     assert_eq!(runtime.run(|| (Delayed::from(x) + 1).compute())?, x + 1);
/// }
/// assert_eq!(profiler.profile().stages()[0].count, 3);
/// # Ok::<(), delayed_runtime::Error>(())
/// ```
#[derive(Clone)]
pub struct Profiler(Arc<Recording>);

pub(super) struct Recording {
    number: u64,
    since: Instant,
    logs: Mutex<Vec<Arc<Log>>>,
    runs: Mutex<Runs>,
    sampler: Mutex<Sampler>,
}

/// What is known of the runs as a whole. Times are in nanoseconds from the
/// beginning of the recording.
#[derive(Clone, Default)]
pub(super) struct Runs {
    /// Those that have begun and not ended.
    active: usize,
    /// When the first of these began.
    began: u64,
    /// When the very first of all began.
    pub(super) origin: Option<u64>,
    /// How long runs were under way that have ended, outermost ones only.
    pub(super) elapsed: u64,
    pub(super) threads: usize,
    /// What the runtime of the last of them was asked for.
    pub(super) options: String,
    pub(super) graph: Option<&'static Graph>,
    pub(super) errors: Vec<String>,
    /// Tries after the first, by task.
    pub(super) retries: BTreeMap<String, u64>,
    pub(super) memory: Option<MemoryUse>,
    /// When what was held was nearly all that there may be.
    pub(super) full: u64,
    last_full: Option<u64>,
}

/// What one thread has done.
pub(super) struct Log {
    thread: ThreadId,
    pub(super) name: String,
    record: Mutex<Record>,
}

#[derive(Default)]
pub(super) struct Record {
    pub(super) stages: Tallies,
    pub(super) bars: Bars,
    nesting: Nesting,
    pub(super) made: Made,
}

thread_local! {
    /// The log that this thread has written to last, and whose recording that is.
    static LOG: RefCell<Option<(u64, Arc<Log>)>> = const { RefCell::new(None) };
}

/// Work that has ended.
struct Done<'a> {
    kind: StageKind,
    label: &'a str,
    place: &'a Place,
    began: Instant,
    took: Duration,
    count: u64,
    /// The index of the first.
    first: Option<u64>,
    failed: bool,
}

impl Profiler {
    /// Nothing has been written down.
    #[must_use]
    pub fn new() -> Self {
        static NUMBER: AtomicU64 = AtomicU64::new(1);
        let since = Instant::now();
        Self(Arc::new(Recording {
            number: NUMBER.fetch_add(1, Ordering::Relaxed),
            since,
            logs: Mutex::default(),
            runs: Mutex::default(),
            sampler: Mutex::new(Sampler::new(since)),
        }))
    }

    /// What has been written down so far. It may be asked for while runs are
    /// under way.
    #[must_use]
    pub fn profile(&self) -> Profile {
        let now = nanoseconds(self.0.since.elapsed());
        let mut runs = lock(&self.0.runs).clone();
        if runs.active > 0 {
            runs.elapsed += now.saturating_sub(runs.began);
        }
        let logs = lock(&self.0.logs).clone();
        let samples = lock(&self.0.sampler).samples();
        Profile::new(&runs, &logs, samples)
    }
}

impl Default for Profiler {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Profiler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Profiler")
    }
}

/// No user's code runs under these locks.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// As an integer that lasts for 500 years.
pub(super) fn nanoseconds(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

impl Log {
    pub(super) fn record(&self) -> MutexGuard<'_, Record> {
        lock(&self.record)
    }
}

impl Drop for Recording {
    fn drop(&mut self) {
        // Threads keep their logs until they write to another one.
        for log in lock(&self.logs).iter() {
            *log.record() = Record::default();
        }
    }
}

impl Recording {
    fn at(&self, instant: Instant) -> u64 {
        nanoseconds(instant.saturating_duration_since(self.since))
    }

    /// Writes to the log of this thread.
    fn write(&self, write: impl FnOnce(&mut Record)) {
        // A thread that is about to end has no such variable any more.
        let _ = LOG.try_with(|cached| match &mut *cached.borrow_mut() {
            Some((number, log)) if *number == self.number => write(&mut log.record()),
            cached => {
                let log = self.log();
                write(&mut log.record());
                *cached = Some((self.number, log));
            }
        });
    }

    fn log(&self) -> Arc<Log> {
        let current = thread::current();
        let mut logs = lock(&self.logs);
        if let Some(log) = logs.iter().find(|log| log.thread == current.id()) {
            return Arc::clone(log);
        }
        let name = current.name().map(ToOwned::to_owned);
        let log = Arc::new(Log {
            thread: current.id(),
            name: name.unwrap_or_else(|| format!("worker {}", logs.len())),
            record: Mutex::default(),
        });
        logs.push(Arc::clone(&log));
        log
    }

    fn done(&self, done: &Done<'_>) {
        let (start, took) = (self.at(done.began), nanoseconds(done.took));
        self.write(|record| {
            let stage = record.stages.find(done.kind, done.label, done.place);
            let own = record.nesting.end(start, took);
            let tally = &mut record.stages.all[stage.0].1;
            tally.add(took, own, done.count, done.first);
            tally.failures += u64::from(done.failed);
            record.bars.push(Bar {
                stage,
                start,
                end: start + took,
                own,
                count: done.count,
                failed: done.failed,
            });
        });
    }

    fn run_began(&self, work: Work, threads: usize, options: &str) {
        let now = self.at(Instant::now());
        let mut runs = lock(&self.runs);
        runs.active += 1;
        if runs.active == 1 {
            runs.began = now;
            runs.origin.get_or_insert(now);
            runs.threads = runs.threads.max(threads);
            options.clone_into(&mut runs.options);
            if let Work::Compiled(graph) = work {
                runs.graph.get_or_insert(graph);
            }
            drop(runs);
            lock(&self.sampler).begin();
        }
    }

    fn run_ended(&self, error: Option<&Error>) {
        let now = self.at(Instant::now());
        let mut runs = lock(&self.runs);
        runs.active = runs.active.saturating_sub(1);
        if let Some(error) = error
            && runs.errors.len() < ERRORS
        {
            runs.errors.push(error.to_string());
        }
        if runs.active == 0 {
            runs.elapsed += now.saturating_sub(runs.began);
            runs.last_full = None;
            drop(runs);
            lock(&self.sampler).end();
        }
    }

    fn memory(&self, usage: MemoryUse) {
        let now = self.at(Instant::now());
        let mut runs = lock(&self.runs);
        runs.memory = Some(usage);
        if let Some(before) = runs.last_full.take() {
            runs.full += now.saturating_sub(before);
        }
        if usage.held() >= usage.limit() / 10 * 9 {
            runs.last_full = Some(now);
        }
    }
}

impl Observer for Profiler {
    fn event(&self, event: &Event<'_>) {
        let recording = &*self.0;
        match *event {
            Event::RunBegan {
                work,
                threads,
                options,
                ..
            } => recording.run_began(work, threads, options),
            Event::RunEnded { error, .. } => recording.run_ended(error),
            Event::LoopBegan { .. } => {
                let now = recording.at(Instant::now());
                recording.write(|record| record.nesting.begin_loop(now));
            }
            Event::LoopEnded { .. } => {
                let now = recording.at(Instant::now());
                recording.write(|record| record.nesting.end_loop(now));
            }
            Event::Retry { name, .. } => {
                let mut runs = lock(&recording.runs);
                *runs.retries.entry(name.to_owned()).or_default() += 1;
            }
            Event::Memory { usage } => recording.memory(usage),
            Event::Short { name, place, .. } => recording.write(|record| {
                let stage = record.stages.find(StageKind::Task, name, place);
                record.stages.all[stage.0].1.is_partial = true;
            }),
            Event::Value {
                name, place, bytes, ..
            } => recording.write(|record| record.made.add(name, place, bytes)),
            Event::Read { .. } | Event::Steal { .. } | Event::TaskBegan { .. } => {}
            _ => {
                if let Some(done) = Done::of(event) {
                    recording.done(&done);
                }
            }
        }
    }

    fn wants_calls(&self) -> Option<Duration> {
        Some(LONG)
    }

    fn wants_bytes(&self) -> bool {
        true
    }
}

impl<'a> Done<'a> {
    /// The work that an event says has ended.
    fn of(event: &Event<'a>) -> Option<Self> {
        Some(match *event {
            Event::Iterations {
                stage,
                first,
                count,
                began,
                took,
            } => Self {
                kind: StageKind::Loop,
                label: stage.label,
                place: stage.place,
                began,
                took,
                count,
                first: Some(first),
                failed: false,
            },
            Event::Pulled {
                stage,
                count,
                began,
                took,
            } => Self {
                kind: StageKind::Source,
                label: stage.label,
                place: stage.place,
                began,
                took,
                count,
                first: None,
                failed: false,
            },
            Event::Call {
                name,
                place,
                began,
                took,
                is_ok,
                ..
            } => Self::task(name, place, began, took, !is_ok),
            Event::Step {
                task,
                place,
                began,
                took,
                is_ok,
                ..
            } => Self::task(task, place, began, took, !is_ok),
            _ => return None,
        })
    }

    fn task(
        label: &'a str,
        place: &'a Place,
        began: Instant,
        took: Duration,
        failed: bool,
    ) -> Self {
        Self {
            kind: StageKind::Task,
            label,
            place,
            began,
            took,
            count: 1,
            first: None,
            failed,
        }
    }
}
