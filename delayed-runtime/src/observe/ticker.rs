//! Looks at something from time to time while runs are under way.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// Looks on a thread of its own, which sleeps between runs.
pub(crate) struct Ticker {
    shared: Arc<Shared>,
    name: &'static str,
    thread: Option<JoinHandle<()>>,
}

struct Shared {
    /// How long after a run has begun it is first looked at.
    first: Duration,
    /// Looks, and says how long not to look again.
    look: Box<dyn Fn() -> Duration + Send + Sync>,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    /// How often runs have begun where none was under way.
    begun: u64,
    is_running: bool,
    /// Nobody wants to know any more.
    is_over: bool,
}

impl Ticker {
    pub(crate) fn new(
        name: &'static str,
        first: Duration,
        look: impl Fn() -> Duration + Send + Sync + 'static,
    ) -> Self {
        Self {
            shared: Arc::new(Shared {
                first,
                look: Box::new(look),
                state: Mutex::default(),
                changed: Condvar::new(),
            }),
            name,
            thread: None,
        }
    }

    /// A run begins.
    pub(crate) fn begin(&mut self) {
        let mut state = self.shared.lock();
        state.is_running = true;
        state.begun += 1;
        drop(state);
        self.shared.changed.notify_one();
        if self.thread.is_none() {
            let shared = Arc::clone(&self.shared);
            let thread = thread::Builder::new().name(self.name.to_owned());
            // Without it nobody looks in between.
            self.thread = thread.spawn(move || shared.run()).ok();
        }
    }

    /// No run is under way any more. One last look may still be.
    pub(crate) fn end(&self) {
        self.shared.lock().is_running = false;
    }
}

impl Drop for Ticker {
    fn drop(&mut self) {
        self.shared.lock().is_over = true;
        self.shared.changed.notify_one();
        if let Some(thread) = self.thread.take() {
            // What looks does nothing that could panic.
            let _ = thread.join();
        }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the thread does.
    fn run(&self) {
        let mut state = self.lock();
        let (mut begun, mut pause) = (state.begun, self.first);
        while !state.is_over {
            if !state.is_running {
                let waited = self.changed.wait(state);
                state = waited.unwrap_or_else(PoisonError::into_inner);
            } else if state.begun != begun {
                (begun, pause) = (state.begun, self.first);
            } else {
                let waited = self.changed.wait_timeout(state, pause);
                let (guard, timeout) = waited.unwrap_or_else(PoisonError::into_inner);
                state = guard;
                if timeout.timed_out() && state.is_running && state.begun == begun {
                    drop(state);
                    pause = (self.look)();
                    state = self.lock();
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    #[test]
    fn it_looks_while_a_run_is_under_way() {
        let (looks, looked) = mpsc::channel();
        let mut ticker = Ticker::new("test", Duration::ZERO, move || {
            let _ = looks.send(());
            Duration::ZERO
        });
        for _ in 0..3 {
            ticker.begin();
            looked.recv().unwrap();
            looked.recv().unwrap();
            ticker.end();
        }
        drop(ticker);
        // Its thread is over, and with it what it has looked with.
        while looked.try_recv().is_ok() {}
        assert_eq!(looked.try_recv(), Err(mpsc::TryRecvError::Disconnected));
    }

    #[test]
    fn it_waits_at_first() {
        let long = Duration::from_secs(3600);
        let mut ticker = Ticker::new("test", long, || panic!("nobody waits so long"));
        ticker.begin();
        ticker.end();
    }
}
