//! Stages and values by their places in the program.

use std::collections::BTreeMap;
use std::ptr;

use super::{Stage, StageKind, Values};
use crate::graph::Place;

/// What a profile lists, by kind, label, file and line: the place of a call may
/// begin at another column than the statement that it stands in.
pub(super) struct Places<'a, K = StageKind>(BTreeMap<(K, &'a str, &'a str, u32), Vec<usize>>);

impl<'a> Places<'a> {
    pub(super) fn of_stages(stages: &'a [Stage]) -> Self {
        let all = stages.iter();
        Self::new(all.map(|stage| (stage.kind, &*stage.label, &stage.place)))
    }
}

impl<'a> Places<'a, ()> {
    pub(super) fn of_values(values: &'a [Values]) -> Self {
        let all = values.iter();
        Self::new(all.map(|values| ((), &*values.label, &values.place)))
    }
}

impl<'a, K: Ord> Places<'a, K> {
    fn new(all: impl Iterator<Item = (K, &'a str, &'a Place)>) -> Self {
        let mut places: BTreeMap<_, Vec<usize>> = BTreeMap::new();
        for (number, (kind, label, place)) in all.enumerate() {
            let key = (kind, label, &*place.file, place.line);
            places.entry(key).or_default().push(number);
        }
        Self(places)
    }

    /// The indices of what is at a place.
    pub(super) fn find<'i>(&'i self, kind: K, label: &'i str, place: &'i Place) -> &'i [usize] {
        let found = self.0.get(&(kind, label, &*place.file, place.line));
        found.map_or(&[], Vec::as_slice)
    }
}

/// Where a thread finds again what it has noted: by line and column, as texts take
/// longer to compare.
#[derive(Default)]
pub(super) struct Noted(BTreeMap<(u32, u32), Vec<usize>>);

impl Noted {
    /// The index of what was noted at `place` and `is` it.
    pub(super) fn find(&self, place: &Place, is: impl Fn(usize) -> bool) -> Option<usize> {
        let here = self.0.get(&(place.line, place.column))?;
        here.iter().copied().find(|index| is(*index))
    }

    /// Notes an index at `place`.
    pub(super) fn note(&mut self, place: &Place, index: usize) {
        let here = self.0.entry((place.line, place.column)).or_default();
        if !here.contains(&index) {
            here.push(index);
        }
    }
}

/// Whether two places are one. Nearly always the file is the same text in memory.
pub(super) fn are_same(a: &Place, b: &Place) -> bool {
    (a.line, a.column) == (b.line, b.column) && (ptr::eq(&*a.file, &*b.file) || a.file == b.file)
}
