//! How far runs are, as lines on the terminal.
//!
//! Threads count by themselves (`counts.rs`), and a few times a second somebody
//! looks at what they have counted and draws it (`screen.rs`): so a run takes no
//! longer for being watched.

mod counts;
mod screen;

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use indicatif::MultiProgress;

use self::counts::Key;
use self::screen::Screen;
use super::ticker::Ticker;
use super::{Event, Observer, Work};

/// A run that is over sooner shows nothing.
const SOON: Duration = Duration::from_millis(200);
/// How often lines are drawn.
const OFTEN: Duration = Duration::from_millis(100);

/// A line for each loop of the runs of one runtime, and one for the steps of
/// graphs made at run time. What a run has shown stays on the terminal.
pub(crate) struct Lines {
    screen: Arc<Screen>,
    ticker: Mutex<Ticker>,
}

/// What is shown now, or may be soon.
static SHOWN: Mutex<Vec<Weak<Screen>>> = Mutex::new(Vec::new());

impl Lines {
    /// On standard error; `None` where that is no terminal.
    pub(crate) fn new() -> Option<Self> {
        let screen = MultiProgress::new();
        (!screen.is_hidden()).then(|| Self::on(screen, SOON))
    }

    /// On this screen, for runs that take longer than `after`.
    fn on(screen: MultiProgress, after: Duration) -> Self {
        let screen = Arc::new(Screen::new(screen, after));
        let mut shown = SHOWN.lock().unwrap_or_else(PoisonError::into_inner);
        shown.retain(|screen| screen.strong_count() > 0);
        shown.push(Arc::downgrade(&screen));
        drop(shown);
        let seen = Arc::clone(&screen);
        let ticker = Ticker::new("delayed-progress", after, move || {
            seen.draw();
            OFTEN
        });
        Self {
            screen,
            ticker: Mutex::new(ticker),
        }
    }

    fn ticker(&self) -> MutexGuard<'_, Ticker> {
        self.ticker.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Takes all lines off the terminal while `print` runs.
pub(super) fn suspended<R>(print: impl FnOnce() -> R) -> R {
    let shown = SHOWN.lock().unwrap_or_else(PoisonError::into_inner);
    let screens: Vec<_> = shown.iter().filter_map(Weak::upgrade).collect();
    drop(shown);
    let (mut print, mut printed) = (Some(print), None);
    aside(&screens, &mut || {
        // What it throws must not leave the lines locked.
        printed = print
            .take()
            .map(|print| catch_unwind(AssertUnwindSafe(print)));
    });
    match printed.expect("it is run once") {
        Ok(printed) => printed,
        Err(payload) => resume_unwind(payload),
    }
}

fn aside(shown: &[Arc<Screen>], print: &mut dyn FnMut()) {
    match shown {
        [] => print(),
        [first, rest @ ..] => first.suspend(|| aside(rest, print)),
    }
}

/// Nobody reads what runs for a shorter time.
const LONG: Duration = Duration::from_micros(50);

impl Observer for Lines {
    fn wants_calls(&self) -> Option<Duration> {
        Some(LONG)
    }

    fn event(&self, event: &Event<'_>) {
        let counts = self.screen.counts();
        match event {
            Event::RunBegan { work, .. } => {
                if self.screen.begin() {
                    self.ticker().begin();
                }
                if let Work::Steps(steps @ 1..) = work {
                    counts.own().begin(Key::Steps, "tasks", Some(*steps), None);
                }
            }
            Event::LoopBegan {
                stage,
                at_most,
                bytes,
            } => {
                let key = Key::of(stage);
                counts.own().begin(key, stage.label, *at_most, *bytes);
            }
            Event::Iterations { stage, count, .. } => {
                counts.own().line(Key::of(stage), stage.label).done += count;
            }
            Event::Read { stage, bytes } => {
                counts.own().line(Key::of(stage), stage.label).bytes += bytes;
            }
            Event::TaskBegan { name, .. } => counts.own().task_began(name),
            Event::Call { .. } => counts.own().task_ended(),
            Event::Step { is_ok, .. } => {
                let mut own = counts.own();
                own.task_ended();
                own.failures += u64::from(!is_ok);
                own.line(Key::Steps, "tasks").done += 1;
            }
            Event::Retry { .. } => counts.own().retries += 1,
            Event::RunEnded { error, .. } => {
                if self.screen.end(error.is_some()) {
                    self.ticker().end();
                }
            }
            Event::Steal { .. }
            | Event::LoopEnded { .. }
            | Event::Pulled { .. }
            | Event::Short { .. }
            | Event::Value { .. }
            | Event::Memory { .. } => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use indicatif::{InMemoryTerm, ProgressDrawTarget, TermLike};

    use super::*;
    use crate::__private::place;
    use crate::control::call::Called;
    use crate::delayed::Delayed;
    use crate::executor::gather::reduce::InOrder;
    use crate::executor::{CallSite, LoopSite, Schema, Scope, Turn, contract};
    use crate::graph::GraphBuilder;
    use crate::observe::Stage;
    use crate::source::AtHand;
    use crate::{Pipeline, Runtime};

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
    fn lines_say_which_tasks_run_in_overlapping_iterations() {
        static LOOP: LoopSite = LoopSite::new("for x in 0..20", place("job.rs", 3, 5));
        static CALL: CallSite = CallSite::new(Some("squeeze"), place("job.rs", 4, 9));
        let (runtime, memory) = watched(Duration::ZERO);
        let work = |x: u64| {
            if x == 12 {
                draw_all();
                let shown = memory.contents();
                assert!(shown.contains("at squeeze"), "{shown}");
            }
            Called::Returned(x)
        };
        let front = |x, scope: &Scope<'_>, _: &mut Turn<'_, u64>| {
            scope.begin(&CALL, false)?.end(work(x)).map(Some)
        };
        let graph = Box::leak(Box::new(GraphBuilder::new("job").finish()));
        let schema = Box::leak(Box::new(Schema {
            graph,
            critical_path: &[],
            live_values: 1,
        }));
        let job = Pipeline::new(schema, |scope| {
            let mut sum = 0;
            let back = |x| {
                sum += x;
                Ok(())
            };
            contract::for_each(scope, &LOOP, AtHand(0..20), front, back, &InOrder)?;
            Ok(sum)
        });
        assert_eq!(job.compute_on(&runtime).unwrap(), 190);
    }

    #[test]
    fn lines_say_what_runs_and_what_has_failed() {
        let (runtime, memory) = watched(Duration::ZERO);
        let seen = memory.clone();
        let good = Delayed::from(1).map(|x| x + 1);
        let sum = good.named("one more").map(move |two| {
            draw_all();
            let shown = seen.contents();
            assert!(shown.contains("1 of 2"), "{shown}");
            assert!(shown.contains("at wrong"), "{shown}");
            assert_eq!(two, 3, "wrong");
            two
        });
        assert!(
            runtime
                .run(|| sum.named("wrong").compute())
                .unwrap_err()
                .is_panic()
        );
        let shown = memory.contents();
        assert!(shown.contains("1 failed, run failed"), "{shown}");
    }

    /// As the ticker does.
    fn draw_all() {
        let shown = SHOWN.lock().unwrap();
        let screens: Vec<_> = shown.iter().filter_map(Weak::upgrade).collect();
        drop(shown);
        for screen in screens {
            screen.draw();
        }
    }

    #[test]
    fn what_is_printed_goes_above_the_lines() {
        let (runtime, memory) = watched(Duration::ZERO);
        let seen = memory.clone();
        let sum = Delayed::from(1).map(move |x| {
            draw_all();
            assert!(seen.contents().contains("tasks"));
            super::super::suspend(|| {
                assert_eq!(seen.contents(), "");
                seen.write_line("a word of mine").unwrap();
            });
            x + 1
        });
        assert_eq!(runtime.run(|| sum.compute()).unwrap(), 2);
        let shown = memory.contents();
        let lines: Vec<_> = shown.lines().collect();
        assert!(
            lines[0] == "a word of mine" && lines[1].contains("1 of 1"),
            "{shown}"
        );
    }

    #[test]
    fn lines_are_there_again_after_a_panic() {
        let (runtime, memory) = watched(Duration::ZERO);
        let sum = Delayed::from(1).map(|x| {
            draw_all();
            let printed = catch_unwind(|| super::super::suspend(|| panic!("out of paper")));
            assert!(printed.is_err());
            x + 1
        });
        assert_eq!(runtime.run(|| sum.compute()).unwrap(), 2);
        assert!(
            memory.contents().contains("1 of 1"),
            "{}",
            memory.contents()
        );
    }

    #[test]
    fn loops_have_lines_by_their_place() {
        let (runtime, memory) = watched(Duration::ZERO);
        let [place, other] = [place("job.rs", 3, 5), place("job.rs", 4, 9)];
        let lines = runtime.observed();
        let stage = |label, place, id| Stage {
            run: 0,
            id,
            label,
            place,
        };
        let outer = stage("for x in 0..2", &place, 0);
        let telling = lines.begin(Work::Steps(0), 1).unwrap();
        let begins = |stage, at_most, bytes| {
            lines.tell(&Event::LoopBegan {
                stage,
                at_most,
                bytes,
            });
        };
        begins(outer, Some(2), None);
        for id in 1..3 {
            let stage = stage("for y in ys(x)", &other, id);
            let (began, took) = (Instant::now(), Duration::ZERO);
            begins(stage, None, Some(2000));
            lines.tell(&Event::Read { stage, bytes: 1000 });
            if id == 1 {
                draw_all();
                let shown = memory.contents();
                assert!(shown.contains("1.00 kB of 2.00 kB"), "{shown}");
            }
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
        let lines: Vec<_> = shown.lines().collect();
        assert!(lines[0].contains("for x in 0..2"), "{shown}");
        assert!(lines[0].contains("2 of 2"), "{shown}");
        assert!(lines[1].contains("for y in ys(x) 10,"), "{shown}");
        assert!(lines[1].contains("2.00 kB"), "{shown}");
    }
}
