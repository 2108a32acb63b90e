//! How much memory is in use: the allocator of this test counts.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicIsize, Ordering};

struct Counting;

#[global_allocator]
static COUNTING: Counting = Counting;

static BYTES: AtomicIsize = AtomicIsize::new(0);
static PIECES: AtomicIsize = AtomicIsize::new(0);

// SAFETY: the system's allocator does the work, and counting allocates nothing.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        BYTES.fetch_add(layout.size() as isize, Ordering::Relaxed);
        PIECES.fetch_add(1, Ordering::Relaxed);
        // SAFETY: as the caller says.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        BYTES.fetch_sub(layout.size() as isize, Ordering::Relaxed);
        PIECES.fetch_sub(1, Ordering::Relaxed);
        // SAFETY: as the caller says.
        unsafe { System.dealloc(memory, layout) }
    }
}

/// Pieces of memory in use, and their bytes.
///
/// What rayon's queues have given up is freed once no thread can look at it any
/// more. No thread of theirs is left, so some turns free all of it, but for the
/// list of what is to be freed: that grows and shrinks by a piece all the time.
pub(crate) fn in_use() -> (isize, isize) {
    let turns = (0..256).map(|_| {
        crossbeam_epoch::pin().flush();
        (
            PIECES.load(Ordering::Relaxed),
            BYTES.load(Ordering::Relaxed),
        )
    });
    turns.min().expect("there are some turns")
}
