//! What earlier runs of a place in the program tell of the next one.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Whether a loop or a fork was short: asking somebody to help costs some
/// microseconds, and a sleeping thread takes tens of them to wake up.
#[derive(Debug)]
pub struct Pace {
    is_short: AtomicBool,
}

/// The times that make a place short.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// It is short if it took less than this although help was asked for…
    pub(crate) helped: Duration,
    /// …and until it takes more than this without.
    pub(crate) alone: Duration,
}

impl Pace {
    /// Nothing is known.
    #[must_use]
    pub const fn unknown() -> Self {
        Self {
            is_short: AtomicBool::new(false),
        }
    }

    /// Whether it was short the last time.
    #[inline]
    pub(crate) fn is_short(&self) -> bool {
        // A model has to do the same each time, and to ask for help.
        !cfg!(loom) && self.is_short.load(Ordering::Relaxed)
    }

    /// Learns how long a run took, for which help was asked for or not.
    pub(crate) fn learn(&self, was_helped: bool, took: Duration, limits: Limits) {
        let is_short = if was_helped {
            took < limits.helped
        } else {
            took <= limits.alone
        };
        // A store would take the place away from other processors.
        if is_short != self.is_short() {
            self.is_short.store(is_short, Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_as_short_as_it_was_the_last_time() {
        let micros = Duration::from_micros;
        let limits = Limits {
            helped: micros(30),
            alone: micros(10),
        };
        let pace = Pace::unknown();
        assert!(!pace.is_short());
        for (was_helped, took, is_short) in [
            (true, 30, false),
            (true, 29, true),
            (false, 10, true),
            (false, 11, false),
            (false, 1, true),
            (true, 1000, false),
        ] {
            pace.learn(was_helped, micros(took), limits);
            assert_eq!(pace.is_short(), is_short, "{was_helped} {took}");
        }
    }
}
