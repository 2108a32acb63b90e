//! Who borrows from whom, as a plan comes by it.

use super::step::push;

/// Each step that borrows, and behind it those that it borrows from: four bytes
/// each, written one after the other.
pub(super) struct Lent {
    all: Vec<u32>,
    /// The one that borrows now.
    borrower: u32,
}

impl Default for Lent {
    fn default() -> Self {
        Self {
            all: Vec::new(),
            borrower: u32::MAX,
        }
    }
}

impl Lent {
    /// Set where it is a step that borrows; indices of steps leave this bit free.
    const BORROWS: u32 = 1 << 31;

    /// Notes that `to`, the step that is looked at, borrows from another.
    #[inline]
    pub(super) fn note(&mut self, from: u32, to: u32) {
        if self.borrower != to {
            self.borrower = to;
            push(&mut self.all, Self::BORROWS | to);
        }
        push(&mut self.all, from);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// Who lends and who borrows, in the order in which that was noted.
    pub(super) fn iter(&self) -> impl Iterator<Item = (u32, u32)> {
        let mut borrower = u32::MAX;
        self.all.iter().filter_map(move |noted| {
            if noted & Self::BORROWS != 0 {
                borrower = noted & !Self::BORROWS;
                return None;
            }
            Some((*noted, borrower))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Lent;

    #[test]
    fn pairs_come_as_they_were_noted() {
        let mut lent = Lent::default();
        assert!(lent.is_empty());
        let pairs = [(1, 0), (2, 0), (2, 0), (4, 3), (0, 1)];
        for (from, to) in pairs {
            lent.note(from, to);
        }
        assert!(lent.iter().eq(pairs) && !lent.is_empty());
    }
}
