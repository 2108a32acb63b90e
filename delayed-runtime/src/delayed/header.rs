//! What all nodes have, whatever their value, and who keeps them alive.
//!
//! A node is one piece of memory: this header, and behind it first the work and
//! then the value (`node.rs`). It is there as long as someone refers to it:
//! its owner (a handle, or a reader that takes the value), its borrowers (ties
//! from readers that look at the value) and runs that have it in their plan.
//!
//! One word (`word.rs`) holds the number of references, the node's state and a
//! lock. Five rules make all this safe:
//!
//! 1. Who refers to a node may look at its header, and change its word under
//!    its lock. Who gives up the last reference ends the node.
//! 2. Ties of a node are linked and unlinked under its lock; a reader is in the
//!    lists of what it borrows until its work has ended. So who holds the lock
//!    may follow the list to readers that nobody refers to any more.
//! 3. Two locks are taken newest node first. Who goes the other way, from a
//!    node to its borrowers, only tries the second one.
//! 4. A node that borrows nothing can only be reached through references. So
//!    who has the only one may change the word without the lock.
//! 5. A run that has found all references to its nodes in its own plan makes
//!    them its own. Nobody else can reach them, so it changes states without
//!    the lock. Readers are counted and leave no lists: a list says who borrows
//!    until the node has run and those have been told, and is out of use then.

use std::borrow::Cow;
use std::iter;
use std::panic::Location;
use std::ptr;

use delayed_graph::{NodeKind, Place};

use super::identity::{self, Identity};
use super::memory;
use super::node::Table;
use super::rare;
use super::reference::{NodePtr, Tie};
use super::site::{Site, SiteId};
use super::word::{SharedWord, State, Word};
use crate::sync::atomic::{AtomicU32, Ordering};
use crate::sync::{Cell, spin_loop, yield_now};
use crate::{Error, TaskInfo};

/// What all nodes have.
pub(super) struct Header {
    pub(super) table: &'static Table,
    word: SharedWord,
    /// The newest borrower; guarded by the lock.
    pub(super) borrowers: Cell<*const Tie>,
    /// Its turn in program order.
    pub(super) order: u64,
    turn: u32,
    /// Where the node is in a plan.
    mark: AtomicU32,
    site: SiteId,
    pub(super) place: memory::Place,
    /// The longest way down to a value that was there, as far as it counts.
    pub(super) depth: u16,
}

#[cfg(not(loom))]
const _: () = assert!(size_of::<Header>() == 48, "each node has one");

// SAFETY: all that changes is atomic or guarded by the lock.
unsafe impl Sync for Header {}

/// A node's lock, held; the word is written back when it is given up.
pub(super) struct Locked<'a> {
    header: &'a Header,
    word: Word,
}

impl Drop for Locked<'_> {
    #[inline]
    fn drop(&mut self) {
        self.header.word.set(self.word);
    }
}

impl Locked<'_> {
    pub(super) fn state(&self) -> State {
        self.word.state()
    }

    pub(super) fn set_state(&mut self, state: State) {
        self.word = self.word.with_state(state);
    }

    /// Whether anybody may still look at the value. Readers that nobody refers to
    /// any more are listed until their work has been dropped, and never will.
    pub(super) fn is_borrowed(&self) -> bool {
        let is_wanted = |reader: NodePtr| {
            // SAFETY: rule 2.
            unsafe { reader.get() }.word().references() > 0
        };
        self.word.is_ours() || self.header.borrowers().any(is_wanted)
    }

    pub(super) fn references(&self) -> u64 {
        self.word.references()
    }

    pub(super) fn refer(&mut self) {
        self.word = self.word.more();
    }

    /// Gives up a reference, and gives whether it was the last.
    pub(super) fn leave(&mut self) -> bool {
        self.word = self.word.less();
        self.word.references() == 0
    }

    /// Notes something rare of the node.
    pub(super) fn note(&mut self, change: impl FnOnce(&mut rare::Note)) {
        self.word = self.word.rare();
        rare::note(self.header.order, change);
    }

    /// What is noted of the node.
    pub(super) fn noted<R>(&self, look: impl FnOnce(&mut rare::Note) -> R) -> Option<R> {
        self.word
            .is_rare()
            .then(|| rare::look(self.header.order, look))
            .flatten()
    }

    /// Those who borrow the value and are still wanted by somebody, each with
    /// its lock held; gives whether no lock was held by somebody else.
    pub(super) fn each_borrower(&self, mut visit: impl FnMut(NodePtr, &mut Locked<'_>)) -> bool {
        for reader in self.header.borrowers() {
            // SAFETY: rule 2.
            let Some(mut locked) = unsafe { reader.get() }.try_lock() else {
                return false;
            };
            if locked.references() > 0 {
                visit(reader, &mut locked);
            }
        }
        true
    }
}

/// What a new node is.
pub(super) struct Label {
    pub(super) kind: NodeKind,
    pub(super) site: Site,
}

impl Header {
    #[inline]
    pub(super) fn new(
        table: &'static Table,
        Label { kind, site }: Label,
        state: State,
        place: memory::Place,
        Inputs { borrows, depth }: Inputs,
    ) -> Self {
        let Identity { order, turn } = identity::next();
        let is_ranked = site.info.priority != 0;
        Self {
            table,
            word: SharedWord::new(Word::new(kind, borrows, is_ranked, state)),
            borrowers: Cell::new(ptr::null()),
            order,
            turn,
            mark: AtomicU32::new(Mark::NONE.0),
            site: site.id(),
            place,
            depth,
        }
    }

    #[inline]
    pub(super) fn word(&self) -> Word {
        self.word.get()
    }

    /// Changes the state without the lock, by rules 4 and 5.
    #[inline]
    pub(super) fn set_state(&self, state: State) {
        self.word.set(self.word.get().with_state(state));
    }

    /// The readers in the list of borrowers, by rule 2 or 5. Each is found before
    /// the one ahead of it is handed out, which may end then.
    #[inline]
    pub(super) fn borrowers(&self) -> impl Iterator<Item = NodePtr> + use<> {
        // SAFETY: a tie in the list is there, and so is the next.
        let follow = |tie: *const Tie| unsafe { tie.as_ref() };
        let first = follow(self.borrowers.get());
        iter::successors(first, move |tie| follow(tie.next())).filter_map(Tie::reader)
    }

    /// Makes the node the run's own, which gives up its reference: rule 5. What
    /// the run's caller asked for stays as it is, as it may outlive the run.
    pub(super) fn adopt(&self, is_root: bool) {
        let word = self.word.get().less();
        self.word.set(if is_root { word } else { word.ours() });
        self.set_mark(Mark::NONE);
    }

    /// Gives up a reference, and gives whether it was the last. Runs `unlink`
    /// under the lock if there is need of one.
    #[inline]
    pub(super) fn leave(&self, unlink: impl FnOnce()) -> bool {
        let word = self.word();
        if word.is_sole() {
            true
        } else if word.is_ours() {
            self.word.count_down()
        } else {
            let mut locked = self.lock();
            unlink();
            locked.leave()
        }
    }

    #[inline]
    pub(super) fn lock(&self) -> Locked<'_> {
        let mut tries = 0_u32;
        loop {
            if let Some(locked) = self.try_lock() {
                return locked;
            }
            tries += 1;
            if tries.is_multiple_of(64) {
                yield_now();
            } else {
                spin_loop();
            }
        }
    }

    #[inline]
    fn try_lock(&self) -> Option<Locked<'_>> {
        let word = self.word.try_lock()?;
        Some(Locked { header: self, word })
    }

    #[inline]
    pub(super) fn mark(&self) -> Mark {
        Mark(self.mark.load(Ordering::Relaxed))
    }

    #[inline]
    pub(super) fn set_mark(&self, Mark(mark): Mark) {
        self.mark.store(mark, Ordering::Relaxed);
    }

    pub(super) fn info(&self) -> &'static TaskInfo {
        self.site.get().info
    }

    pub(super) fn location(&self) -> &'static Location<'static> {
        self.site.get().location
    }

    /// The priority of its task.
    #[inline]
    pub(super) fn priority(&self) -> i32 {
        if self.word().is_ranked() {
            self.info().priority
        } else {
            0
        }
    }

    pub(super) fn kind(&self) -> NodeKind {
        self.word().kind()
    }

    pub(super) fn name(&self) -> Cow<'static, str> {
        self.given()
            .unwrap_or_else(|| Cow::Borrowed(self.info().name))
    }

    /// The name the user gave to this very node.
    pub(super) fn given(&self) -> Option<Cow<'static, str>> {
        let name = self
            .word()
            .is_rare()
            .then(|| rare::look(self.order, |note| note.name.clone()));
        name.flatten().flatten()
    }

    pub(super) fn rename(&self, name: Cow<'static, str>) {
        self.lock().note(|note| note.name = Some(name));
    }

    pub(super) fn key(&self) -> u32 {
        let Site { info, location } = self.site.get();
        identity::key(info.name, location, self.turn)
    }

    pub(super) fn source(&self) -> Place {
        let location = self.location();
        Place {
            file: Cow::Borrowed(location.file()),
            line: location.line(),
            column: location.column(),
        }
    }

    pub(super) fn error(&self, error: Error) -> Error {
        error.at(Some(self.name()), self.source())
    }
}

/// Where a node is in the plan that has marked it: a step, a value that is read,
/// or nowhere. A plan knows its own marks by what it has at that place.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Mark(u32);

impl Mark {
    pub(super) const NONE: Self = Self(u32::MAX);
    /// Set for values; no step has so high an index.
    const VALUE: u32 = 1 << 31;

    pub(super) fn step(index: u32) -> Self {
        Self(index)
    }

    pub(super) fn value(index: u32) -> Self {
        Self(index | Self::VALUE)
    }

    /// The index of a step, or of nothing.
    pub(super) fn as_step(self) -> usize {
        self.0 as usize
    }

    /// The index of a value, or of nothing.
    pub(super) fn as_value(self) -> usize {
        (self.0 ^ Self::VALUE) as usize
    }
}

/// What is to know of a node's inputs when it is made.
#[derive(Clone, Copy)]
pub(super) struct Inputs {
    pub(super) borrows: bool,
    pub(super) depth: u16,
}
