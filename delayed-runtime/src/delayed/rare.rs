//! What few nodes have, kept beside them so that it costs the others nothing:
//! a name of their own, the text of a failure, runs that wait for them, what a
//! value holds under a memory limit.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError};

use super::run::Run;
use crate::executor::memory::ledger::Charge;
use crate::sync::fixed::Mutex;

/// What is noted of a node.
#[derive(Default)]
pub(super) struct Note {
    /// The name the user gave to this very node.
    pub(super) name: Option<Cow<'static, str>>,
    /// What went wrong, as text: the error itself went to who ran it first.
    pub(super) failure: Option<String>,
    /// Runs that wait for the node, and its index there.
    pub(super) waiting: Vec<(Arc<Run>, u32)>,
    /// What the value holds, until the node ends.
    pub(super) charge: Charge,
}

/// By the nodes' turns in program order.
static NOTES: Mutex<BTreeMap<u64, Note>> = Mutex::new(BTreeMap::new());

/// Notes something of a node.
pub(super) fn note(order: u64, change: impl FnOnce(&mut Note)) {
    let mut notes = NOTES.lock().unwrap_or_else(PoisonError::into_inner);
    change(notes.entry(order).or_default());
}

/// What is noted of a node.
pub(super) fn look<R>(order: u64, look: impl FnOnce(&mut Note) -> R) -> Option<R> {
    let mut notes = NOTES.lock().unwrap_or_else(PoisonError::into_inner);
    notes.get_mut(&order).map(look)
}

/// Forgets a node.
pub(super) fn forget(order: u64) {
    let mut notes = NOTES.lock().unwrap_or_else(PoisonError::into_inner);
    let note = notes.remove(&order);
    drop(notes);
    drop(note);
}
