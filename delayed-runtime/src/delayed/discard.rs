//! The end of a node, without recursion.
//!
//! Work that has not run owns handles to the nodes it reads, whose work owns
//! handles in turn. Dropped naively, a chain of a million nodes would need a
//! million stack frames. So the first drop on a thread keeps a list, and the
//! drops it sets off only add to that list.

use std::cell::RefCell;

use super::header::Header;
use super::reference::NodePtr;
use super::word::State;
use super::{memory, rare};
use crate::sync::thread_local;

thread_local! {
    /// What waits to be dropped; `None` while no drop is under way.
    static WAITING: RefCell<Option<Vec<Doomed>>> = const { RefCell::new(None) };
}

/// A node without references.
struct Doomed(NodePtr);

impl Drop for Doomed {
    fn drop(&mut self) {
        /// Frees the memory and what is noted, also when a user's value panics as
        /// it is dropped: what it holds counts until then.
        struct Memory(NodePtr);
        impl Drop for Memory {
            fn drop(&mut self) {
                // SAFETY: the node is ours, and what it held is gone.
                let header = unsafe { self.0.get() };
                if header.word().is_rare() {
                    rare::forget(header.order);
                }
                // SAFETY: as above.
                unsafe { release(self.0, header) };
            }
        }
        let memory = Memory(self.0);
        // SAFETY: whoever made this has given up the node's last reference.
        let header = unsafe { memory.0.get() };
        match header.word().state() {
            // SAFETY: the state says what the node holds, and nobody else
            // refers to it.
            State::Pending => unsafe { (header.table.drop_work)(memory.0) },
            // SAFETY: as above.
            State::Done => unsafe { (header.table.drop_value)(memory.0) },
            State::Running | State::Taken | State::Failed => {}
        }
    }
}

/// Ends the list when the outermost drop is over, also by a panic in the
/// `Drop` of a user's value.
struct Outermost;

impl Drop for Outermost {
    fn drop(&mut self) {
        let rest = WAITING.with(RefCell::take);
        drop(rest);
    }
}

/// Ends a node, and all that only it kept alive, in constant stack space.
///
/// # Safety
///
/// The caller has given up the last reference to the node.
#[inline]
pub(super) unsafe fn discard(node: NodePtr) {
    // SAFETY: as the caller says.
    let header = unsafe { node.get() };
    let word = header.word();
    let is_empty = match word.state() {
        State::Taken => true,
        State::Done => header.table.is_plain,
        State::Pending | State::Running | State::Failed => false,
    };
    if is_empty && !word.is_rare() {
        // What most nodes come to.
        // SAFETY: as the caller says.
        return unsafe { release(node, header) };
    }
    discard_content(Doomed(node));
}

/// Gives back a node's memory.
///
/// # Safety
///
/// The node holds nothing, and nobody refers to it.
#[inline]
unsafe fn release(node: NodePtr, header: &Header) {
    let (place, layout) = (header.place, header.table.layout);
    // SAFETY: a node is allocated with the layout in its table.
    unsafe { memory::free(node.0.cast(), place, layout) };
}

fn discard_content(node: Doomed) {
    // SAFETY: it is doomed, so nobody else has it.
    if unsafe { node.0.get() }.word().state() != State::Pending {
        return drop(node);
    }
    let mut node = Some(node);
    let outermost = WAITING.try_with(|waiting| {
        let mut waiting = waiting.borrow_mut();
        let outermost = waiting.is_none();
        waiting.get_or_insert_default().extend(node.take());
        outermost
    });
    // An error means that the thread is ending: then the node drops right here.
    if outermost.is_ok_and(|is_outermost| is_outermost) {
        let _end = Outermost;
        while let Some(next) = next() {
            drop(next);
        }
    }
}

fn next() -> Option<Doomed> {
    WAITING.with_borrow_mut(|waiting| waiting.as_mut().and_then(Vec::pop))
}
