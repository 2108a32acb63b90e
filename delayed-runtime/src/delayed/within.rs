//! Which step goes next, where the runtime has a memory limit.
//!
//! Steps that are ready are kept by their tasks, as values of one task tend to be
//! of one size. A step goes if the most that a value of its task has held so far
//! still fits below the limit, and that is set aside for it; of several the
//! newest goes, so the order is depth-first as without a limit. The first step
//! of each task shows what its values hold, before others of that task begin;
//! until then it is taken to need what the largest value so far has held.
//! What holds nothing always goes: it may be what others wait for to be freed.
//! A step that goes beside others leaves room for one more value: a step that
//! makes one of several needs that before it gives those back.
//!
//! Where nothing runs, the newest step goes whether it fits or not, as nothing
//! would be given back otherwise. So a run always ends.

use std::ptr;
use std::sync::Arc;

use crate::executor::MemoryUse;
use crate::executor::memory::hand::Holding;
use crate::executor::memory::ledger::Ledger;
use crate::executor::seeded::Seeded;
use crate::few::Few;
use crate::{Runtime, TaskInfo};

/// The ready steps of a run, and what those that run were let in for.
pub(super) struct Within {
    ledger: Arc<Ledger>,
    /// By the addresses of the tasks' constants.
    kinds: Few<usize, Kind>,
    /// How many steps have become ready.
    turns: u64,
    running: usize,
    /// The most that any value has held.
    largest: u64,
}

/// The steps of one task.
struct Kind {
    priority: i32,
    /// The most that a value was seen to hold.
    need: Option<u64>,
    /// One of its steps runs to show that.
    is_tried: bool,
    /// Those that are ready, each with its turn; the newest is the last.
    ready: Vec<(u64, u32)>,
}

impl Kind {
    /// Where it stands among others: the priority, and the newest turn.
    fn rank(&self) -> Option<(i32, u64)> {
        let (turn, _) = self.ready.last()?;
        Some((self.priority, *turn))
    }
}

/// A step that may go, and what was set aside for it.
pub(super) struct Admitted {
    pub(super) index: u32,
    kind: usize,
    aside: u64,
}

impl Within {
    /// What a run on this runtime keeps to, if there is a limit.
    pub(super) fn of(runtime: &Runtime) -> Option<Self> {
        Some(Self {
            ledger: runtime.ledger()?,
            kinds: Few::new(),
            turns: 0,
            running: 0,
            largest: 0,
        })
    }

    /// A step is ready.
    pub(super) fn push(&mut self, task: &'static TaskInfo, index: u32) {
        self.turns += 1;
        let kind = self.kinds.get_or_insert(key(task), || Kind {
            priority: task.priority,
            need: None,
            is_tried: false,
            ready: Vec::new(),
        });
        kind.ready.push((self.turns, index));
    }

    /// Lets a step in, if one may go.
    pub(super) fn admit(&mut self, seeded: Option<&Seeded>) -> Option<Admitted> {
        let key = self.choose(seeded)?;
        let beside = self.beside();
        let kind = self.kinds.get_mut(key)?;
        let aside = match kind.need.unwrap_or(self.largest) {
            0 => 0,
            need if self.ledger.try_add(need, beside) => need,
            // Another run was faster, and this one has something to wait for.
            _ if self.running > 0 => return None,
            _ => 0,
        };
        let place = seeded.map_or(kind.ready.len() - 1, |seeded| {
            seeded.choose(kind.ready.len())
        });
        let (_, index) = kind.ready.remove(place);
        kind.is_tried = kind.need.is_none();
        self.running += 1;
        Some(Admitted {
            index,
            kind: key,
            aside,
        })
    }

    /// Whether a step may go.
    pub(super) fn may_admit(&self) -> bool {
        self.choose(None).is_some()
    }

    /// The task whose step is next.
    fn choose(&self, seeded: Option<&Seeded>) -> Option<usize> {
        let ready = || {
            let ready = self.kinds.iter();
            ready.filter_map(|(key, kind)| Some((kind.rank()?, key, kind)))
        };
        let mut fitting: Vec<_> = ready().filter(|(.., kind)| self.fits(kind)).collect();
        let Some(((highest, _), newest, _)) = fitting.iter().copied().max_by_key(|it| it.0) else {
            let forced = (self.running == 0).then(ready);
            return forced?.max_by_key(|it| it.0).map(|(_, key, _)| key);
        };
        let Some(seeded) = seeded else {
            return Some(newest);
        };
        fitting.retain(|((priority, _), ..)| *priority == highest);
        Some(fitting[seeded.choose(fitting.len())].1)
    }

    fn fits(&self, kind: &Kind) -> bool {
        match kind.need {
            Some(0) => true,
            Some(need) => self.ledger.fits(need.saturating_add(self.beside())),
            None => {
                let need = self.largest.saturating_add(self.beside());
                !kind.is_tried && self.ledger.fits(need.max(1))
            }
        }
    }

    /// The room that has to be left.
    fn beside(&self) -> u64 {
        if self.running > 0 { self.largest } else { 0 }
    }

    /// A value of `task` holds so much.
    pub(super) fn learn(&mut self, task: &'static TaskInfo, bytes: u64) {
        if let Some(kind) = self.kinds.get_mut(key(task)) {
            kind.need = kind.need.max(Some(bytes));
            self.largest = self.largest.max(bytes);
        }
    }

    /// A step is over.
    pub(super) fn leave(&mut self, step: &Admitted) {
        self.running -= 1;
        if let Some(kind) = self.kinds.get_mut(step.kind) {
            kind.is_tried = false;
        }
    }

    /// This thread runs a step that was let in.
    pub(super) fn begin(&self, step: &Admitted) -> Holding {
        Holding::new(&self.ledger, step.aside, None)
    }

    /// What is held now.
    pub(super) fn usage(&self) -> MemoryUse {
        self.ledger.usage()
    }
}

fn key(task: &'static TaskInfo) -> usize {
    ptr::from_ref(task).addr()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::Within;
    use crate::TaskInfo;
    use crate::executor::memory::ledger::Ledger;
    use crate::few::Few;

    static LOAD: TaskInfo = TaskInfo::new("load", "within.rs", 1, 1, false);
    static SHOW: TaskInfo = TaskInfo::new("show", "within.rs", 2, 1, false);

    /// A limit of 100 bytes.
    fn within() -> Within {
        Within {
            ledger: Arc::new(Ledger::new(100)),
            kinds: Few::new(),
            turns: 0,
            running: 0,
            largest: 0,
        }
    }

    /// The index of the step that is let in, which goes on.
    fn next(within: &mut Within) -> Option<u32> {
        within.admit(None).map(|step| step.index)
    }

    #[test]
    fn one_step_of_a_task_shows_what_it_needs() {
        let mut within = within();
        (0..3).for_each(|step| within.push(&LOAD, step));
        let first = within.admit(None).unwrap();
        assert_eq!((first.index, next(&mut within)), (2, None));
        within.learn(&LOAD, 40);
        within.leave(&first);
        assert_eq!(next(&mut within), Some(1));
        assert_eq!(within.usage().held(), 40);
        // Together with the room for one more that would be too much.
        assert_eq!(next(&mut within), None);
    }

    #[test]
    fn a_task_that_was_not_seen_needs_as_much_as_the_largest() {
        let mut within = within();
        within.push(&LOAD, 0);
        let loaded = within.admit(None).unwrap();
        within.learn(&LOAD, 60);
        within.leave(&loaded);
        within.ledger.add(50);
        within.running = 1;
        within.push(&SHOW, 1);
        assert_eq!(next(&mut within), None);
        within.running = 0;
        assert_eq!(next(&mut within), Some(1));
    }

    #[test]
    fn what_holds_nothing_goes_in_any_case() {
        let mut within = within();
        within.push(&SHOW, 0);
        let shown = within.admit(None).unwrap();
        within.learn(&SHOW, 0);
        within.leave(&shown);
        within.ledger.add(500);
        within.push(&SHOW, 1);
        within.push(&LOAD, 2);
        within.running = 1;
        assert_eq!(next(&mut within), Some(1));
        assert!(!within.may_admit());
    }

    #[test]
    fn what_does_not_fit_goes_when_nothing_runs() {
        let mut within = within();
        within.ledger.add(500);
        within.push(&LOAD, 0);
        within.push(&LOAD, 1);
        let first = within.admit(None).unwrap();
        assert_eq!((first.index, next(&mut within)), (1, None));
        within.leave(&first);
        assert_eq!(next(&mut within), Some(0));
    }
}
