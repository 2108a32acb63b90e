//! Looks at the process from time to time: its memory, and the processor time.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use cpu_time::ProcessTime;

use crate::observe::ticker::Ticker;

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

/// Takes samples while a run is under way.
pub(super) struct Sampler {
    ticker: Ticker,
    state: Arc<Mutex<State>>,
}

struct State {
    since: Instant,
    pause: Duration,
    samples: Vec<Sample>,
}

impl Sampler {
    pub(super) fn new(since: Instant) -> Self {
        let state = Arc::new(Mutex::new(State::new(since)));
        let seen = Arc::clone(&state);
        let ticker = Ticker::new("delayed-samples", OFTEN, move || {
            let mut state = lock(&seen);
            state.look();
            state.pause
        });
        Self { ticker, state }
    }

    /// A run begins.
    pub(super) fn begin(&mut self) {
        lock(&self.state).look();
        self.ticker.begin();
    }

    /// No run is under way any more.
    pub(super) fn end(&self) {
        self.ticker.end();
        lock(&self.state).look();
    }

    pub(super) fn samples(&self) -> Vec<Sample> {
        lock(&self.state).samples.clone()
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

impl State {
    fn new(since: Instant) -> Self {
        Self {
            since,
            pause: OFTEN,
            samples: Vec::new(),
        }
    }

    fn look(&mut self) {
        let memory = memory_stats::memory_stats();
        self.samples.push(Sample {
            at: self.since.elapsed(),
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
        let mut state = State::new(Instant::now());
        for _ in 0..3 * MOST {
            state.look();
        }
        assert!(state.samples.len() <= MOST && state.samples.len() > MOST / 3);
        assert!(state.pause > OFTEN);
        assert!(state.samples.is_sorted_by_key(|sample| sample.at));
    }
}
