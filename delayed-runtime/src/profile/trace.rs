//! The timeline for other programs.
//!
//! *Source.* The "Trace Event Format" that Chrome's `about:tracing` and Perfetto
//! read: complete events, counters and metadata.

use std::io;
use std::path::Path;

use serde_json::{Value, json};

use super::{Bar, Profile, Sample};

/// The process that all events belong to.
const PROCESS: u32 = 1;

impl Profile {
    /// The timeline as JSON, as Perfetto and Chrome's `about:tracing` open it: a
    /// track for each thread, and the memory and processor time of the process.
    ///
    /// ```
    /// use delayed_runtime::delayed::Delayed;
    ///
    /// let (_, profile) = (Delayed::from(20_i64) + 1).compute_profiled();
    /// assert!(profile.to_trace().contains("traceEvents"));
    /// ```
    #[must_use]
    pub fn to_trace(&self) -> String {
        let mut events = Vec::new();
        for (thread, worker) in self.workers.iter().enumerate() {
            events.push(json!({
                "name": "thread_name", "ph": "M", "pid": PROCESS, "tid": thread,
                "args": { "name": worker.name },
            }));
            events.extend(worker.bars.iter().map(|bar| self.event(thread, bar)));
        }
        for pair in self.samples.windows(2) {
            events.extend(counters(&pair[0], &pair[1]));
        }
        let other = json!({ "bound": self.bound(), "threads": self.threads });
        json!({ "traceEvents": events, "displayTimeUnit": "ns", "otherData": other }).to_string()
    }

    /// Writes [`to_trace`](Self::to_trace) into a file.
    ///
    /// # Errors
    ///
    /// When the file cannot be written.
    pub fn write_trace(&self, path: impl AsRef<Path>) -> io::Result<()> {
        write(path.as_ref(), &self.to_trace())
    }

    fn event(&self, thread: usize, bar: &Bar) -> Value {
        let stage = &self.stages[bar.stage.0];
        json!({
            "name": stage.label, "cat": stage.kind.name(), "ph": "X",
            "ts": micros(bar.start), "dur": micros(bar.end - bar.start),
            "pid": PROCESS, "tid": thread,
            "args": {
                "place": stage.place.to_string(), "count": bar.count,
                "own": micros(bar.own), "failed": bar.failed,
            },
        })
    }
}

/// Writes a file, and says which one where that fails.
pub(super) fn write(path: &Path, text: &str) -> io::Result<()> {
    let say = |error: io::Error| {
        io::Error::new(
            error.kind(),
            format!("cannot write {}: {error}", path.display()),
        )
    };
    std::fs::write(path, text).map_err(say)
}

fn counters(before: &Sample, sample: &Sample) -> impl Iterator<Item = Value> {
    let at = sample.at.as_nanos() as f64 / 1e3;
    let passed = sample.at.saturating_sub(before.at).as_secs_f64();
    let used = sample.cpu.saturating_sub(before.cpu).as_secs_f64();
    let counter = move |name: &str, value: Value| {
        json!({
            "name": name, "ph": "C", "ts": at, "pid": PROCESS, "args": { name: value },
        })
    };
    let memory = sample
        .resident
        .map(|bytes| counter("resident bytes", bytes.into()));
    let busy = (passed > 0.0).then(|| counter("processors", (used / passed).into()));
    memory.into_iter().chain(busy)
}

/// Nanoseconds in the format's unit.
fn micros(nanoseconds: u64) -> f64 {
    nanoseconds as f64 / 1e3
}
