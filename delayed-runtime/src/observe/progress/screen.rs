//! The lines as they are drawn.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{
    DecimalBytes, HumanCount, HumanFloatCount, MultiProgress, ProgressBar, ProgressStyle,
};

use super::counts::{Counts, Key, Line, Sum};

/// So many tasks are named that run now.
const NAMED: usize = 3;

/// Where lines are drawn, and what they are drawn of.
pub(super) struct Screen {
    bars: MultiProgress,
    /// A run that is over sooner shows nothing.
    after: Duration,
    counts: Counts,
    shown: Mutex<Shown>,
}

#[derive(Default)]
struct Shown {
    /// Runs that have begun and not ended.
    runs: usize,
    /// When the first of them began.
    began: Option<Instant>,
    bars: BTreeMap<Key, (Look, ProgressBar)>,
}

/// How a line looks, by what is known of its end.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Look {
    /// How many there will be.
    Items,
    /// How many bytes its source will have read.
    Bytes,
    /// How many there will be of those that have begun; more may.
    SoFar,
    /// Nothing.
    Endless,
}

impl Look {
    fn of(line: &Line) -> Self {
        match (line.begun, line.total, line.all_bytes) {
            (1, Some(_), _) => Self::Items,
            (1, None, Some(_)) => Self::Bytes,
            (_, Some(_), _) => Self::SoFar,
            (_, None, _) => Self::Endless,
        }
    }

    fn style(self) -> ProgressStyle {
        let template = match self {
            Self::Items => "{prefix} {bar:24.green} {human_pos} of {human_len}{wide_msg}",
            Self::Bytes => {
                "{prefix} {bar:24.green} {decimal_bytes} of {decimal_total_bytes}{wide_msg}"
            }
            Self::SoFar => "{prefix} {human_pos} of {human_len} so far{wide_msg}",
            Self::Endless => "{prefix} {human_pos}{wide_msg}",
        };
        let style = ProgressStyle::with_template(template);
        let style = style.unwrap_or_else(|_| ProgressStyle::default_bar());
        style.progress_chars("━╸ ")
    }
}

impl Screen {
    pub(super) fn new(bars: MultiProgress, after: Duration) -> Self {
        Self {
            bars,
            after,
            counts: Counts::default(),
            shown: Mutex::default(),
        }
    }

    pub(super) fn counts(&self) -> &Counts {
        &self.counts
    }

    fn shown(&self) -> MutexGuard<'_, Shown> {
        self.shown.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A run begins. Gives whether no other one is under way.
    pub(super) fn begin(&self) -> bool {
        let mut shown = self.shown();
        shown.runs += 1;
        shown.began.get_or_insert_with(Instant::now);
        shown.runs == 1
    }

    /// A run has ended. Gives whether it was the last one under way: then what
    /// was shown stays as it is.
    pub(super) fn end(&self, has_failed: bool) -> bool {
        let mut shown = self.shown();
        shown.runs = shown.runs.saturating_sub(1);
        if shown.runs > 0 {
            return false;
        }
        self.draw_on(&mut shown, if has_failed { ", run failed" } else { "" });
        for (_, bar) in shown.bars.values() {
            bar.abandon();
        }
        *shown = Shown::default();
        self.counts.clear();
        true
    }

    /// Shows how far the runs are.
    pub(super) fn draw(&self) {
        let mut shown = self.shown();
        if shown.runs > 0 {
            self.draw_on(&mut shown, "");
        }
    }

    fn draw_on(&self, shown: &mut Shown, end: &str) {
        let since = shown.began.map_or(Duration::ZERO, |began| began.elapsed());
        if since < self.after {
            return;
        }
        let sum = self.counts.sum();
        for (at, (key, line)) in sum.lines.iter().enumerate() {
            let look = Look::of(line);
            let (shown_as, bar) = shown.bars.entry(*key).or_insert_with(|| {
                let bar = ProgressBar::no_length().with_prefix(line.label.clone());
                let bar = self.bars.insert(at, bar);
                bar.set_style(look.style());
                (look, bar)
            });
            if *shown_as != look {
                *shown_as = look;
                bar.set_style(look.style());
            }
            let (done, all) = line.way(look);
            if let Some(all) = all {
                bar.set_length(all);
            }
            bar.set_position(done);
            let mut message = message(line, look, &sum);
            // It may be that of any loop.
            if at + 1 == sum.lines.len() {
                message += &running(&sum.now);
            }
            bar.set_message(message + end);
        }
    }

    /// Takes the lines off while `print` runs.
    pub(super) fn suspend(&self, print: impl FnOnce()) {
        self.bars.suspend(print);
    }
}

impl Line {
    /// How much is done, and of how much.
    fn way(&self, look: Look) -> (u64, Option<u64>) {
        match look {
            Look::Bytes => (self.bytes, self.all_bytes),
            Look::Items | Look::SoFar | Look::Endless => (self.done, self.total),
        }
    }
}

/// What there is to say besides how far a line is.
fn message(line: &Line, look: Look, sum: &Sum) -> String {
    let mut message = String::new();
    let mut say = |what: std::fmt::Arguments<'_>| {
        // Writing to a string does not fail.
        let _ = write!(message, ", {what}");
    };
    let elapsed = line.since.elapsed();
    let a_second = |count: u64| count as f64 / elapsed.as_secs_f64().max(1e-3);
    let speed = DecimalBytes(a_second(line.bytes) as u64);
    if look == Look::Bytes {
        say(format_args!("{speed}/s"));
        say(format_args!("{} done", HumanCount(line.done)));
    }
    say(format_args!("{}/s", rate(a_second(line.done))));
    if look != Look::Bytes && line.bytes > 0 {
        let bytes = DecimalBytes(line.bytes);
        say(format_args!("{bytes}, {speed}/s"));
    }
    match (look, line.way(look)) {
        (Look::Items | Look::Bytes, (done @ 1.., Some(all))) if done < all => {
            let left = elapsed.mul_f64((all - done) as f64 / done as f64);
            say(format_args!("{} left", whole_seconds(left)));
        }
        _ => say(format_args!("after {}", whole_seconds(elapsed))),
    }
    if sum.retries > 0 {
        say(format_args!("{} tried again", sum.retries));
    }
    if sum.failures > 0 {
        say(format_args!("{} failed", sum.failures));
    }
    message
}

/// Which tasks run now.
fn running(tasks: &[String]) -> String {
    let (named, others) = tasks.split_at(tasks.len().min(NAMED));
    match (named, others) {
        ([], _) => String::new(),
        (named, []) => format!(", at {}", named.join(", ")),
        (named, others) => format!(", at {} and {} others", named.join(", "), others.len()),
    }
}

/// So many a second, with as many digits as mean something.
fn rate(a_second: f64) -> String {
    let digits = if a_second < 10.0 { 1 } else { 0 };
    format!("{:.digits$}", HumanFloatCount(a_second))
}

/// As `3s` or `2m 5s`; what is shorter than a second is none.
fn whole_seconds(time: Duration) -> String {
    let seconds = time.as_secs();
    match (seconds / 3600, seconds / 60 % 60, seconds % 60) {
        (0, 0, seconds) => format!("{seconds}s"),
        (0, minutes, seconds) => format!("{minutes}m {seconds}s"),
        (hours, minutes, _) => format!("{hours}h {minutes}m"),
    }
}
