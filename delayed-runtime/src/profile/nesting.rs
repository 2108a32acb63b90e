//! How long work took by itself, without the work inside of it.

/// The most pieces of work that are remembered one by one.
const MOST: usize = 1 << 16;

/// The work that one thread has ended and that may stand inside of work that it
/// has not. Times are in nanoseconds.
#[derive(Clone, Default)]
pub(super) struct Nesting {
    /// When each began, and how long it took. None stands in another.
    ended: Vec<(u64, u64)>,
    /// When the loops began that this thread has begun and not ended.
    loops: Vec<u64>,
}

impl Nesting {
    /// Work has ended. Gives how long it took by itself.
    pub(super) fn end(&mut self, start: u64, took: u64) -> u64 {
        let outside = self.ended.iter().rposition(|ended| ended.0 < start);
        let inside = self.ended.drain(outside.map_or(0, |last| last + 1)..);
        let covered: u64 = inside.map(|(_, took)| took).sum();
        self.ended.push((start, took));
        if self.ended.len() > MOST {
            self.forget();
        }
        took.saturating_sub(covered)
    }

    /// What ended long ago is one piece of work from now on: it would be looked
    /// at again only by work that has been going on since before.
    fn forget(&mut self) {
        let mut old = self.ended.drain(..MOST / 2);
        let Some((start, took)) = old.next() else {
            return;
        };
        let took = took + old.map(|(_, took)| took).sum::<u64>();
        self.ended.insert(0, (start, took));
    }

    /// A loop has begun on this thread.
    pub(super) fn begin_loop(&mut self, now: u64) {
        self.loops.push(now);
    }

    /// The loop that began last has ended.
    pub(super) fn end_loop(&mut self, now: u64) {
        if let Some(start) = self.loops.pop() {
            self.end(start, now.saturating_sub(start));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Nesting;

    #[test]
    fn what_stands_inside_does_not_count() {
        let mut nesting = Nesting::default();
        assert_eq!(nesting.end(0, 10), 10);
        // An iteration from 20 to 100 that waits for a loop from 30 to 90, of
        // which this thread runs two blocks.
        nesting.begin_loop(30);
        assert_eq!(nesting.end(31, 19), 19);
        assert_eq!(nesting.end(60, 20), 20);
        nesting.end_loop(90);
        assert_eq!(nesting.end(20, 80), 20);
        // And all of it in something that began before everything.
        assert_eq!(nesting.end(0, 200), 200 - 90);
    }

    #[test]
    fn much_work_in_a_row_is_remembered_as_a_whole() {
        let mut nesting = Nesting::default();
        for at in 0..200_000 {
            assert_eq!(nesting.end(10 + 2 * at, 1), 1);
        }
        assert_eq!(nesting.end(5, 1_000_000), 800_000);
    }
}
