//! In which order a plan looks at its steps: about from the newest to the
//! oldest, in constant time a step.
//!
//! Program order is cut into windows. Steps that are open are listed by their
//! window, the list of the newest window is emptied first, and what a step
//! reads is never in a newer one.

use std::collections::BTreeMap;

/// Nodes in a window: those that a core's cache holds.
const WINDOW_BITS: u32 = 10;

const END: u32 = u32::MAX;

/// Steps whose inputs have not been looked at.
pub(super) struct Open {
    /// Of each step.
    entries: Vec<Entry>,
    /// The newest window with open steps.
    newest: List,
    /// The window that was added to last, if it is not the newest.
    last: List,
    /// The first steps in the lists of other windows.
    others: BTreeMap<u64, u32>,
}

struct Entry {
    /// The next in the list of its window.
    next: u32,
    /// How many steps there are on a way from it to a root, at least.
    level: u32,
}

#[derive(Clone, Copy)]
struct List {
    window: u64,
    first: u32,
}

impl Default for Open {
    fn default() -> Self {
        let none = List {
            window: u64::MAX,
            first: END,
        };
        Self {
            entries: Vec::new(),
            newest: none,
            last: none,
            others: BTreeMap::new(),
        }
    }
}

impl Open {
    /// Opens the next step, whose node has this turn in program order.
    pub(super) fn push(&mut self, order: u64) {
        let window = order >> WINDOW_BITS;
        let index = self.entries.len() as u32;
        let list = if window == self.newest.window {
            &mut self.newest
        } else {
            if window != self.last.window {
                self.turn_to(window);
            }
            &mut self.last
        };
        self.entries.push(Entry {
            next: list.first,
            level: 0,
        });
        list.first = index;
    }

    /// Makes this window the one that is added to.
    fn turn_to(&mut self, window: u64) {
        if self.last.first != END {
            self.others.insert(self.last.window, self.last.first);
        }
        let first = self.others.remove(&window).unwrap_or(END);
        self.last = List { window, first };
    }

    /// The next step to be looked at.
    pub(super) fn pop(&mut self) -> Option<u32> {
        if self.newest.first == END {
            let newest = self.others.last_key_value().map(|(window, _)| *window);
            if newest.is_some_and(|newest| self.last.first == END || newest > self.last.window) {
                self.turn_to(newest?);
            }
            self.newest = self.last;
            self.last.first = END;
        }
        let index = self.newest.first;
        let entry = self.entries.get(index as usize)?;
        self.newest.first = entry.next;
        Some(index)
    }

    /// Puts what a step reads below it.
    pub(super) fn raise(&mut self, read: u32, reader: u32) {
        let level = self.entries[reader as usize].level + 1;
        let entry = &mut self.entries[read as usize];
        entry.level = entry.level.max(level);
    }

    /// How many steps there are on a way from it to a root, at least.
    pub(super) fn level(&self, index: u32) -> u32 {
        self.entries[index as usize].level
    }
}

#[cfg(test)]
mod tests {
    use super::Open;

    fn drain(open: &mut Open) -> Vec<u32> {
        std::iter::from_fn(|| open.pop()).collect()
    }

    #[test]
    fn newer_windows_come_first_in_whatever_order_they_are_added_to() {
        let mut open = Open::default();
        for window in [3, 7, 5, 7, 3, 9, 0, 5] {
            open.push(window << super::WINDOW_BITS);
        }
        assert_eq!(drain(&mut open), [5, 3, 1, 7, 2, 4, 0, 6]);
        assert_eq!(open.pop(), None);
    }

    #[test]
    fn what_is_added_on_the_way_takes_its_place() {
        let mut open = Open::default();
        let push = |open: &mut Open, window: u64| open.push(window << super::WINDOW_BITS);
        push(&mut open, 8);
        assert_eq!(open.pop(), Some(0));
        push(&mut open, 2);
        push(&mut open, 8);
        push(&mut open, 5);
        assert_eq!(drain(&mut open), [2, 3, 1]);
        push(&mut open, 1);
        assert_eq!(drain(&mut open), [4]);
    }

    #[test]
    fn a_level_is_the_longest_way_known() {
        let mut open = Open::default();
        (0..4).for_each(|order| open.push(order));
        open.raise(1, 0);
        open.raise(2, 1);
        open.raise(2, 0);
        assert_eq!([0, 1, 2, 3].map(|step| open.level(step)), [0, 1, 2, 0]);
    }
}
