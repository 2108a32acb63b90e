//! Which iterations may begin, where a runtime has a memory limit.
//!
//! An iteration is claimed when what iterations of its loop have needed so far
//! still fits below the limit, and that is set aside for it. The first of a loop
//! runs before others are claimed, as it shows what they will need.
//!
//! The earliest live iteration of the whole run always goes on, whether it fits
//! or not: nothing that is held can be given back before it is over. So there is
//! always somebody who does not wait, also where loops are nested.

use std::collections::VecDeque;
use std::sync::{Arc, PoisonError};

use super::MemoryUse;
use super::hand::Holding;
use super::ledger::{Charge, Ledger};
use crate::executor::gather::ring::Block;
use crate::executor::position::Position;
use crate::executor::scope::Scope;
use crate::executor::site::LoopSite;
use crate::few::Few;
use crate::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use crate::sync::{Mutex, MutexGuard};

/// The most that an iteration of one loop was seen to need.
pub(crate) struct Need {
    most: AtomicU64,
    /// How often the loop is under way.
    running: AtomicUsize,
}

const UNKNOWN: u64 = u64::MAX;

impl Need {
    /// An iteration has needed so much; tells whether none was seen before.
    pub(super) fn learn(&self, bytes: u64) -> bool {
        let larger = |need| (need == UNKNOWN || need < bytes).then_some(bytes);
        let before = self
            .most
            .fetch_update(Ordering::AcqRel, Ordering::Acquire, larger);
        before == Ok(UNKNOWN)
    }

    fn known(&self) -> Option<u64> {
        let need = self.most.load(Ordering::Acquire);
        (need != UNKNOWN).then_some(need)
    }
}

/// What one run may hold.
pub(crate) struct Budget {
    ledger: Arc<Ledger>,
    /// By the addresses of the loops' sites. A loop inside of another one learns
    /// once for all its runs.
    needs: Mutex<Few<usize, Arc<Need>>>,
    /// The first iterations of all blocks that are claimed and not folded, in order.
    live: Mutex<Vec<Position>>,
}

impl Budget {
    pub(crate) fn new(ledger: Arc<Ledger>) -> Self {
        Self {
            ledger,
            needs: Mutex::new(Few::new()),
            live: Mutex::new(Vec::new()),
        }
    }

    /// What is held now.
    pub(crate) fn usage(&self) -> MemoryUse {
        self.ledger.usage()
    }

    /// For a loop in `scope`.
    pub(crate) fn of_loop<'a>(&'a self, site: &LoopSite, scope: &Scope<'_>) -> LoopBudget<'a> {
        let need = self.need(site);
        need.running.fetch_add(1, Ordering::AcqRel);
        LoopBudget {
            budget: self,
            need,
            place: scope.position(),
            unfolded: Mutex::new(VecDeque::new()),
        }
    }

    fn need(&self, site: &LoopSite) -> Arc<Need> {
        let mut needs = self.needs.lock().unwrap_or_else(PoisonError::into_inner);
        let need = needs.get_or_insert(std::ptr::from_ref(site).addr(), || {
            Arc::new(Need {
                most: AtomicU64::new(UNKNOWN),
                running: AtomicUsize::new(0),
            })
        });
        Arc::clone(need)
    }

    /// What the earliest iterations may still come to need in all loops that are
    /// under way; `None` until that is known.
    fn headroom(&self) -> Option<u64> {
        let needs = self.needs.lock().unwrap_or_else(PoisonError::into_inner);
        let running = |need: &&Arc<Need>| need.running.load(Ordering::Acquire) > 0;
        let needs = needs.iter().map(|(_, need)| need);
        let mut needs = needs.filter(running).map(|need| need.known());
        needs.try_fold(0, |sum: u64, need| Some(sum.saturating_add(need?)))
    }

    /// This thread works on what is no iteration of an overlapping loop: on the
    /// run as a whole, or on one branch of it.
    pub(crate) fn outside(&self) -> Holding {
        Holding::new(&self.ledger, 0, None)
    }

    /// This thread runs an iteration of a loop that it has for itself.
    pub(crate) fn alone(&self, site: &LoopSite) -> Holding {
        Holding::alone(&self.ledger, self.need(site))
    }

    /// This thread applies what holds `charge`.
    pub(crate) fn turn(&self, charge: Charge) -> Holding {
        Holding::turn(&self.ledger, charge)
    }

    fn live(&self) -> MutexGuard<'_, Vec<Position>> {
        self.live.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What the iterations of one loop may hold.
pub(crate) struct LoopBudget<'a> {
    budget: &'a Budget,
    need: Arc<Need>,
    /// Where the loop stands.
    place: Position,
    /// Its live blocks, each with its place.
    unfolded: Mutex<VecDeque<(u64, Position)>>,
}

impl LoopBudget<'_> {
    /// Whether the iteration `start` may be claimed.
    pub(crate) fn may_claim(&self, start: u64) -> bool {
        let position = self.place.child(start);
        let stands = stands(&position, &self.budget.live());
        stands == Stands::First
            || self
                .room(&stands)
                .is_some_and(|(need, beside)| self.budget.ledger.fits(need.saturating_add(beside)))
    }

    /// What an iteration that is not the first needs, and what it must leave.
    fn room(&self, stands: &Stands) -> Option<(u64, u64)> {
        let beside = match stands {
            Stands::First | Stands::InFirstLoop => 0,
            Stands::Later => self.budget.headroom()?,
        };
        Some((self.need.known()?, beside))
    }

    /// Claims `block` if it may be claimed, and gives what was set aside for it.
    pub(crate) fn claim(&self, block: Block) -> Option<u64> {
        let position = self.place.child(block.start);
        let ledger = &self.budget.ledger;
        let mut live = self.budget.live();
        let stands = stands(&position, &live);
        let aside = if stands == Stands::First {
            let aside = self.need.known().unwrap_or(0);
            ledger.add(aside);
            aside
        } else {
            let (need, beside) = self.room(&stands)?;
            ledger.try_add(need, beside).then_some(need)?
        };
        let place = live.partition_point(|before| *before < position);
        live.insert(place, position.clone());
        self.unfolded().push_back((block.number, position));
        Some(aside)
    }

    /// This thread runs a block that `aside` was set aside for.
    pub(crate) fn begin(&self, aside: u64) -> Holding {
        Holding::new(&self.budget.ledger, aside, Some(Arc::clone(&self.need)))
    }

    /// All blocks before `head` are folded.
    pub(crate) fn fold(&self, head: u64) {
        let mut live = self.budget.live();
        let mut unfolded = self.unfolded();
        while let Some((_, position)) = unfolded.pop_front_if(|(number, _)| *number < head) {
            if let Ok(place) = live.binary_search(&position) {
                live.remove(place);
            }
        }
    }

    fn unfolded(&self) -> MutexGuard<'_, VecDeque<(u64, Position)>> {
        self.unfolded.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for LoopBudget<'_> {
    fn drop(&mut self) {
        self.fold(u64::MAX);
        self.need.running.fetch_sub(1, Ordering::AcqRel);
    }
}

/// Where an iteration stands among all that are live.
#[derive(Debug, PartialEq, Eq)]
enum Stands {
    /// Nothing is before it but the blocks that it stands in.
    First,
    /// So it is with its loop.
    InFirstLoop,
    /// Iterations of other loops are before it.
    Later,
}

fn stands(position: &Position, live: &[Position]) -> Stands {
    let mut around = None;
    let mut stands = Stands::First;
    for before in live.iter().take_while(|live| *live < position) {
        if before.is_beside(position) {
            stands = Stands::InFirstLoop;
        } else if before.is_block_around(position) && around < Some(before.depth()) {
            around = Some(before.depth());
        } else {
            return Stands::Later;
        }
    }
    stands
}

#[cfg(test)]
mod tests {
    use super::Stands::{First, InFirstLoop, Later};
    use super::{Position, Stands};

    fn stands(position: &[u64], live: &[&[u64]]) -> Stands {
        let live: Vec<_> = live
            .iter()
            .map(|path| Position::new(path.to_vec()))
            .collect();
        super::stands(&Position::new(position.to_vec()), &live)
    }

    #[test]
    fn what_is_live_before_is_earlier() {
        assert_eq!(stands(&[3], &[]), First);
        assert_eq!(stands(&[3], &[&[4], &[5]]), First);
        assert_eq!(stands(&[3], &[&[2], &[4]]), InFirstLoop);
        assert_eq!(stands(&[1, 0], &[&[0], &[1]]), Later);
        assert_eq!(stands(&[1, 0], &[&[0, 7], &[1]]), Later);
        assert_eq!(stands(&[1, 1], &[&[0], &[1], &[1, 0]]), Later);
    }

    #[test]
    fn blocks_around_are_not_earlier() {
        assert_eq!(stands(&[3, 0], &[&[3]]), First);
        assert_eq!(stands(&[3, 0], &[&[3], &[4], &[4, 0]]), First);
        assert_eq!(stands(&[3, 1], &[&[3], &[3, 0]]), InFirstLoop);
        assert_eq!(stands(&[3, 1, 0], &[&[3], &[3, 1]]), First);
        assert_eq!(stands(&[3, 1, 0], &[&[3], &[3, 0], &[3, 1]]), Later);
        // The loop between has no live blocks: one thread has it for itself.
        assert_eq!(stands(&[3, 1, 0], &[&[3]]), First);
    }

    #[test]
    fn a_block_of_several_iterations_is_around_each() {
        assert_eq!(stands(&[7, 2], &[&[4], &[9]]), First);
        assert_eq!(stands(&[7, 2], &[&[4], &[6]]), Later);
        assert_eq!(stands(&[7, 2], &[&[2], &[4]]), Later);
    }

    #[test]
    fn loops_inside_of_an_earlier_iteration_have_to_be_left_room() {
        assert_eq!(stands(&[1], &[&[0], &[0, 5]]), Later);
    }
}
