//! Where nodes live: side by side, in blocks of memory that they share.
//!
//! A thread makes its nodes one behind the other in a block of its own, and a
//! block goes back to the allocator when its last node has gone, on whichever
//! thread that is. A block counts its nodes only now and then: what a thread
//! has made in its current block, and what it has freed of one block in a row,
//! it counts by itself. So making and freeing a node is some additions, and
//! nodes that are used together lie together.
//!
//! Everything rests on one rule: *the count of a block is never below the
//! number of its living nodes*. A block starts with a count that no number of
//! nodes reaches, and gives up what is too much when its maker leaves it.

use std::alloc::{Layout, handle_alloc_error};
use std::cell::Cell;
use std::ptr::NonNull;

use crate::sync::atomic::{AtomicUsize, Ordering};
use crate::sync::{alloc, dealloc, thread_local};

/// The head of a block.
struct Block {
    count: AtomicUsize,
    /// The next of the empty blocks that a thread keeps.
    next: Option<NonNull<Block>>,
}

/// Bytes of a block, head included.
const BYTES: usize = 32 * 1024;
/// Where the first node lies, behind the head.
const HEAD: usize = size_of::<Block>().next_multiple_of(ALIGN);
/// The least alignment of what lies in a block; places are counted in it.
const STRIDE: usize = 8;
const ALIGN: usize = 16;
const LAYOUT: Layout = match Layout::from_size_align(BYTES, ALIGN) {
    Ok(layout) => layout,
    Err(_) => panic!("a block has a layout"),
};
/// Larger nodes have memory of their own.
const LARGEST: usize = BYTES / 8;
/// Empty blocks that a thread keeps at most: sixteen megabytes, so that graphs of
/// some hundred thousand nodes one after the other use the same memory. Pages
/// that are new to the process take longer than all else about small nodes.
const KEPT: usize = 512;
/// More nodes than there can be.
const MANY: usize = usize::MAX / 2;

const _: () = assert!(align_of::<Block>() <= ALIGN && BYTES / STRIDE <= u16::MAX as usize);

/// Where a node lies in its block, in strides; 0 if it lies alone.
#[derive(Clone, Copy)]
pub(super) struct Place(u16);

/// What a thread makes and frees.
struct Nursery {
    /// Where new nodes go.
    block: Cell<Option<NonNull<Block>>>,
    /// Up to where it is used, in bytes.
    used: Cell<usize>,
    /// How many nodes it has been given since the block was empty.
    made: Cell<usize>,
    /// Whose nodes were freed last…
    last: Cell<Option<NonNull<Block>>>,
    /// …and how many of them in a row.
    freed: Cell<usize>,
    /// Empty blocks, and how many there are.
    empty: Cell<Option<NonNull<Block>>>,
    kept: Cell<usize>,
}

thread_local! {
    static NURSERY: Nursery = const {
        Nursery {
            block: Cell::new(None),
            used: Cell::new(0),
            made: Cell::new(0),
            last: Cell::new(None),
            freed: Cell::new(0),
            empty: Cell::new(None),
            kept: Cell::new(0),
        }
    };
}

/// Memory for a node. It has to be [freed](free).
#[inline]
pub(super) fn allocate(layout: Layout) -> (NonNull<u8>, Place) {
    if layout.size() <= LARGEST && layout.align() <= ALIGN && layout.size() > 0 {
        // An error means that the thread is ending.
        if let Ok(found) = NURSERY.try_with(|nursery| nursery.make(layout)) {
            return found;
        }
    }
    (allocate_alone(layout), Place(0))
}

/// Frees the memory of a node.
///
/// # Safety
///
/// `memory` and `place` come from one call of [`allocate`] with this `layout`,
/// and nobody uses the memory any more.
#[inline]
pub(super) unsafe fn free(memory: NonNull<u8>, place: Place, layout: Layout) {
    if place.0 == 0 {
        // SAFETY: it was allocated alone, with this layout.
        return unsafe { dealloc(memory.as_ptr(), layout) };
    }
    // SAFETY: a place is the distance from the head of the block, which is there
    // as long as one of its nodes is.
    let block = unsafe { memory.byte_sub(usize::from(place.0) * STRIDE) }.cast();
    let counted = NURSERY.try_with(|nursery| nursery.free(block));
    if counted.is_err() {
        // SAFETY: the caller has given up one node of the block.
        if unsafe { forget(block, 1) } {
            // SAFETY: that was the last.
            unsafe { end(block) };
        }
    }
}

fn allocate_alone(layout: Layout) -> NonNull<u8> {
    // SAFETY: a node has a header, so its size is not zero.
    let memory = unsafe { alloc(layout) };
    NonNull::new(memory).unwrap_or_else(|| handle_alloc_error(layout))
}

/// Lowers the count of a block, and gives whether that was the last.
///
/// # Safety
///
/// The caller gives up so many of what the block counts.
unsafe fn forget(block: NonNull<Block>, count: usize) -> bool {
    // SAFETY: the block is there as long as its count is not zero, and the
    // caller's part of the count is still in it.
    let block = unsafe { block.as_ref() };
    // What others did with the block's nodes comes before what happens next.
    block.count.fetch_sub(count, Ordering::AcqRel) == count
}

/// # Safety
///
/// Nothing is counted any more, and nobody else has seen that.
unsafe fn end(block: NonNull<Block>) {
    // SAFETY: so nobody has a node of it.
    unsafe { dealloc(block.as_ptr().cast(), LAYOUT) };
}

impl Nursery {
    #[inline]
    fn make(&self, layout: Layout) -> (NonNull<u8>, Place) {
        let align = layout.align().max(STRIDE);
        let mut start = self.used.get().next_multiple_of(align);
        let block = match self.block.get() {
            Some(block) if start + layout.size() <= BYTES => block,
            _ => {
                start = HEAD;
                self.refill()
            }
        };
        self.used.set(start + layout.size());
        self.made.set(self.made.get() + 1);
        // SAFETY: the node ends in the block, as was just seen, and starts
        // behind its head and behind all nodes made before.
        let memory = unsafe { block.cast::<u8>().byte_add(start) };
        (memory, Place((start / STRIDE) as u16))
    }

    /// An empty block: the current one if nothing is left of it, else a new one.
    #[cold]
    fn refill(&self) -> NonNull<Block> {
        self.flush();
        if let Some(block) = self.block.get() {
            // SAFETY: a current block is not given up, so it is there.
            let count = unsafe { block.as_ref() }.count.load(Ordering::Acquire);
            if count + self.made.get() == MANY {
                self.made.set(0);
                // SAFETY: as above.
                unsafe { block.as_ref() }
                    .count
                    .store(MANY, Ordering::Relaxed);
                return block;
            }
        }
        self.retire();
        let block = self.next_empty();
        let count = AtomicUsize::new(MANY);
        // SAFETY: the memory is not in use, and a block's head fits.
        unsafe { block.write(Block { count, next: None }) };
        self.block.set(Some(block));
        self.made.set(0);
        block
    }

    /// Memory for a block.
    fn next_empty(&self) -> NonNull<Block> {
        let Some(block) = self.empty.get() else {
            return allocate_alone(LAYOUT).cast();
        };
        // SAFETY: blocks that are kept are there, and nobody else has them.
        self.empty.set(unsafe { block.as_ref() }.next);
        self.kept.set(self.kept.get() - 1);
        block
    }

    /// Keeps an empty block for later, if there are not too many.
    ///
    /// # Safety
    ///
    /// Nothing is counted any more, and nobody else has seen that.
    unsafe fn keep(&self, mut block: NonNull<Block>) {
        if self.kept.get() == KEPT {
            // SAFETY: as the caller says.
            return unsafe { end(block) };
        }
        // SAFETY: nobody else has the block.
        unsafe { block.as_mut() }.next = self.empty.replace(Some(block));
        self.kept.set(self.kept.get() + 1);
    }

    #[inline]
    fn free(&self, block: NonNull<Block>) {
        if self.last.get() != Some(block) {
            self.flush();
            self.last.set(Some(block));
        }
        self.freed.set(self.freed.get() + 1);
    }

    /// Tells the block of what was freed of it.
    fn flush(&self) {
        if let Some(block) = self.last.take() {
            // SAFETY: so many nodes were freed and not yet subtracted.
            if unsafe { forget(block, self.freed.take()) } {
                // SAFETY: that was the last.
                unsafe { self.keep(block) };
            }
        }
    }

    /// Leaves the current block to its nodes.
    fn retire(&self) {
        if let Some(block) = self.block.take() {
            // SAFETY: of the start's many, what is above the number of nodes
            // that were made is this thread's to give up.
            if unsafe { forget(block, MANY - self.made.get()) } {
                // SAFETY: that was the last.
                unsafe { self.keep(block) };
            }
        }
    }
}

impl Drop for Nursery {
    fn drop(&mut self) {
        self.flush();
        self.retire();
        while self.empty.get().is_some() {
            // SAFETY: blocks that are kept are empty.
            unsafe { end(self.next_empty()) };
        }
    }
}
