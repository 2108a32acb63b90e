//! What all nodes have, whatever their value, and who keeps them alive.
//!
//! A node is one piece of memory: this header, and behind it first the work and
//! then the value (`node.rs`). It is there as long as someone refers to it:
//! its owner (a handle, or a reader that takes the value), its borrowers (ties
//! from readers that look at the value) and runs that have it in their plan.
//!
//! One word holds the number of references, the node's state and a lock. Four
//! rules make it safe to use:
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
//!    the lock, and readers are counted and no longer listed.

use std::borrow::Cow;
use std::cell::Cell;
use std::hint;
use std::iter;
use std::marker::PhantomPinned;
use std::panic::Location;
use std::ptr::{self, NonNull};
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use delayed_graph::{NodeKind, Place};

use super::discard::discard;
use super::identity::{self, Identity};
use super::memory;
use super::node::Table;
use super::rare;
use crate::{Error, TaskInfo};

/// What all nodes have.
pub(super) struct Header {
    pub(super) table: &'static Table,
    word: AtomicU64,
    /// The run that has the node in its plan, and the node's index there.
    mark: AtomicU64,
    /// The newest borrower; guarded by the lock.
    borrowers: Cell<*const Tie>,
    pub(super) info: &'static TaskInfo,
    pub(super) location: &'static Location<'static>,
    /// Its turn in program order.
    pub(super) order: u64,
    turn: u32,
    pub(super) place: memory::Place,
    /// The longest way down to a value that was there, as far as it counts.
    pub(super) depth: u16,
}

// SAFETY: all that changes is atomic or guarded by the lock.
unsafe impl Sync for Header {}

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
/// use: rule 5.
const OURS: u64 = 1 << 8;
const REFERENCE: u64 = 1 << 9;

impl Word {
    pub(super) fn state(self) -> State {
        match (self.0 & STATE) >> STATE_SHIFT {
            0 => State::Pending,
            1 => State::Running,
            2 => State::Done,
            3 => State::Taken,
            _ => State::Failed,
        }
    }

    fn with_state(self, state: State) -> Self {
        Self(self.0 & !STATE | (state as u64) << STATE_SHIFT)
    }

    pub(super) fn references(self) -> u64 {
        self.0 / REFERENCE
    }

    pub(super) fn is_rare(self) -> bool {
        self.0 & RARE != 0
    }

    /// Whether who refers to the node is alone with it: rules 4 and 5.
    pub(super) fn is_sole(self) -> bool {
        let ways = self.0 & !(STATE | RARE | GLUE | INPUT);
        ways == REFERENCE || ways | BORROWS == REFERENCE | OURS | BORROWS
    }

    fn is_ours(self) -> bool {
        self.0 & OURS != 0
    }

    pub(super) fn has_value(self) -> bool {
        matches!(self.state(), State::Done | State::Taken)
    }
}

/// A node's lock, held; the word is written back when it is given up.
pub(super) struct Locked<'a> {
    header: &'a Header,
    word: Word,
}

impl Drop for Locked<'_> {
    #[inline]
    fn drop(&mut self) {
        self.header.word.store(self.word.0, Ordering::Release);
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
        self.word.is_ours() || self.borrowers().any(is_wanted)
    }

    /// The readers in the list of borrowers.
    fn borrowers(&self) -> impl Iterator<Item = NodePtr> {
        // SAFETY: rule 2: a tie in the list is there, and so is the next.
        let follow = |tie: &Cell<*const Tie>| unsafe { tie.get().as_ref() };
        let first = follow(&self.header.borrowers);
        let ties = iter::successors(first, move |tie| follow(&tie.next));
        ties.filter_map(|tie| tie.reader.get())
    }

    pub(super) fn references(&self) -> u64 {
        self.word.references()
    }

    pub(super) fn refer(&mut self) {
        self.word.0 += REFERENCE;
    }

    /// Gives up a reference, and gives whether it was the last.
    pub(super) fn leave(&mut self) -> bool {
        self.word.0 -= REFERENCE;
        self.word.references() == 0
    }

    /// Notes something rare of the node.
    pub(super) fn note(&mut self, change: impl FnOnce(&mut rare::Note)) {
        self.word.0 |= RARE;
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
        for reader in self.borrowers() {
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
    pub(super) info: &'static TaskInfo,
    pub(super) location: &'static Location<'static>,
}

impl Header {
    #[inline]
    pub(super) fn new(
        table: &'static Table,
        Label {
            kind,
            info,
            location,
        }: Label,
        state: State,
        place: memory::Place,
        Inputs { borrows, depth }: Inputs,
    ) -> Self {
        let Identity { order, turn } = identity::next();
        let kind = match kind {
            NodeKind::Glue => GLUE,
            NodeKind::Input => INPUT,
            _ => 0,
        };
        let borrows = if borrows { BORROWS } else { 0 };
        Self {
            table,
            word: AtomicU64::new(Word(REFERENCE | kind | borrows).with_state(state).0),
            mark: AtomicU64::new(0),
            borrowers: Cell::new(ptr::null()),
            info,
            location,
            order,
            turn,
            place,
            depth,
        }
    }

    #[inline]
    pub(super) fn word(&self) -> Word {
        Word(self.word.load(Ordering::Acquire))
    }

    /// Changes the state without the lock, by rule 4 or in a run whose nodes
    /// nobody else refers to.
    #[inline]
    pub(super) fn set_state(&self, state: State) {
        let word = Word(self.word.load(Ordering::Relaxed)).with_state(state);
        self.word.store(word.0, Ordering::Release);
    }

    /// Makes the node the run's own, which gives up its reference: rule 5. What
    /// the run's caller asked for stays as it is, as it may outlive the run.
    pub(super) fn adopt(&self, is_root: bool) {
        let ours = if is_root { 0 } else { OURS };
        let word = self.word.load(Ordering::Relaxed) - REFERENCE;
        self.word.store(word | ours, Ordering::Relaxed);
        self.set_mark(Mark::NONE);
    }

    /// Gives up a reference, and gives whether it was the last. Runs `unlink`
    /// under the lock if there is need of one.
    #[inline]
    fn leave(&self, unlink: impl FnOnce()) -> bool {
        let word = self.word();
        if word.is_sole() {
            return true;
        }
        if word.is_ours() {
            let before = self.word.fetch_sub(REFERENCE, Ordering::AcqRel);
            return Word(before).references() == 1;
        }
        let mut locked = self.lock();
        unlink();
        locked.leave()
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
                thread::yield_now();
            } else {
                hint::spin_loop();
            }
        }
    }

    #[inline]
    fn try_lock(&self) -> Option<Locked<'_>> {
        let word = self.word.load(Ordering::Relaxed) & !LOCKED;
        self.word
            .compare_exchange(word, word | LOCKED, Ordering::Acquire, Ordering::Relaxed)
            .ok()
            .map(|word| Locked {
                header: self,
                word: Word(word),
            })
    }

    pub(super) fn mark(&self) -> Mark {
        let mark = self.mark.load(Ordering::Relaxed);
        Mark {
            run: (mark >> 32) as u32,
            index: mark as u32,
        }
    }

    pub(super) fn set_mark(&self, Mark { run, index }: Mark) {
        let mark = u64::from(run) << 32 | u64::from(index);
        self.mark.store(mark, Ordering::Relaxed);
    }

    pub(super) fn kind(&self) -> NodeKind {
        match self.word.load(Ordering::Relaxed) & (GLUE | INPUT) {
            GLUE => NodeKind::Glue,
            INPUT => NodeKind::Input,
            _ => NodeKind::Task,
        }
    }

    pub(super) fn name(&self) -> Cow<'static, str> {
        self.given().unwrap_or(Cow::Borrowed(self.info.name))
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
        identity::key(self.info.name, self.location, self.turn)
    }

    pub(super) fn source(&self) -> Place {
        Place {
            file: Cow::Borrowed(self.location.file()),
            line: self.location.line(),
            column: self.location.column(),
        }
    }

    pub(super) fn error(&self, error: Error) -> Error {
        error.at(Some(self.name()), self.source())
    }
}

/// A run, and an index in its plan; no run has the number 0.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Mark {
    pub(super) run: u32,
    pub(super) index: u32,
}

impl Mark {
    pub(super) const NONE: Self = Self { run: 0, index: 0 };
}

/// What is to know of a node's inputs when it is made.
#[derive(Clone, Copy)]
pub(super) struct Inputs {
    pub(super) borrows: bool,
    pub(super) depth: u16,
}

/// A node somewhere, without a reference to it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct NodePtr(pub(super) NonNull<Header>);

// SAFETY: it is an address; who follows it answers for that.
unsafe impl Send for NodePtr {}
// SAFETY: as above.
unsafe impl Sync for NodePtr {}

impl NodePtr {
    /// The header.
    ///
    /// # Safety
    ///
    /// The node is there for as long as the answer is used.
    pub(super) unsafe fn get<'a>(self) -> &'a Header {
        // SAFETY: as the caller says.
        unsafe { self.0.as_ref() }
    }
}

/// A node's owner: a handle, or the reader that takes the value.
pub(super) struct Owner(NodePtr);

impl Owner {
    /// # Safety
    ///
    /// The node is new, and this is its first reference.
    pub(super) unsafe fn new(node: NonNull<Header>) -> Self {
        Self(NodePtr(node))
    }

    pub(super) fn header(&self) -> &Header {
        // SAFETY: rule 1: this is a reference.
        unsafe { self.0.get() }
    }

    pub(super) fn node(&self) -> NodePtr {
        self.0
    }
}

impl Drop for Owner {
    fn drop(&mut self) {
        if self.header().leave(|| ()) {
            // SAFETY: rule 1: this was the last reference.
            unsafe { discard(self.0) };
        }
    }
}

/// A reference to a node whose value is looked at, as an entry in the node's
/// list of borrowers.
pub(super) struct Tie {
    node: NodePtr,
    /// Whose work this is a part of; nobody's until that has its place.
    reader: Cell<Option<NodePtr>>,
    next: Cell<*const Tie>,
    previous: Cell<*const Tie>,
    /// Its neighbours point to it, so a `&mut` to it is not the only way there.
    _pinned: PhantomPinned,
}

// SAFETY: the cells are guarded by the lock of the node.
unsafe impl Send for Tie {}

impl Tie {
    /// A tie that does not refer to the node before it is linked.
    pub(super) fn new(owner: &Owner) -> Self {
        Self {
            node: owner.node(),
            reader: Cell::new(None),
            next: Cell::new(ptr::null()),
            previous: Cell::new(ptr::null()),
            _pinned: PhantomPinned,
        }
    }

    pub(super) fn node(&self) -> NodePtr {
        self.node
    }

    /// # Safety
    ///
    /// The tie is linked.
    pub(super) unsafe fn header(&self) -> &Header {
        // SAFETY: rule 1: this is a reference.
        unsafe { self.node.get() }
    }

    /// Refers to the node, and enters `reader` into the list of borrowers.
    ///
    /// # Safety
    ///
    /// This is a part of `reader`'s work, and stays at its place until it is
    /// dropped. It is called once, while the node's owner is there.
    #[inline]
    pub(super) unsafe fn link(&self, reader: NodePtr) {
        // SAFETY: the owner refers to the node.
        let mut locked = unsafe { self.header() }.lock();
        locked.refer();
        let first = &locked.header.borrowers;
        self.reader.set(Some(reader));
        self.next.set(first.get());
        // SAFETY: rule 2.
        if let Some(next) = unsafe { first.get().as_ref() } {
            next.previous.set(self);
        }
        first.set(self);
    }

    /// Takes this out of the list; the node's lock is held.
    fn unlink(&self, header: &Header) {
        // SAFETY: rule 2, for both neighbours.
        let (previous, next) = unsafe { (self.previous.get().as_ref(), self.next.get().as_ref()) };
        match previous {
            Some(previous) => previous.next.set(self.next.get()),
            None => header.borrowers.set(self.next.get()),
        }
        if let Some(next) = next {
            next.previous.set(self.previous.get());
        }
    }
}

impl Drop for Tie {
    fn drop(&mut self) {
        if self.reader.get().is_none() {
            return;
        }
        // SAFETY: the tie is linked.
        let header = unsafe { self.header() };
        if header.leave(|| self.unlink(header)) {
            // SAFETY: rule 1: this was the last reference.
            unsafe { discard(self.node) };
        }
    }
}

/// Gives up a reference that a plan had.
///
/// # Safety
///
/// The plan has it, and does not use it any more.
pub(super) unsafe fn leave(node: NodePtr) {
    // SAFETY: rule 1.
    if unsafe { node.get() }.leave(|| ()) {
        // SAFETY: rule 1: this was the last reference.
        unsafe { discard(node) };
    }
}
