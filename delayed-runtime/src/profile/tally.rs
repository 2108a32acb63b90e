//! What is counted of each stage, on each thread by itself.

use hdrhistogram::Histogram;

use super::places::{Noted, are_same};
use super::{StageId, StageKind};
use crate::graph::Place;

/// Digits of a time that count, in medians and the like.
const DIGITS: u8 = 2;
/// The most stages of one thread. What comes later counts as one.
const MOST: usize = 2000;

/// What tells stages apart.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    pub(super) kind: StageKind,
    pub(super) label: String,
    pub(super) place: Place,
}

/// The figures of a stage. Times are in nanoseconds.
#[derive(Clone)]
pub(super) struct Tally {
    /// How long one took.
    pub(super) times: Histogram<u64>,
    pub(super) least: u64,
    pub(super) most: u64,
    /// The index of the one that took longest, where it has one.
    pub(super) longest: Option<u64>,
    pub(super) total: u64,
    pub(super) own: u64,
    pub(super) failures: u64,
    /// Whether there were more that were not timed.
    pub(super) is_partial: bool,
}

impl Tally {
    pub(super) fn new() -> Self {
        Self {
            times: Histogram::new(DIGITS).expect("so many digits are allowed"),
            least: u64::MAX,
            most: 0,
            longest: None,
            total: 0,
            own: 0,
            failures: 0,
            is_partial: false,
        }
    }

    /// `count` that took so long together.
    #[inline]
    pub(super) fn add(&mut self, took: u64, own: u64, count: u64, first: Option<u64>) {
        let one = took / count.max(1);
        // It grows with what it is given, and any time fits.
        let _ = self.times.record_n(one, count);
        self.least = self.least.min(one);
        if one > self.most {
            (self.most, self.longest) = (one, first);
        }
        self.total += took;
        self.own += own;
    }

    /// Those of another thread.
    pub(super) fn merge(&mut self, other: &Self) {
        // Of times that fit the other, which grows as this one does.
        let _ = self.times.add(&other.times);
        self.least = self.least.min(other.least);
        if other.most > self.most {
            (self.most, self.longest) = (other.most, other.longest);
        }
        self.total += other.total;
        self.own += other.own;
        self.failures += other.failures;
        self.is_partial |= other.is_partial;
    }
}

/// The stages of one thread.
#[derive(Default)]
pub(super) struct Tallies {
    pub(super) all: Vec<(Key, Tally)>,
    at: Noted,
    /// The stage that was asked for last.
    last: usize,
}

impl Tallies {
    /// The number of a stage.
    pub(super) fn find(&mut self, kind: StageKind, label: &str, place: &Place) -> StageId {
        let is = |(key, _): &(Key, Tally)| {
            key.kind == kind && are_same(&key.place, place) && key.label == label
        };
        if self.all.get(self.last).is_none_or(|last| !is(last)) {
            let found = self.at.find(place, |index| is(&self.all[index]));
            self.last = found.unwrap_or_else(|| {
                let index = self.all.len().min(MOST);
                self.at.note(place, index);
                index
            });
            if self.last == self.all.len() {
                self.all
                    .push((new_key(self.last, kind, label, place), Tally::new()));
            }
        }
        StageId(self.last)
    }
}

fn new_key(index: usize, kind: StageKind, label: &str, place: &Place) -> Key {
    let label = if index < MOST { label } else { "all others" };
    Key {
        kind,
        label: label.to_owned(),
        place: place.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::__private::place;

    #[test]
    fn stages_are_told_apart_by_all_of_their_key() {
        let mut tallies = Tallies::default();
        let (here, there) = (place("a.rs", 1, 1), place("b.rs", 1, 1));
        let keys = [
            (StageKind::Task, "f", &here),
            (StageKind::Task, "g", &here),
            (StageKind::Loop, "f", &here),
            (StageKind::Task, "f", &there),
        ];
        for _ in 0..2 {
            for (id, (kind, label, place)) in keys.into_iter().enumerate() {
                assert_eq!(tallies.find(kind, label, place), StageId(id));
            }
        }
    }

    #[test]
    fn there_is_no_end_of_stages() {
        let mut tallies = Tallies::default();
        for line in 0..3000 {
            tallies.find(StageKind::Task, "f", &place("a.rs", line, 1));
        }
        assert_eq!(tallies.all.len(), MOST + 1);
        assert_eq!(tallies.all[MOST].0.label, "all others");
        let again = tallies.find(StageKind::Task, "f", &place("a.rs", 2999, 1));
        assert_eq!(again, StageId(MOST));
    }
}
