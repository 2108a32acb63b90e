//! Who a node is: its turn in program order, and a key that stays the same from
//! run to run.

use std::cell::Cell;
use std::sync::atomic::{AtomicU64, Ordering};

use super::input::Link;
use super::node::Label;

/// Who a node is.
#[derive(Clone, Copy)]
pub(super) struct Identity {
    /// Its turn among all nodes of the process. What a node reads was there
    /// before it, so an input's order is always lower.
    pub(super) order: u64,
    /// A hash of what it is called, where it was made, what it reads and how
    /// many nodes its thread had made before: nothing of it differs from run
    /// to run, or with what other threads do.
    pub(super) key: u32,
}

static ORDER: AtomicU64 = AtomicU64::new(0);

thread_local! {
    static MADE_HERE: Cell<u64> = const { Cell::new(0) };
}

/// The identity of a new node.
pub(super) fn next(label: &Label, links: &[Link]) -> Identity {
    let turn = MADE_HERE.get();
    MADE_HERE.set(turn + 1);
    let mut hash = mix(turn, u64::from(label.location.line()));
    hash = mix(hash, u64::from(label.location.column()));
    for byte in label.name.bytes() {
        hash = mix(hash, u64::from(byte));
    }
    for link in links {
        hash = mix(hash, u64::from(link.step.head().identity.key));
    }
    Identity {
        order: ORDER.fetch_add(1, Ordering::Relaxed),
        key: (hash >> 32) as u32,
    }
}

/// Stirs `value` into `hash`: a multiplication by an odd constant spreads every
/// bit upwards, and the shift brings the upper ones back down.
fn mix(hash: u64, value: u64) -> u64 {
    let product = (hash ^ value)
        .wrapping_add(1)
        .wrapping_mul(0x9E37_79B9_7F4A_7C15);
    product ^ (product >> 29)
}
