//! Looks at the process from time to time: its memory, and the processor time.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use cpu_time::ProcessTime;

/// How often a short run is looked at.
const OFTEN: Duration = Duration::from_millis(10);
/// The most looks that are kept. Then every second one is dropped, and they come
/// half as often.
const MOST: usize = 2000;

/// One look at the process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Sample {
    /// When: so long after the first run began.
    pub at: Duration,
    /// The memory that the process has, in bytes; `None` where the system does
    /// not say.
    pub resident: Option<u64>,
    /// The processor time that the process has used since the first run began.
    pub cpu: Duration,
}

/// Takes samples while a run is under way, on a thread of its own.
pub(super) struct Sampler {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

struct Shared {
    since: Instant,
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    /// A run is under way.
    runs: bool,
    /// Nobody wants to know any more.
    is_over: bool,
    pause: Duration,
    samples: Vec<Sample>,
}

impl Sampler {
    pub(super) fn new(since: Instant) -> Self {
        let state = State {
            runs: false,
            is_over: false,
            pause: OFTEN,
            samples: Vec::new(),
        };
        let shared = Arc::new(Shared {
            since,
            state: Mutex::new(state),
            changed: Condvar::new(),
        });
        Self {
            shared,
            thread: None,
        }
    }

    /// A run begins.
    pub(super) fn begin(&mut self) {
        let mut state = self.shared.lock();
        state.look(self.shared.since);
        state.runs = true;
        drop(state);
        self.shared.changed.notify_one();
        if self.thread.is_none() {
            let shared = Arc::clone(&self.shared);
            let thread = thread::Builder::new().name("delayed-samples".to_owned());
            // Without it there is a sample at each end.
            self.thread = thread.spawn(move || shared.look_on()).ok();
        }
    }

    /// No run is under way any more.
    pub(super) fn end(&self) {
        let mut state = self.shared.lock();
        state.runs = false;
        state.look(self.shared.since);
    }

    pub(super) fn samples(&self) -> Vec<Sample> {
        self.shared.lock().samples.clone()
    }
}

impl Drop for Sampler {
    fn drop(&mut self) {
        self.shared.lock().is_over = true;
        self.shared.changed.notify_one();
        if let Some(thread) = self.thread.take() {
            // It does nothing that could panic.
            let _ = thread.join();
        }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the thread does.
    fn look_on(&self) {
        let mut state = self.lock();
        while !state.is_over {
            if state.runs {
                let pause = state.pause;
                let waited = self.changed.wait_timeout(state, pause);
                let (guard, timeout) = waited.unwrap_or_else(PoisonError::into_inner);
                state = guard;
                if timeout.timed_out() && state.runs {
                    state.look(self.since);
                }
            } else {
                let waited = self.changed.wait(state);
                state = waited.unwrap_or_else(PoisonError::into_inner);
            }
        }
    }
}

impl State {
    fn look(&mut self, since: Instant) {
        let memory = memory_stats::memory_stats();
        self.samples.push(Sample {
            at: since.elapsed(),
            resident: memory.map(|memory| memory.physical_mem as u64),
            cpu: ProcessTime::now().as_duration(),
        });
        if self.samples.len() > MOST {
            let mut index = 0;
            self.samples.retain(|_| {
                index += 1;
                index % 2 == 1
            });
            self.pause *= 2;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_a_sample_at_each_end() {
        let mut sampler = Sampler::new(Instant::now());
        sampler.begin();
        sampler.end();
        let samples = sampler.samples();
        assert!(samples.len() >= 2);
        assert!(samples.is_sorted_by_key(|sample| (sample.at, sample.cpu)));
        assert!(samples.iter().all(|it| it.resident.is_none_or(|it| it > 0)));
    }

    #[test]
    fn there_are_never_too_many() {
        let mut state = State {
            runs: true,
            is_over: false,
            pause: OFTEN,
            samples: Vec::new(),
        };
        let since = Instant::now();
        for _ in 0..3 * MOST {
            state.look(since);
        }
        assert!(state.samples.len() <= MOST && state.samples.len() > MOST / 3);
        assert!(state.pause > OFTEN);
        assert!(state.samples.is_sorted_by_key(|sample| sample.at));
    }
}
