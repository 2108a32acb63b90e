//! What keeps the memory of pages from going back to the system.

use std::hint::black_box;
use std::sync::Once;

/// More than all that a row group's pages need at a time, as a rule.
const ORDINARY: usize = 16 << 20;

/// Lets the allocator keep what is freed for the next pages.
///
/// glibc gives pieces of more than 128 KiB back to the system at once, until it
/// has seen a larger one freed; from then on it keeps twice as much. With pages of
/// a megabyte it is always late, and each first touch of memory costs as much as
/// unpacking what is written there: half of the time went into that. This frees
/// one large piece, which was never touched. For other allocators it does nothing.
pub(super) fn keep_pages() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| drop(black_box(Vec::<u8>::with_capacity(ORDINARY))));
}
