//! What runs did, as a value: who worked when and on what, how long tasks and
//! iterations took, how much memory there was, and what bounded the run.
//!
//! | file | idea |
//! |---|---|
//! | `mod.rs` | [`Profile`], and what it says |
//! | `record.rs` | [`Profiler`]: writes down what runs do, each thread by itself |
//! | `tally.rs` | counts and times of each stage |
//! | `values.rs` | what the values hold that steps give |
//! | `bars.rs` | who worked when: no more bars than a screen could show |
//! | `nesting.rs` | how long work took without the work inside of it |
//! | `sample.rs` | memory and processor time, looked at from time to time |
//! | `critical.rs` | which stages no number of threads makes shorter |
//! | `places.rs` | stages and values by their places in the program |
//! | `bound.rs` | what bounded the run, in one sentence |
//! | `text.rs` | the profile as text |
//! | `trace.rs` | the timeline for Chrome and Perfetto |
//! | `report/` | the profile as a page for the browser, also while runs are under way |

mod bars;
mod bound;
mod critical;
mod nesting;
mod places;
mod record;
mod report;
mod sample;
mod tally;
mod text;
mod trace;
mod values;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

pub use record::Profiler;
#[cfg(feature = "dashboard")]
pub(crate) use report::{Dashboard, Wish};
pub use sample::Sample;
pub use values::Values;

use crate::MemoryUse;
use crate::graph::{Graph, Place};
use record::{Log, Runs};
use tally::{Key, Tally};
use values::Made;

/// What one or more runs did. Its text (`{profile}`) says what bounded them, and
/// has a table of the stages, and one of what values hold.
///
/// ```
/// use delayed_runtime::delayed::Delayed;
///
/// let (answer, profile) = ((Delayed::from(20_i64) + 1) * 2).compute_profiled();
/// assert_eq!(answer?, 42);
/// assert_eq!(profile.stages().len(), 2);
/// println!("{profile}");
/// # Ok::<(), delayed_runtime::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Profile {
    pub(crate) graph: Option<Cow<'static, Graph>>,
    threads: usize,
    options: String,
    elapsed: Duration,
    stages: Vec<Stage>,
    values: Vec<Values>,
    workers: Vec<Worker>,
    samples: Vec<Sample>,
    errors: Vec<String>,
    retries: BTreeMap<String, u64>,
    memory: Option<MemoryUse>,
    full: Duration,
}

/// The index of a stage in [`Profile::stages`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct StageId(pub usize);

/// What a [`Stage`] counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum StageKind {
    /// Iterations of a loop, with the ordered changes that they made when their
    /// turn came. They are timed by the block, so each is taken to have had an
    /// equal part of its block.
    Loop,
    /// Calls of a task: steps of a graph made at run time, or calls outside of
    /// loops whose iterations overlap.
    Task,
    /// Items pulled from the source of a loop, as far as others had to wait for
    /// that.
    Source,
}

/// A place in the program where work was done, and its figures.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Stage {
    /// What it counts.
    pub kind: StageKind,
    /// The task's name, or the loop's head.
    pub label: String,
    /// Where the call or the loop stands.
    pub place: Place,
    /// How many calls, iterations or items.
    pub count: u64,
    /// Whether there were more of them, which took so little that they were not
    /// timed by themselves: their time is in that of the work around them.
    pub is_partial: bool,
    /// Those that have failed, where that is known.
    pub failures: u64,
    /// How long the shortest took.
    pub min: Duration,
    /// How long half of them took at most, within 1 %.
    pub median: Duration,
    /// How long 95 of 100 took at most, within 1 %.
    pub p95: Duration,
    /// How long the longest took…
    pub max: Duration,
    /// …and which iteration that was, or which one its block began with.
    pub longest: Option<u64>,
    /// How long all took together, with the loops and tasks inside of them.
    pub total: Duration,
    /// The same without these.
    pub own: Duration,
    /// Its part of the critical path, from 0 to 1: of what no number of threads
    /// would have made shorter. `None` without a graph.
    pub share: Option<f64>,
}

/// A thread that has worked.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Worker {
    /// The thread's name.
    pub name: String,
    /// How long it has worked.
    pub busy: Duration,
    /// On what and when; inner work stands before the work around it.
    pub bars: Vec<Bar>,
}

/// Work of one stage on one thread, without a long break. Times are in
/// nanoseconds from the beginning of the first run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Bar {
    /// What was done.
    pub stage: StageId,
    /// When it began.
    pub start: u64,
    /// When it ended.
    pub end: u64,
    /// How much of that was work, and neither a break nor other stages.
    pub own: u64,
    /// How many calls, iterations or items.
    pub count: u64,
    /// Whether one of them has failed.
    pub failed: bool,
}

impl Profile {
    fn new(runs: &Runs, logs: &[Arc<Log>], mut samples: Vec<Sample>) -> Self {
        let origin = runs.origin.unwrap_or_default();
        let (tallies, mut workers) = gather(logs, origin);
        let mut made = Made::default();
        for log in logs {
            made.merge(&log.record().made);
        }
        let mut order: Vec<usize> = (0..tallies.len()).collect();
        order.sort_by_key(|index| std::cmp::Reverse(tallies[*index].1.own));
        let mut places = vec![0; order.len()];
        for (place, index) in order.iter().enumerate() {
            places[*index] = place;
        }
        for bar in workers.iter_mut().flat_map(|worker| &mut worker.bars) {
            bar.stage = StageId(places[bar.stage.0]);
        }
        let begin = Duration::from_nanos(origin);
        let first = samples.first().map_or(Duration::ZERO, |first| first.cpu);
        for sample in &mut samples {
            sample.at = sample.at.saturating_sub(begin);
            sample.cpu = sample.cpu.saturating_sub(first);
        }
        let mut profile = Self {
            graph: runs.graph.map(Cow::Borrowed),
            threads: runs.threads,
            options: runs.options.clone(),
            elapsed: Duration::from_nanos(runs.elapsed),
            stages: order.iter().map(|at| stage(&tallies[*at])).collect(),
            values: made.sorted(),
            workers,
            samples,
            errors: runs.errors.clone(),
            retries: runs.retries.clone(),
            memory: runs.memory,
            full: Duration::from_nanos(runs.full),
        };
        profile.find_critical();
        profile
    }

    /// The same with the graph of what was run.
    pub(crate) fn with_graph(mut self, graph: Option<Graph>) -> Self {
        if let Some(graph) = graph {
            self.graph = Some(Cow::Owned(graph));
            self.find_critical();
        }
        self
    }

    fn find_critical(&mut self) {
        if let Some(graph) = &self.graph {
            let shares = critical::shares(graph, &self.stages);
            for (stage, share) in self.stages.iter_mut().zip(shares) {
                stage.share = share;
            }
        }
    }

    /// The graph that was run: of a pipeline, and of a graph made at run time up
    /// to 20,000 nodes by `compute_profiled`.
    #[must_use]
    pub fn graph(&self) -> Option<&Graph> {
        self.graph.as_deref()
    }

    /// How long runs were under way, from when the first thing was done to when
    /// the last was.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.elapsed
    }

    /// How many threads might have worked, the calling one included.
    #[must_use]
    pub fn threads(&self) -> usize {
        self.threads
    }

    /// What else was asked of the runtime, in words such as `window 8, memory limit
    /// 2.1 GB`; empty if nothing was.
    #[must_use]
    pub fn options(&self) -> &str {
        &self.options
    }

    /// What was done, the most work first.
    #[must_use]
    pub fn stages(&self) -> &[Stage] {
        &self.stages
    }

    /// The threads that have worked, in the order in which they began.
    #[must_use]
    pub fn workers(&self) -> &[Worker] {
        &self.workers
    }

    /// Memory and processor time of the process.
    #[must_use]
    pub fn samples(&self) -> &[Sample] {
        &self.samples
    }

    /// The failures that runs have ended with, up to 100.
    #[must_use]
    pub fn errors(&self) -> &[String] {
        &self.errors
    }

    /// How often tasks were tried again, by their names.
    #[must_use]
    pub fn retries(&self) -> &BTreeMap<String, u64> {
        &self.retries
    }

    /// What values held in the end and at most, where there was a [memory
    /// limit](crate::RuntimeBuilder::memory_limit).
    #[must_use]
    pub fn memory(&self) -> Option<MemoryUse> {
        self.memory
    }

    /// How much of the threads' time was work, from 0 to 1. Waiting does not
    /// count, nor what the pipeline does outside of loops and tasks.
    #[must_use]
    pub fn efficiency(&self) -> f64 {
        let most = self.elapsed.as_secs_f64() * self.threads as f64;
        let busy: Duration = self.workers.iter().map(|worker| worker.busy).sum();
        match most > 0.0 {
            true => (busy.as_secs_f64() / most).min(1.0),
            false => 0.0,
        }
    }
}

/// The stages of all threads together, and what each thread did.
fn gather(logs: &[Arc<Log>], origin: u64) -> (Vec<(Key, Tally)>, Vec<Worker>) {
    let mut ids: BTreeMap<Key, usize> = BTreeMap::new();
    let mut tallies: Vec<(Key, Tally)> = Vec::new();
    let mut workers = Vec::new();
    for log in logs {
        let record = log.record();
        let mut known = Vec::new();
        for (key, tally) in &record.stages.all {
            let id = *ids.entry(key.clone()).or_insert_with(|| {
                tallies.push((key.clone(), Tally::new()));
                tallies.len() - 1
            });
            tallies[id].1.merge(tally);
            known.push(id);
        }
        let bars = record.bars.iter().map(|bar| Bar {
            stage: StageId(known[bar.stage.0]),
            start: bar.start.saturating_sub(origin),
            end: bar.end.saturating_sub(origin),
            ..*bar
        });
        let bars: Vec<Bar> = bars.collect();
        if bars.is_empty() {
            continue;
        }
        workers.push(Worker {
            name: log.name.clone(),
            busy: Duration::from_nanos(bars.iter().map(|bar| bar.own).sum()),
            bars,
        });
    }
    (tallies, workers)
}

fn stage((key, tally): &(Key, Tally)) -> Stage {
    let Key { kind, label, place } = key.clone();
    let quantile = |part| tally.times.value_at_quantile(part).min(tally.most);
    Stage {
        kind,
        label,
        place,
        count: tally.times.len(),
        is_partial: tally.is_partial,
        failures: tally.failures,
        min: Duration::from_nanos(tally.least.min(tally.most)),
        median: Duration::from_nanos(quantile(0.5)),
        p95: Duration::from_nanos(quantile(0.95)),
        max: Duration::from_nanos(tally.most),
        longest: tally.longest,
        total: Duration::from_nanos(tally.total),
        own: Duration::from_nanos(tally.own),
        share: None,
    }
}
