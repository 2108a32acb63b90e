//! How far runs are, as lines on the terminal.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

use super::{Event, Observer, Stage, Work};

/// A run that is over sooner shows nothing.
const SOON: Duration = Duration::from_millis(200);

/// A line for each loop of the runs of one runtime, and one for the steps of
/// graphs made at run time. What a run has shown stays on the terminal.
pub(crate) struct Lines {
    screen: MultiProgress,
    after: Duration,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// Runs that have begun and not ended.
    runs: usize,
    /// When the first of them began.
    began: Option<Instant>,
    lines: BTreeMap<Key, Line>,
    /// How often tasks were tried again.
    retries: u64,
    /// How many steps and runs have failed.
    failures: u64,
    /// The task that began last.
    now: String,
}

/// What has a line: the steps of graphs, or the loop whose place lies here.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Steps,
    Loop(usize),
}

struct Line {
    label: String,
    done: u64,
    /// How many there will be as far as is known; `None` if it cannot be known.
    total: Option<u64>,
    /// How often it has begun: an inner loop does so again and again, and nobody
    /// knows how often.
    begun: u64,
    bar: Option<ProgressBar>,
}

impl Lines {
    pub(crate) fn new() -> Self {
        Self::on(MultiProgress::new(), SOON)
    }

    /// On this screen, for runs that take longer than `after`.
    fn on(screen: MultiProgress, after: Duration) -> Self {
        Self {
            screen,
            after,
            state: Mutex::default(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// More is there to do.
    fn begin(&self, key: Key, label: &str, more: Option<u64>) {
        let mut state = self.state();
        let line = state.lines.entry(key).or_insert_with(|| Line {
            label: label.to_owned(),
            done: 0,
            total: Some(0),
            begun: 0,
            bar: None,
        });
        line.begun += 1;
        line.total = line.total.zip(more).map(|(total, more)| total + more);
        if let Some(bar) = &line.bar {
            line.show(bar);
        }
    }

    /// So much more is done.
    fn advance(&self, key: Key, count: u64) {
        let mut state = self.state();
        let is_late = state
            .began
            .is_none_or(|began| began.elapsed() >= self.after);
        let message = state.message(key);
        let Some(line) = state.lines.get_mut(&key) else {
            return;
        };
        line.done += count;
        if line.bar.is_none() && is_late {
            let bar = self.screen.add(ProgressBar::no_length());
            line.show(&bar);
            line.bar = Some(bar);
        }
        if let Some(bar) = &line.bar {
            bar.set_position(line.done);
            bar.set_message(message);
        }
    }

    /// The last run has ended: its lines stay as they are.
    fn end(&self, has_failed: bool) {
        let mut state = self.state();
        state.runs = state.runs.saturating_sub(1);
        if state.runs > 0 {
            return;
        }
        state.now.clear();
        for (key, line) in std::mem::take(&mut state.lines) {
            if let Some(bar) = line.bar {
                let message = state.message(key);
                let end = if has_failed { "run failed" } else { "" };
                bar.abandon_with_message(joined([message, end.to_owned()]));
            }
        }
        *state = State::default();
    }
}

impl State {
    /// What there is to say besides figures: what runs now, and troubles.
    fn message(&self, key: Key) -> String {
        let now = match key {
            Key::Steps if !self.now.is_empty() => format!("at {}", self.now),
            Key::Steps | Key::Loop(_) => String::new(),
        };
        let some = |count: u64, what: &str| match count {
            0 => String::new(),
            count => format!("{count} {what}"),
        };
        let (retried, failed) = (
            some(self.retries, "tried again"),
            some(self.failures, "failed"),
        );
        joined([now, retried, failed])
    }
}

fn joined<const N: usize>(parts: [String; N]) -> String {
    let parts = parts.into_iter().filter(|part| !part.is_empty());
    parts.collect::<Vec<_>>().join(", ")
}

impl Line {
    /// How it looks: a bar where the end is known.
    fn show(&self, bar: &ProgressBar) {
        let look = match self.total {
            Some(_) if self.begun == 1 => {
                "{prefix} {bar:24.green} {human_pos} of {human_len}, {per_sec}, {eta} left {wide_msg}"
            }
            Some(_) => "{prefix} {human_pos} of {human_len} so far, {per_sec} {wide_msg}",
            None => "{prefix} {human_pos}, {per_sec}, after {elapsed} {wide_msg}",
        };
        if let Ok(style) = ProgressStyle::with_template(look) {
            bar.set_style(style.progress_chars("━╸ "));
        }
        bar.set_prefix(self.label.clone());
        if let Some(total) = self.total {
            bar.set_length(total);
        }
    }
}

fn key(stage: &Stage<'_>) -> Key {
    Key::Loop(std::ptr::from_ref(stage.place) as usize)
}

impl Observer for Lines {
    fn event(&self, event: &Event<'_>) {
        match event {
            Event::RunBegan { work, .. } => {
                let mut state = self.state();
                state.runs += 1;
                state.began.get_or_insert_with(Instant::now);
                drop(state);
                if let Work::Steps(steps) = work {
                    self.begin(Key::Steps, "tasks", Some(*steps));
                }
            }
            Event::LoopBegan { stage, at_most } => self.begin(key(stage), stage.label, *at_most),
            Event::Iterations { stage, count, .. } => self.advance(key(stage), *count),
            Event::TaskBegan { name, .. } => (*name).clone_into(&mut self.state().now),
            Event::Step { is_ok, .. } => {
                self.state().failures += u64::from(!is_ok);
                self.advance(Key::Steps, 1);
            }
            Event::Retry { .. } => self.state().retries += 1,
            Event::RunEnded { error, .. } => self.end(error.is_some()),
            Event::Helper { .. }
            | Event::LoopEnded { .. }
            | Event::Pulled { .. }
            | Event::Call { .. }
            | Event::Memory { .. } => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use indicatif::{InMemoryTerm, ProgressDrawTarget};

    use super::*;
    use crate::Runtime;
    use crate::delayed::Delayed;

    /// A runtime whose lines go to memory, and that memory.
    fn watched(after: Duration) -> (Runtime, InMemoryTerm) {
        // Wide enough for any rate: what does not fit is cut.
        let memory = InMemoryTerm::new(10, 120);
        let target = ProgressDrawTarget::term_like(Box::new(memory.clone()));
        let screen = MultiProgress::with_draw_target(target);
        let lines = Lines::on(screen, after);
        let builder = Runtime::builder().threads(1).observer(lines);
        (builder.build().unwrap(), memory)
    }

    #[test]
    fn the_lines_of_a_run_stay() {
        let (runtime, memory) = watched(Duration::ZERO);
        let sum = (Delayed::from(20).named("twenty") + 1) * 2;
        assert_eq!(runtime.run(|| sum.compute()).unwrap(), 42);
        let shown = memory.contents();
        assert!(
            shown.contains("tasks") && shown.contains("2 of 2"),
            "{shown}"
        );
    }

    #[test]
    fn a_short_run_shows_nothing() {
        let (runtime, memory) = watched(Duration::from_secs(3600));
        let sum = Delayed::from(20) + 1;
        assert_eq!(runtime.run(|| sum.compute()).unwrap(), 21);
        assert_eq!(memory.contents(), "");
    }

    #[test]
    fn lines_say_what_runs_and_what_has_failed() {
        let (runtime, memory) = watched(Duration::ZERO);
        let seen = memory.clone();
        let good = Delayed::from(1).map(|x| x + 1);
        let sum = good.named("one more").map(move |two| {
            assert!(seen.contents().contains("1 of 2"), "{}", seen.contents());
            assert!(
                seen.contents().contains("at one more"),
                "{}",
                seen.contents()
            );
            assert_eq!(two, 3, "wrong");
            two
        });
        assert!(runtime.run(|| sum.compute()).unwrap_err().is_panic());
        let shown = memory.contents();
        assert!(shown.contains("1 failed, run failed"), "{shown}");
    }

    #[test]
    fn loops_have_lines_by_their_place() {
        let (runtime, memory) = watched(Duration::ZERO);
        let place = crate::__private::place("job.rs", 3, 5);
        let other = crate::__private::place("job.rs", 4, 9);
        let lines = runtime.observed();
        let stage = |label, place, id| Stage {
            run: 0,
            id,
            label,
            place,
        };
        let outer = stage("for x in 0..2", &place, 0);
        let telling = lines.begin(Work::Steps(0), 1).unwrap();
        let at_most = Some(2);
        lines.tell(&Event::LoopBegan {
            stage: outer,
            at_most,
        });
        for id in 1..3 {
            let stage = stage("for y in ys(x)", &other, id);
            let (began, took) = (Instant::now(), Duration::ZERO);
            let at_most = None;
            lines.tell(&Event::LoopBegan { stage, at_most });
            for (stage, count) in [(stage, 5), (outer, 1)] {
                lines.tell(&Event::Iterations {
                    stage,
                    first: 0,
                    count,
                    began,
                    took,
                });
            }
        }
        telling.ended(None);
        let shown = memory.contents();
        assert!(shown.contains("for x in 0..2"), "{shown}");
        assert!(shown.contains("2 of 2"), "{shown}");
        assert!(shown.contains("for y in ys(x) 10,"), "{shown}");
    }
}
