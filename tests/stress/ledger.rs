//! Values that are written down when they are made and when they are dropped.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering};

/// Which values there were, and how often each was dropped.
pub(crate) struct Ledger {
    made: AtomicUsize,
    drops: Box<[AtomicU8]>,
}

impl Ledger {
    /// With room for `most` values.
    pub(crate) fn new(most: usize) -> Arc<Self> {
        Arc::new(Self {
            made: AtomicUsize::new(0),
            drops: (0..most).map(|_| AtomicU8::new(0)).collect(),
        })
    }

    /// How many values were made.
    pub(crate) fn made(&self) -> usize {
        self.made.load(Ordering::Relaxed)
    }

    /// Whether each value was dropped, and once.
    pub(crate) fn check(&self) -> Result<(), String> {
        let made = self.made();
        let Some(drops) = self.drops.get(..made) else {
            return Err(format!("{made} values were made, more than calls can"));
        };
        let wrong = drops
            .iter()
            .map(|drops| drops.load(Ordering::Relaxed))
            .enumerate()
            .find(|&(_, drops)| drops != 1);
        wrong.map_or(Ok(()), |(id, drops)| {
            Err(format!("value {id} of {made} was dropped {drops} times"))
        })
    }
}

/// A value that owns memory, with a number that its inputs decide.
pub(crate) struct Value {
    id: usize,
    number: Box<u64>,
    ledger: Arc<Ledger>,
}

impl Value {
    pub(crate) fn new(ledger: &Arc<Ledger>, number: u64) -> Self {
        Self {
            id: ledger.made.fetch_add(1, Ordering::Relaxed),
            number: Box::new(number),
            ledger: Arc::clone(ledger),
        }
    }

    pub(crate) fn number(&self) -> u64 {
        *self.number
    }
}

impl Clone for Value {
    fn clone(&self) -> Self {
        Self::new(&self.ledger, self.number())
    }
}

impl Drop for Value {
    fn drop(&mut self) {
        if let Some(drops) = self.ledger.drops.get(self.id) {
            drops.fetch_add(1, Ordering::Relaxed);
        }
    }
}
