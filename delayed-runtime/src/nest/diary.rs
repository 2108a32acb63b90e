//! What is told of the rows of a band: that they have ended, and how long a thread
//! has worked on them, without what it has waited for other bands.

use std::time::{Duration, Instant};

use super::lane::Lane;
use super::shape::Shape;
use crate::observe::TellingLoop;

/// A band on the thread that runs it.
pub(super) struct Diary<'a> {
    /// Whoever is told, and since when there is something to tell.
    telling: Option<(&'a TellingLoop<'a>, Instant)>,
    /// The first iteration, and how many have ended since.
    iterations: (usize, usize),
    waited: Duration,
}

impl<'a> Diary<'a> {
    /// Begins with a band whose first row is `lane`. If the nest `began` on this
    /// thread, all earlier rows have run since then.
    pub(super) fn open<S: Shape>(
        telling: Option<&'a TellingLoop<'a>>,
        shape: &S,
        lane: Option<&Lane<S::Local>>,
        began: Option<Instant>,
    ) -> Self {
        let first = lane.map_or(0, |lane| shape.iterations_of(lane.row, lane.cells).0);
        let iterations = match began {
            Some(_) => (0, first),
            None => (first, 0),
        };
        Self {
            telling: telling.map(|telling| (telling, began.unwrap_or_else(Instant::now))),
            iterations,
            waited: Duration::ZERO,
        }
    }

    /// A row has ended.
    pub(super) fn row<S: Shape>(&mut self, shape: &S, lane: &Lane<S::Local>) {
        self.iterations.1 += shape.iterations_of(lane.row, lane.cells).1;
    }

    /// Calls `wait`, whose time is none of work.
    pub(super) fn wait(&mut self, wait: impl FnOnce()) {
        let since = self.telling.map(|_| Instant::now());
        wait();
        self.waited += since.map_or(Duration::ZERO, |since| since.elapsed());
    }

    /// Tells of the rows that have ended. Work before a wait is moved up to what
    /// came after it, so that the rows of a band are one piece.
    pub(super) fn close(self) {
        if let Some((telling, began)) = self.telling {
            let (first, count) = (self.iterations.0 as u64, self.iterations.1 as u64);
            let took = began.elapsed().saturating_sub(self.waited);
            telling.iterations_in(first, count, began + self.waited, took);
        }
    }
}
