//! References to nodes: owners, borrowers and plans.

use std::marker::PhantomPinned;
use std::ptr::{self, NonNull};

use super::discard::discard;
use super::header::Header;
use crate::sync::Cell;

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

    /// Whose work this is a part of.
    pub(super) fn reader(&self) -> Option<NodePtr> {
        self.reader.get()
    }

    /// The next in the list of borrowers; the node's lock is held.
    pub(super) fn next(&self) -> *const Self {
        self.next.get()
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
        let header = unsafe { self.header() };
        let mut locked = header.lock();
        locked.refer();
        let first = &header.borrowers;
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
