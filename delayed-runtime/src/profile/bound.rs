//! What bounded a run, in one sentence.

use std::time::Duration;

use super::text::{percent, seconds};
use super::{Profile, Stage, StageKind};
use crate::graph::{Region, Schedule};

/// From this part of the time on, something is said to have bounded a run.
const MOST_OF: f64 = 0.5;
/// With threads that have worked so much of the time, nothing but work did.
const BUSY: f64 = 0.8;
/// So many tasks for each thread keep all of them at work, one of unequal
/// length may need.
const FEW: u64 = 3;

impl Profile {
    /// What bounded the run, in one sentence: the processors, the source of a
    /// loop, a loop that runs in order, one slow task, the memory limit, too few
    /// tasks, or work that is no task.
    ///
    /// ```
    /// use delayed_runtime::Runtime;
    /// use delayed_runtime::delayed::Delayed;
    /// use delayed_runtime::profile::Profiler;
    ///
    /// let profiler = Profiler::new();
    /// let runtime = Runtime::builder().threads(1).observer(profiler.clone());
    /// let sum = Delayed::from(20_i64) + 22;
    /// assert_eq!(runtime.build()?.run(|| sum.compute())?, 42);
    /// assert!(profiler.profile().bound().ends_with('.'));
    /// # Ok::<(), delayed_runtime::Error>(())
    /// ```
    #[must_use]
    pub fn bound(&self) -> String {
        let whole = self.elapsed.as_secs_f64();
        if self.stages.is_empty() || whole <= 0.0 {
            return "Nothing was done that could be timed: no loop, and no task outside of one."
                .to_owned();
        }
        let part = |time: Duration| time.as_secs_f64() / whole;
        let ways = [
            Self::by_processors,
            Self::by_source,
            Self::by_memory,
            Self::by_order,
            Self::by_one,
            Self::by_few,
        ];
        let found = ways.iter().find_map(|way| way(self, &part));
        found.unwrap_or_else(|| self.by_rest())
    }

    fn by_source(&self, part: &dyn Fn(Duration) -> f64) -> Option<String> {
        let sources = self.of(StageKind::Source);
        let source = sources.max_by_key(|stage| stage.total)?;
        let reading = part(source.total);
        (reading >= MOST_OF && self.threads > 1).then(|| {
            format!(
                "Bounded by the source of {}: items were pulled from it for {} of the time, which \
                 one thread does at a time.",
                named(source),
                percent(reading)
            )
        })
    }

    fn by_memory(&self, part: &dyn Fn(Duration) -> f64) -> Option<String> {
        let full = part(self.full);
        (full >= MOST_OF && self.efficiency() < BUSY).then(|| {
            format!(
                "Bounded by the memory limit: for {} of the time nearly all of it was held, so that \
                 iterations had to wait for others.",
                percent(full)
            )
        })
    }

    fn by_processors(&self, _: &dyn Fn(Duration) -> f64) -> Option<String> {
        let most = self.stages.first()?;
        let efficiency = self.efficiency();
        let all: Duration = self.stages.iter().map(|stage| stage.own).sum();
        (efficiency >= BUSY).then(|| {
            let who = match self.threads {
                1 => "its only thread was".to_owned(),
                threads => format!("its {threads} threads were"),
            };
            format!(
                "Bounded by the processors: {who} at work for {} of the time, and {} of the work was \
                 {}.",
                percent(efficiency),
                percent(most.own.as_secs_f64() / all.as_secs_f64().max(f64::MIN_POSITIVE)),
                named(most)
            )
        })
    }

    fn by_order(&self, part: &dyn Fn(Duration) -> f64) -> Option<String> {
        let loops = self.of(StageKind::Loop);
        let (stage, reason) = loops
            .filter_map(|stage| match &self.region(stage)?.schedule {
                Schedule::Serial(reason) => Some((stage, reason)),
                Schedule::Parallel | Schedule::Cells(_) => None,
            })
            .max_by_key(|(stage, _)| stage.own)?;
        let alone = part(stage.own);
        (alone >= MOST_OF).then(|| {
            format!(
                "Bounded by {}, whose iterations run one after the other ({reason}): they took {} of \
                 the time.",
                named(stage),
                percent(alone)
            )
        })
    }

    fn by_one(&self, part: &dyn Fn(Duration) -> f64) -> Option<String> {
        let inner = |stage: &&Stage| stage.own * 2 >= stage.total;
        let stage = self
            .stages
            .iter()
            .filter(inner)
            .max_by_key(|stage| stage.max)?;
        let alone = part(stage.max);
        (alone >= MOST_OF && self.threads > 1).then(|| {
            let which = stage.longest.map(|index| match stage.count {
                1 => String::new(),
                _ => format!(", iteration {index}"),
            });
            format!(
                "Bounded by one slow piece of work: {}{} took {}, which is {} of the time.",
                named(stage),
                which.unwrap_or_default(),
                seconds(stage.max),
                percent(alone)
            )
        })
    }

    fn by_few(&self, _: &dyn Fn(Duration) -> f64) -> Option<String> {
        let most = self.stages.first()?;
        (most.count < FEW * self.threads as u64 && self.threads > 1).then(|| {
            format!(
                "Bounded by too few tasks: most of the work was {}, {} for {} threads.",
                named(most),
                counted(most),
                self.threads
            )
        })
    }

    fn by_rest(&self) -> String {
        let efficiency = self.efficiency();
        format!(
            "Bounded by no single thing: the {} threads were at work for {} of the time, and the rest \
             was waiting or work outside of loops and tasks.",
            self.threads,
            percent(efficiency)
        )
    }

    fn of(&self, kind: StageKind) -> impl Iterator<Item = &Stage> {
        self.stages.iter().filter(move |stage| stage.kind == kind)
    }

    /// The loop in the graph.
    fn region(&self, stage: &Stage) -> Option<&Region> {
        let regions = &self.graph()?.regions;
        regions
            .iter()
            .find(|region| region.label == stage.label && region.place.line == stage.place.line)
    }
}

/// `` `count_long` (main.rs:12) ``.
fn named(stage: &Stage) -> String {
    format!("`{}` ({})", stage.label, stage.place)
}

fn counted(stage: &Stage) -> String {
    let what = match stage.kind {
        StageKind::Loop => "iteration",
        StageKind::Task => "call",
        StageKind::Source => "item",
    };
    match stage.count {
        1 => format!("1 {what}"),
        count => format!("{count} {what}s"),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::__private::place;
    use crate::graph::{Extent, GraphBuilder};
    use crate::profile::{Bar, StageId, Worker};

    const SECOND: u64 = 1_000_000_000;

    fn stage(kind: StageKind, count: u64, max: u64, total: u64) -> Stage {
        Stage {
            kind,
            label: "for x in xs".to_owned(),
            place: place("job.rs", 3, 5),
            count,
            is_partial: false,
            failures: 0,
            min: Duration::ZERO,
            median: Duration::ZERO,
            p95: Duration::ZERO,
            max: Duration::from_nanos(max),
            longest: Some(17),
            total: Duration::from_nanos(total),
            own: Duration::from_nanos(total),
            share: None,
        }
    }

    /// A run of one second on four threads.
    fn profile(stages: Vec<Stage>) -> Profile {
        let own = |stage: &Stage| stage.own.as_nanos() as u64;
        let bars = stages.iter().enumerate().map(|(index, stage)| Bar {
            stage: StageId(index),
            start: 0,
            end: own(stage),
            own: own(stage),
            count: stage.count,
            failed: false,
        });
        let bars: Vec<Bar> = bars.collect();
        let busy = Duration::from_nanos(bars.iter().map(|bar| bar.own).sum());
        Profile {
            graph: None,
            threads: 4,
            options: String::new(),
            elapsed: Duration::from_nanos(SECOND),
            stages,
            values: Vec::new(),
            workers: vec![Worker {
                name: "main".to_owned(),
                busy,
                bars,
            }],
            samples: Vec::new(),
            errors: Vec::new(),
            retries: BTreeMap::new(),
            memory: None,
            full: Duration::ZERO,
        }
    }

    #[test]
    fn each_bound_is_told_by_its_figures() {
        let many = |total| stage(StageKind::Loop, 1000, SECOND / 500, total);
        let nothing = profile(vec![]);
        let processors = profile(vec![many(SECOND * 39 / 10)]);
        let pulled = stage(StageKind::Source, 1000, SECOND / 500, SECOND * 9 / 10);
        let source = profile(vec![many(SECOND), pulled]);
        let mut memory = profile(vec![many(SECOND * 2)]);
        memory.full = Duration::from_nanos(SECOND * 7 / 10);
        let mut order = profile(vec![many(SECOND * 8 / 10)]);
        let mut graph = GraphBuilder::new("job");
        graph.add_region(Region {
            label: "for x in xs".into(),
            extent: Extent::RunTime,
            range: None,
            schedule: Schedule::Serial("it says so".into()),
            place: place("job.rs", 3, 1),
            parent: None,
        });
        order.graph = Some(std::borrow::Cow::Owned(graph.finish()));
        let one = profile(vec![stage(StageKind::Loop, 100, SECOND * 9 / 10, SECOND)]);
        let few = profile(vec![stage(StageKind::Task, 5, SECOND / 3, SECOND)]);
        let rest = profile(vec![many(SECOND)]);
        let said = [nothing, processors, source, memory, order, one, few, rest];
        let said = said.map(|profile| profile.bound());
        let expected = [
            "Nothing was done",
            "Bounded by the processors: its 4 threads were at work for 98 % of the time, and 100 % \
             of the work was `for x in xs` (job.rs:3:5).",
            "Bounded by the source of `for x in xs` (job.rs:3:5): items were pulled from it for 90 %",
            "Bounded by the memory limit: for 70 %",
            "Bounded by `for x in xs` (job.rs:3:5), whose iterations run one after the other (it says \
             so): they took 80 %",
            "Bounded by one slow piece of work: `for x in xs` (job.rs:3:5), iteration 17 took 900 ms, \
             which is 90 %",
            "Bounded by too few tasks: most of the work was `for x in xs` (job.rs:3:5), 5 calls for 4 \
             threads.",
            "Bounded by no single thing: the 4 threads were at work for 25 %",
        ];
        for (said, expected) in said.iter().zip(expected) {
            assert!(said.starts_with(expected), "{said}\n{expected}");
        }
    }
}
