//! The word in a node's header: its lock, its state, how it can be reached, and
//! how many refer to it.

use delayed_graph::NodeKind;

use super::alone::is_alone;
use crate::sync::atomic::{AtomicU64, Ordering};

/// Where a node is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// It holds its work.
    Pending,
    /// Somebody does its work.
    Running,
    /// It holds its value.
    Done,
    /// The value was handed on.
    Taken,
    /// There will be no value.
    Failed,
}

/// A header's word: from the lowest bit the lock, three bits of state, marks
/// that never change but `RARE`, and the number of references.
#[derive(Clone, Copy)]
pub(super) struct Word(u64);

const LOCKED: u64 = 1;
const STATE_SHIFT: u32 = 1;
const STATE: u64 = 7 << STATE_SHIFT;
/// Something is noted of the node in `rare.rs`.
const RARE: u64 = 1 << 4;
/// The node's work borrows from other nodes.
const BORROWS: u64 = 1 << 5;
const GLUE: u64 = 1 << 6;
const INPUT: u64 = 1 << 7;
/// Only nodes of one run refer to this one, and its list of borrowers is out of
/// use.
const OURS: u64 = 1 << 8;
/// Its task has a priority.
const RANKED: u64 = 1 << 9;
const REFERENCE: u64 = 1 << 10;

impl Word {
    /// A new node's word: its maker refers to it.
    pub(super) fn new(kind: NodeKind, borrows: bool, is_ranked: bool, state: State) -> Self {
        let kind = match kind {
            NodeKind::Glue => GLUE,
            NodeKind::Input => INPUT,
            _ => 0,
        };
        let borrows = if borrows { BORROWS } else { 0 };
        let ranked = if is_ranked { RANKED } else { 0 };
        Self(REFERENCE | kind | borrows | ranked).with_state(state)
    }

    pub(super) fn state(self) -> State {
        match (self.0 & STATE) >> STATE_SHIFT {
            0 => State::Pending,
            1 => State::Running,
            2 => State::Done,
            3 => State::Taken,
            _ => State::Failed,
        }
    }

    pub(super) fn with_state(self, state: State) -> Self {
        Self(self.0 & !STATE | (state as u64) << STATE_SHIFT)
    }

    /// The node has its value, or had it.
    pub(super) fn has_value(self) -> bool {
        matches!(self.state(), State::Done | State::Taken)
    }

    pub(super) fn kind(self) -> NodeKind {
        match self.0 & (GLUE | INPUT) {
            GLUE => NodeKind::Glue,
            INPUT => NodeKind::Input,
            _ => NodeKind::Task,
        }
    }

    pub(super) fn open(self) -> Self {
        Self(self.0 & !LOCKED)
    }

    pub(super) fn locked(self) -> Self {
        Self(self.0 | LOCKED)
    }

    pub(super) fn is_rare(self) -> bool {
        self.0 & RARE != 0
    }

    pub(super) fn rare(self) -> Self {
        Self(self.0 | RARE)
    }

    pub(super) fn borrows(self) -> bool {
        self.0 & BORROWS != 0
    }

    pub(super) fn is_ranked(self) -> bool {
        self.0 & RANKED != 0
    }

    pub(super) fn is_ours(self) -> bool {
        self.0 & OURS != 0
    }

    pub(super) fn ours(self) -> Self {
        Self(self.0 | OURS)
    }

    pub(super) fn references(self) -> u64 {
        self.0 / REFERENCE
    }

    /// With a reference more.
    pub(super) fn more(self) -> Self {
        Self(self.0 + REFERENCE)
    }

    /// With a reference less.
    pub(super) fn less(self) -> Self {
        Self(self.0 - REFERENCE)
    }

    /// Whether the node holds its work, borrows nothing, and who refers to it is
    /// alone with it.
    pub(super) fn is_sole_work(self) -> bool {
        self.0 & !(RARE | GLUE | INPUT | RANKED) == REFERENCE
    }

    /// Whether who refers to the node is alone with it: rules 4 and 5 of
    /// `header.rs`.
    pub(super) fn is_sole(self) -> bool {
        let ways = self.0 & !(STATE | RARE | GLUE | INPUT | RANKED);
        ways == REFERENCE || ways | BORROWS == REFERENCE | OURS | BORROWS
    }
}

/// A word that threads share.
pub(super) struct SharedWord(AtomicU64);

impl SharedWord {
    pub(super) fn new(word: Word) -> Self {
        Self(AtomicU64::new(word.0))
    }

    #[inline]
    pub(super) fn get(&self) -> Word {
        Word(self.0.load(Ordering::Acquire))
    }

    #[inline]
    pub(super) fn set(&self, word: Word) {
        self.0.store(word.0, Ordering::Release);
    }

    /// Takes the lock if it is open; gives the word before.
    #[inline]
    pub(super) fn try_lock(&self) -> Option<Word> {
        let open = Word(self.0.load(Ordering::Relaxed)).open();
        let locked = open.locked().0;
        let taken = self
            .0
            .compare_exchange(open.0, locked, Ordering::Acquire, Ordering::Relaxed);
        taken.ok().map(Word)
    }

    /// Takes a reference away, without the lock, and gives whether it was the
    /// last.
    #[inline]
    pub(super) fn count_down(&self) -> bool {
        if is_alone() {
            let word = self.get().less();
            self.set(word);
            return word.references() == 0;
        }
        Word(self.0.fetch_sub(REFERENCE, Ordering::AcqRel)).references() == 1
    }
}
