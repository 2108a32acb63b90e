//! Runs, loops and tasks as spans of `tracing`.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tracing::span::EnteredSpan;
use tracing::{Span, error, info_span, warn};

use super::{Event, Observer, Work};

/// Enters a span for each run, loop and task, on the thread that does the work.
///
/// A task on another thread than the one that has called `compute` stands in the
/// span of its run.
#[derive(Default)]
pub(crate) struct Spans {
    runs: Mutex<BTreeMap<u64, Span>>,
}

/// What a span stands for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Of {
    Run(u64),
    Loop(u64),
    Task(u64),
}

thread_local! {
    /// The spans that this thread is in, the innermost last.
    static OPEN: RefCell<Vec<(Of, EnteredSpan)>> = const { RefCell::new(Vec::new()) };
}

fn enter(of: Of, span: Span) {
    let span = span.entered();
    OPEN.with_borrow_mut(|open| open.push((of, span)));
}

/// Leaves the innermost span of this kind, and those of tasks in it that have
/// panicked and so have not ended.
fn leave(of: Of) {
    let ended = OPEN.with_borrow_mut(|open| {
        let at = open.iter().rposition(|(other, _)| *other == of);
        at.map(|at| open.split_off(at))
    });
    for span in ended.into_iter().flatten().rev() {
        drop(span);
    }
}

fn is_outside() -> bool {
    OPEN.with_borrow(Vec::is_empty)
}

impl Spans {
    /// The span of a run, for a thread that is in none.
    fn run(&self, run: u64) -> Option<Span> {
        let runs = self.runs.lock().unwrap_or_else(PoisonError::into_inner);
        runs.get(&run).filter(|_| is_outside()).cloned()
    }

    /// The span of a task or loop.
    fn inside(&self, run: u64, span: impl FnOnce() -> Span) -> Span {
        match self.run(run) {
            Some(outside) => outside.in_scope(span),
            None => span(),
        }
    }

    fn run_began(&self, run: u64, work: Work, threads: usize) {
        let span = match work {
            Work::Compiled(graph) => {
                info_span!(target: "delayed", "run", run, threads, pipeline = &*graph.name)
            }
            Work::Steps(steps) => info_span!(target: "delayed", "run", run, threads, steps),
        };
        let mut runs = self.runs.lock().unwrap_or_else(PoisonError::into_inner);
        runs.insert(run, span.clone());
        drop(runs);
        enter(Of::Run(run), span);
    }
}

impl Observer for Spans {
    fn event(&self, event: &Event<'_>) {
        match *event {
            Event::RunBegan {
                run, work, threads, ..
            } => self.run_began(run, work, threads),
            Event::RunEnded { run, error } => {
                if let Some(failure) = error {
                    error!(target: "delayed", "{failure}");
                }
                leave(Of::Run(run));
                let mut runs = self.runs.lock().unwrap_or_else(PoisonError::into_inner);
                runs.remove(&run);
            }
            Event::LoopBegan { stage, at_most, .. } => {
                let span = self.inside(stage.run, || {
                    info_span!(target: "delayed", "loop", head = stage.label, place = %stage.place, at_most)
                });
                enter(Of::Loop(stage.id), span);
            }
            Event::LoopEnded { stage } => leave(Of::Loop(stage.id)),
            Event::TaskBegan { run, name, place } => {
                let span = self.inside(run, || info_span!(target: "delayed", "task", name, %place));
                enter(Of::Task(run), span);
            }
            Event::Step { run, .. } | Event::Call { run, .. } => leave(Of::Task(run)),
            Event::Retry { name, place, tries } => {
                warn!(target: "delayed", name, %place, tries, "a task is tried again");
            }
            Event::Iterations { .. }
            | Event::Pulled { .. }
            | Event::Read { .. }
            | Event::Steal { .. }
            | Event::Short { .. }
            | Event::Value { .. }
            | Event::Memory { .. } => {}
        }
    }

    fn wants_calls(&self) -> Option<Duration> {
        Some(Duration::ZERO)
    }
}
