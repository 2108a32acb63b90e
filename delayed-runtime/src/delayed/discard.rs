//! Dropping what never ran, without recursion.
//!
//! Work that has not run owns handles to the nodes it reads, whose work owns
//! handles in turn. Dropped naively, a chain of a million nodes would need a
//! million stack frames. So the first drop on a thread keeps a list, and the
//! drops it sets off only add to that list.

use std::cell::RefCell;

/// Work that can be thrown away.
pub(super) trait Discard: Send {}

thread_local! {
    /// What waits to be dropped; `None` while no drop is under way.
    static WAITING: RefCell<Option<Vec<Box<dyn Discard>>>> = const { RefCell::new(None) };
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

/// Drops `work`, and all that only it kept alive, in constant stack space.
pub(super) fn discard(work: Box<dyn Discard>) {
    let mut work = Some(work);
    let outermost = WAITING.try_with(|waiting| {
        let mut waiting = waiting.borrow_mut();
        let outermost = waiting.is_none();
        waiting.get_or_insert_default().extend(work.take());
        outermost
    });
    // An error means that the thread is ending: then `work` drops right here.
    if outermost == Ok(true) {
        let _end = Outermost;
        while let Some(next) = next() {
            drop(next);
        }
    }
}

fn next() -> Option<Box<dyn Discard>> {
    WAITING.with_borrow_mut(|waiting| waiting.as_mut().and_then(Vec::pop))
}
