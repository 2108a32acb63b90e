//! How many bytes are allocated at once.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicBool, AtomicIsize, Ordering};

/// The system's allocator, which counts while it is asked to.
struct Counting;

static IS_COUNTING: AtomicBool = AtomicBool::new(false);
static BYTES: AtomicIsize = AtomicIsize::new(0);
static PEAK: AtomicIsize = AtomicIsize::new(0);

#[global_allocator]
static ALLOCATOR: Counting = Counting;

// SAFETY: all is done by the system's allocator; counting does not allocate.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if IS_COUNTING.load(Ordering::Relaxed) {
            let more = layout.size() as isize;
            let bytes = BYTES.fetch_add(more, Ordering::Relaxed) + more;
            PEAK.fetch_max(bytes, Ordering::Relaxed);
        }
        // SAFETY: the caller's promise is the one that is asked for.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        if IS_COUNTING.load(Ordering::Relaxed) {
            BYTES.fetch_sub(layout.size() as isize, Ordering::Relaxed);
        }
        // SAFETY: the caller's promise is the one that is asked for.
        unsafe { System.dealloc(memory, layout) }
    }

    unsafe fn realloc(&self, memory: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        if IS_COUNTING.load(Ordering::Relaxed) {
            let more = size as isize - layout.size() as isize;
            let bytes = BYTES.fetch_add(more, Ordering::Relaxed) + more;
            PEAK.fetch_max(bytes, Ordering::Relaxed);
        }
        // SAFETY: the caller's promise is the one that is asked for.
        unsafe { System.realloc(memory, layout, size) }
    }
}

/// The most bytes that were allocated at once by all threads while `work` ran.
pub(crate) fn peak_bytes(work: impl FnOnce()) -> f64 {
    BYTES.store(0, Ordering::Relaxed);
    PEAK.store(0, Ordering::Relaxed);
    IS_COUNTING.store(true, Ordering::Relaxed);
    work();
    IS_COUNTING.store(false, Ordering::Relaxed);
    PEAK.load(Ordering::Relaxed) as f64
}
