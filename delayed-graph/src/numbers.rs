//! Numbers for texts.

use std::collections::BTreeMap;

/// Gives each text a number, in the order in which they come.
///
/// It is the one ordered map of graphs: what else is looked up has small numbers
/// of its own, and the code of each further type of map takes long to compile.
#[derive(Default)]
pub(crate) struct Numbers(BTreeMap<String, usize>);

impl Numbers {
    /// The number of `text`, a new one if it has none.
    pub(crate) fn give(&mut self, text: String) -> usize {
        let next = self.0.len();
        *self.0.entry(text).or_insert(next)
    }

    /// How many texts have a number.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }
}
