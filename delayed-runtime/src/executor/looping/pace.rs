//! What earlier runs of a place in the program tell of the next one.

use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

/// How long a loop or a fork was: asking somebody to help costs some
/// microseconds, and a sleeping thread takes tens of them to wake up.
#[derive(Debug)]
pub struct Pace {
    length: AtomicU8,
}

const UNKNOWN: u8 = 0;
const SHORT: u8 = 1;
const LONG: u8 = 2;

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
            length: AtomicU8::new(UNKNOWN),
        }
    }

    /// Whether it was short the last time.
    #[inline]
    pub(crate) fn is_short(&self) -> bool {
        self.length() == SHORT
    }

    /// Whether it was long enough for somebody to wake up.
    #[inline]
    pub(crate) fn is_long(&self) -> bool {
        self.length() == LONG
    }

    fn length(&self) -> u8 {
        // A model has to do the same each time, and to ask for help.
        match cfg!(loom) {
            true => UNKNOWN,
            false => self.length.load(Ordering::Relaxed),
        }
    }

    /// Learns how long a run took, for which help was asked for or not.
    pub(crate) fn learn(&self, was_helped: bool, took: Duration, limits: Limits) {
        let is_short = if was_helped {
            took < limits.helped
        } else {
            took <= limits.alone
        };
        let length = match is_short {
            true => SHORT,
            false if took > limits.alone => LONG,
            false => UNKNOWN,
        };
        // A store would take the place away from other processors.
        if length != self.length() {
            self.length.store(length, Ordering::Relaxed);
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
            alone: micros(40),
        };
        let pace = Pace::unknown();
        assert!(!pace.is_short());
        for (was_helped, took, length) in [
            (true, 30, UNKNOWN),
            (true, 29, SHORT),
            (false, 40, SHORT),
            (false, 41, LONG),
            (false, 1, SHORT),
            (true, 1000, LONG),
        ] {
            pace.learn(was_helped, micros(took), limits);
            assert_eq!(pace.length(), length, "{was_helped} {took}");
        }
    }
}
