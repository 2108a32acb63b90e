//! Memory that will be looked at soon is fetched into the cache meanwhile.
//!
//! Nodes that are used together may lie anywhere, and waiting for memory takes
//! longer than all else that is done for a small step.

use super::reference::NodePtr;

/// Fetches what begins at this address, if the machine can.
#[inline]
pub(super) fn fetch<T>(start: *const T) {
    #[cfg(target_arch = "x86_64")]
    {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        // SAFETY: this reads nothing, wherever it points.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(start.cast()) };
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = start;
}

/// Fetches a node's header, and what it reads first.
#[inline]
pub(super) fn fetch_node(node: NodePtr) {
    let start = node.0.as_ptr().cast_const().cast::<[u8; 64]>();
    fetch(start);
    fetch(start.wrapping_add(1));
    fetch(start.wrapping_add(2));
}
