//! How much tracked values hold, where a runtime has a memory limit.

use std::mem;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::MemoryUse;
use super::scales::Scales;
use crate::sync::atomic::AtomicU64;

/// What tracked values hold on one runtime, in bytes.
#[derive(Debug)]
pub(crate) struct Ledger {
    limit: u64,
    held: AtomicU64,
    peak: AtomicU64,
    _scales: Scales,
}

/// Whether any runtime has ever had a limit: what all others pay for limits is
/// to look here.
static COUNTING: AtomicBool = AtomicBool::new(false);

/// Whether values may have to be counted.
#[inline]
pub(crate) fn is_counting() -> bool {
    COUNTING.load(Ordering::Relaxed)
}

impl Ledger {
    pub(crate) fn new(limit: u64) -> Self {
        COUNTING.store(true, Ordering::Relaxed);
        Self {
            limit,
            held: AtomicU64::new(0),
            peak: AtomicU64::new(0),
            _scales: Scales::new(),
        }
    }

    /// Whether so much more can be held.
    pub(crate) fn fits(&self, bytes: u64) -> bool {
        let held = self.held.load(Ordering::Acquire);
        held.checked_add(bytes).is_some_and(|sum| sum <= self.limit)
    }

    /// Adds `bytes`, if `beside` would still fit, too.
    pub(crate) fn try_add(&self, bytes: u64, beside: u64) -> bool {
        let fits = |sum: &u64| sum.checked_add(beside).is_some_and(|all| all <= self.limit);
        let more = |held: u64| held.checked_add(bytes).filter(fits);
        let added = self
            .held
            .fetch_update(Ordering::AcqRel, Ordering::Acquire, more);
        added.is_ok_and(|held| {
            self.peak.fetch_max(held + bytes, Ordering::Relaxed);
            true
        })
    }

    pub(crate) fn add(&self, bytes: u64) {
        let held = self.held.fetch_add(bytes, Ordering::AcqRel);
        self.peak.fetch_max(held + bytes, Ordering::Relaxed);
    }

    pub(super) fn give_back(&self, bytes: u64) {
        self.held.fetch_sub(bytes, Ordering::AcqRel);
    }

    pub(super) fn limit(&self) -> u64 {
        self.limit
    }

    pub(crate) fn usage(&self) -> MemoryUse {
        MemoryUse {
            limit: self.limit,
            held: self.held.load(Ordering::Acquire),
            peak: self.peak.load(Ordering::Acquire),
        }
    }
}

/// What is held for something that others will end.
#[derive(Default)]
pub(crate) struct Charge {
    ledger: Option<Arc<Ledger>>,
    bytes: u64,
}

impl Charge {
    pub(super) fn new(ledger: &Arc<Ledger>, bytes: u64) -> Self {
        Self {
            ledger: Some(Arc::clone(ledger)),
            bytes,
        }
    }

    /// So much is held by somebody else from now on.
    pub(super) fn take(mut self) -> u64 {
        mem::take(&mut self.bytes)
    }

    /// How much that is.
    pub(crate) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Both.
    pub(crate) fn add(&mut self, mut other: Self) {
        self.bytes += mem::take(&mut other.bytes);
        self.ledger = self.ledger.take().or_else(|| other.ledger.take());
    }
}

impl Drop for Charge {
    fn drop(&mut self) {
        if let Some(ledger) = &self.ledger {
            ledger.give_back(self.bytes);
        }
    }
}
