//! Who a node is: its turn in program order, and a key that stays the same from
//! run to run.

use std::cell::Cell;
use std::panic::Location;
use std::sync::atomic::{AtomicU64, Ordering};

/// Who a node is.
#[derive(Clone, Copy)]
pub(super) struct Identity {
    /// Its turn among all nodes of the process. What a node reads was there
    /// before it, so an input's order is always lower.
    pub(super) order: u64,
    /// How many nodes its thread had made before it.
    pub(super) turn: u32,
}

/// Where the next block of orders starts.
static NEXT: AtomicU64 = AtomicU64::new(0);

/// Orders that a thread takes at a time.
const BLOCK: u64 = 256;

/// The orders that a thread may give out, and how many nodes it has made.
#[derive(Clone, Copy)]
struct Lease {
    next: u64,
    end: u64,
    made: u32,
}

thread_local! {
    static LEASE: Cell<Lease> = const { Cell::new(Lease { next: 0, end: 0, made: 0 }) };
}

/// The identity of a new node.
///
/// A lease ends when another thread takes a block: nodes of that thread that
/// this one knows of have an order of that block or an earlier one, and those
/// made here from now on come after them. So orders follow program order
/// across threads, and no thread writes what others read for each node.
#[inline]
pub(super) fn next() -> Identity {
    let Lease { next, end, made } = LEASE.get();
    let (order, end) = if next < end && NEXT.load(Ordering::Relaxed) == end {
        (next, end)
    } else {
        let start = NEXT.fetch_add(BLOCK, Ordering::Relaxed);
        (start, start + BLOCK)
    };
    LEASE.set(Lease {
        next: order + 1,
        end,
        made: made.wrapping_add(1),
    });
    Identity { order, turn: made }
}

/// A hash of what a node is called, where it was made and how many nodes its
/// thread had made before: nothing of it differs from run to run, or with what
/// other threads do.
pub(super) fn key(name: &str, location: &Location<'_>, turn: u32) -> u32 {
    let mut hash = mix(u64::from(turn), u64::from(location.line()));
    hash = mix(hash, u64::from(location.column()));
    for byte in name.bytes() {
        hash = mix(hash, u64::from(byte));
    }
    (hash >> 32) as u32
}

/// Stirs `value` into `hash`: a multiplication by an odd constant spreads every
/// bit upwards, and the shift brings the upper ones back down.
fn mix(hash: u64, value: u64) -> u64 {
    let product = (hash ^ value)
        .wrapping_add(1)
        .wrapping_mul(0x9E37_79B9_7F4A_7C15);
    product ^ (product >> 29)
}
