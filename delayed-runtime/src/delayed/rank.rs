//! The priorities of tasks: which of several ready steps goes first.

use crate::few::Few;

/// The priority of each step that has one; the others have 0.
///
/// A stack of ready steps has those of the highest priority on top. Most graphs
/// have no priorities at all, and then nothing is done here.
pub(super) struct Ranks(Few<u32, i32>);

impl Default for Ranks {
    fn default() -> Self {
        Self(Few::new())
    }
}

impl Ranks {
    /// Notes the priority of a step, after those of the steps before it.
    #[inline]
    pub(super) fn note(&mut self, step: u32, priority: i32) {
        if priority != 0 {
            self.0.get_or_insert(step, || priority);
        }
    }

    /// Brings a stack into order. Steps of one priority stay as they are.
    pub(super) fn sort(&self, ready: &mut [u32]) {
        if !self.0.is_empty() {
            ready.sort_by_key(|step| self.of(*step));
        }
    }

    /// Brings the steps from `first` on, which were put on top of a stack, to
    /// their place.
    #[inline]
    pub(super) fn insert(&self, ready: &mut Vec<u32>, first: usize) {
        if !self.0.is_empty() && first < ready.len() {
            self.bring_up(ready, first);
        }
    }

    #[cold]
    fn bring_up(&self, ready: &mut Vec<u32>, first: usize) {
        self.sort(&mut ready[first..]);
        let top = first.checked_sub(1).map(|top| self.of(ready[top]));
        if top.is_none_or(|top| top <= self.of(ready[first])) {
            return;
        }
        for step in ready.split_off(first) {
            let rank = self.of(step);
            let place = ready.partition_point(|other| self.of(*other) <= rank);
            ready.insert(place, step);
        }
    }

    /// How many steps at the top of a stack are as urgent as its top.
    pub(super) fn urgent(&self, ready: &[u32]) -> usize {
        if self.0.is_empty() {
            return ready.len();
        }
        let top = ready.last().map(|top| self.of(*top));
        let equals = ready.iter().rev();
        let equals = equals.take_while(|step| Some(self.of(**step)) == top);
        equals.count()
    }

    fn of(&self, step: u32) -> i32 {
        self.0.get(step).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::Ranks;

    #[test]
    fn the_highest_is_on_top_and_equals_stay_in_order() {
        let mut ranks = Ranks::default();
        for (step, priority) in [(1, 5), (2, -3), (3, 0), (4, 5), (6, 9)] {
            ranks.note(step, priority);
        }
        let mut ready = vec![1, 2, 3, 4, 5];
        ranks.sort(&mut ready);
        assert_eq!(ready, [2, 3, 5, 1, 4]);
        ready.extend([7, 6, 8]);
        ranks.insert(&mut ready, 5);
        assert_eq!(ready, [2, 3, 5, 7, 8, 1, 4, 6]);
        assert_eq!(ranks.urgent(&ready), 1);
        assert_eq!(ranks.urgent(&ready[..7]), 2);
        ranks.insert(&mut ready, 8);
        assert_eq!(ready.len(), 8);
        ready.clear();
        ready.extend([6, 2]);
        ranks.insert(&mut ready, 0);
        assert_eq!(ready, [2, 6]);
    }

    #[test]
    fn without_priorities_a_stack_stays_as_it_is() {
        let mut ready = vec![3, 1, 2];
        Ranks::default().sort(&mut ready);
        Ranks::default().insert(&mut ready, 1);
        assert_eq!(ready, [3, 1, 2]);
        assert_eq!(Ranks::default().urgent(&ready), 3);
    }
}
