//! The stages of a profile by their places in the program.

use std::collections::BTreeMap;

use super::{Stage, StageKind};
use crate::graph::Place;

/// The stages by kind, label, file and line: the place of a call may begin at
/// another column than the statement that it stands in.
pub(super) struct Places<'a>(BTreeMap<(StageKind, &'a str, &'a str, u32), Vec<usize>>);

impl<'a> Places<'a> {
    pub(super) fn new(stages: &'a [Stage]) -> Self {
        let mut places: BTreeMap<_, Vec<usize>> = BTreeMap::new();
        for (number, stage) in stages.iter().enumerate() {
            let (label, place) = (&*stage.label, &stage.place);
            let key = (stage.kind, label, &*place.file, place.line);
            places.entry(key).or_default().push(number);
        }
        Self(places)
    }

    /// The indices of the stages at a place.
    pub(super) fn find<'i>(
        &'i self,
        kind: StageKind,
        label: &'i str,
        place: &'i Place,
    ) -> &'i [usize] {
        let found = self.0.get(&(kind, label, &*place.file, place.line));
        found.map_or(&[], Vec::as_slice)
    }
}
