//! One computation: asking for helpers, waiting without idling, and stopping.

use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use super::calls::NO_RUN;
use super::help::board::{Board, Job, Posted};
use super::help::pool::Pool;
use super::memory::budget::Budget;
use super::memory::hand::Holding;
use super::memory::ledger::is_counting;
use super::position::Position;
use super::runtime::Runtime;
use super::seeded::Seeded;
use crate::control::context::{self, Context, Watch};
use crate::error::{Error, Iteration};
use crate::observe::Telling;

/// Why a body ends before its end.
pub enum Stop {
    /// The user's program failed here.
    Failed(Error),
    /// A `break`: the loop ends well here.
    Break,
    /// An earlier failure, or `break`, made this work pointless.
    Abandoned,
}

impl Stop {
    /// Adds the iteration that the failure passed through.
    pub(crate) fn within(self, iteration: impl FnOnce() -> Iteration) -> Self {
        match self {
            Self::Failed(error) => Self::Failed(error.within(iteration())),
            stop => stop,
        }
    }
}

/// What the threads of one computation share.
pub(crate) struct Run {
    /// Made when somebody could help.
    board: OnceLock<Arc<Board>>,
    pool: Pool,
    helpers: usize,
    seeded: Option<Seeded>,
    telling: Option<Telling>,
    /// The number of this run, if somebody wants to know of its calls.
    heard: u64,
    /// Whether calls outside of iterations that overlap have more to do than run.
    attends: bool,
    watch: Watch,
    /// How many iterations of one loop may be live, where that was said.
    window: Option<NonZeroUsize>,
    /// What may be held, where there is a limit.
    budget: Option<Budget>,
    /// Nanoseconds that went into short loops since help was asked for.
    lonely: AtomicU64,
    /// A call was told to stop, and what it gave is used.
    is_cut: AtomicBool,
}

/// So much time in short loops is worth a helper that waits for them awake.
const LONELY: Duration = Duration::from_micros(100);

impl Run {
    /// A run on `runtime` that answers to `context`.
    pub(crate) fn new(runtime: &Runtime, context: Context) -> Self {
        let watch = Watch::new(context);
        Self {
            board: OnceLock::new(),
            pool: runtime.pool(),
            helpers: runtime.threads().saturating_sub(1),
            seeded: runtime.seeded(),
            telling: None,
            heard: NO_RUN,
            attends: !watch.is_open(),
            watch,
            window: runtime.window(),
            budget: runtime.ledger().map(Budget::new),
            lonely: AtomicU64::new(0),
            is_cut: AtomicBool::new(false),
        }
    }

    /// What may be held, where there is a limit.
    #[inline]
    pub(crate) fn budget(&self) -> Option<&Budget> {
        self.budget.as_ref()
    }

    /// The hands of the thread that begins the run, where others may be counting.
    pub(crate) fn hands(&self) -> Option<Holding> {
        match &self.budget {
            Some(budget) => Some(budget.outside()),
            None => is_counting().then(Holding::none),
        }
    }

    /// The same run, of which somebody is told.
    pub(crate) fn told(mut self, telling: Option<Telling>) -> Self {
        let heard = telling.as_ref().filter(|it| it.wants_calls().is_some());
        if let Some(telling) = heard {
            self.heard = telling.run();
            self.attends = true;
        }
        self.telling = telling;
        self
    }

    /// The serial executor, if that is the one that runs this.
    #[inline]
    pub(crate) fn seeded(&self) -> Option<&Seeded> {
        self.seeded.as_ref()
    }

    /// Whoever is told of this run.
    pub(crate) fn telling(&self) -> Option<&Telling> {
        self.telling.as_ref()
    }

    /// Whether somebody wants to know what values hold.
    #[inline]
    pub(crate) fn weighs(&self) -> bool {
        self.budget.is_some() || self.telling.as_ref().is_some_and(Telling::wants_bytes)
    }

    /// The number of this run, if somebody wants to know of its calls.
    #[inline]
    pub(super) fn heard(&self) -> u64 {
        self.heard
    }

    /// Whether a call has to look if the run goes on, or if somebody wants to know of
    /// it.
    #[inline]
    pub(super) fn attends(&self) -> bool {
        self.attends
    }

    /// Tells what is held, where there is a limit.
    pub(crate) fn tell_of_memory(&self) {
        if let (Some(telling), Some(budget)) = (&self.telling, &self.budget) {
            telling.memory(budget.usage());
        }
    }

    pub(crate) fn watch(&self) -> &Watch {
        &self.watch
    }

    /// Whether the next iteration of a loop may begin.
    #[inline]
    pub(crate) fn next(&self) -> Result<(), Stop> {
        context::was_told();
        self.goes_on()
    }

    /// Whether what an iteration gives may be used. Where it was told to stop, that
    /// may be anything.
    #[inline]
    pub(crate) fn uses(&self) -> Result<(), Stop> {
        if !self.watch.is_open() && context::was_told() {
            return self.goes_on();
        }
        Ok(())
    }

    /// Notes that a call outside of iterations that overlap was told to stop, if it
    /// was: what it gave is on its way into the value of the run.
    pub(crate) fn note_cut(&self) {
        if context::was_told() && self.watch.check().is_err() {
            self.is_cut.store(true, Ordering::Relaxed);
        }
    }

    /// Whether the value of the run may be used, see [`uses`](Self::uses).
    pub(crate) fn is_whole(&self) -> Result<(), Stop> {
        match self.is_cut.load(Ordering::Relaxed) {
            true => self.goes_on(),
            false => Ok(()),
        }
    }

    fn goes_on(&self) -> Result<(), Stop> {
        let end = self.watch.check();
        end.map_err(|reason| Stop::Failed(Error::cancelled(reason)))
    }

    fn board(&self) -> &Arc<Board> {
        self.board.get_or_init(|| Arc::new(Board::new()))
    }

    /// Whether nobody but the caller works on this.
    pub(crate) fn is_serial(&self) -> bool {
        self.helpers == 0
    }

    /// How many threads work on this, the calling one included.
    pub(crate) fn threads(&self) -> usize {
        self.helpers + 1
    }

    /// How much of a loop may be live at once.
    ///
    /// Items and results that are plain bits cost next to nothing to keep, so
    /// many iterations can be claimed at once and a slow one does not hold up
    /// the ones after it; those that own memory are kept for few iterations.
    pub(crate) fn limits<Op, Piece>(&self) -> Limits {
        self.within_window(Limits {
            slots: if is_plain::<Op>() {
                PLAIN_AHEAD
            } else {
                self.threads() + OWNED_AHEAD
            },
            block: if is_plain::<Op>() && is_plain::<Piece>() {
                PLAIN_BLOCK
            } else {
                1
            },
        })
    }

    /// The same where neighbours are merged, so that little is kept.
    pub(crate) fn limits_merged<Piece>(&self) -> Limits {
        self.within_window(Limits {
            slots: PLAIN_AHEAD,
            block: if is_plain::<Piece>() { MERGED_BLOCK } else { 1 },
        })
    }

    fn within_window(&self, limits: Limits) -> Limits {
        let window = self.window.map_or(usize::MAX, NonZeroUsize::get);
        let slots = limits.slots.min(window);
        Limits {
            slots,
            block: limits.block.min(window / slots),
        }
    }

    /// Offers `job` to the helpers, and asks for those that are not there.
    pub(crate) fn post<'a>(&'a self, job: &'a (dyn Job + 'a), position: Position) -> Posted<'a> {
        let posted = self.board().post(job, position);
        self.ask();
        posted
    }

    /// Whether somebody could be asked to help.
    pub(crate) fn lacks_helpers(&self) -> bool {
        self.board().helpers() < self.helpers
    }

    /// Whether a helper would come at once.
    pub(crate) fn is_watched(&self) -> bool {
        self.board.get().is_some_and(|board| board.is_watched())
    }

    /// A short loop took so long, which nobody was asked to help with. Where one
    /// follows the other, a helper that is awake gains what each alone is too
    /// short for.
    pub(crate) fn worked_alone(&self, took: Duration) {
        let took = took.as_nanos() as u64;
        let lonely = self.lonely.load(Ordering::Relaxed) + took;
        let is_much = u128::from(lonely) > LONELY.as_nanos();
        self.lonely
            .store(if is_much { 0 } else { lonely }, Ordering::Relaxed);
        if is_much {
            self.ask();
        }
    }

    /// Asks for the helpers that are not there.
    pub(crate) fn ask(&self) {
        while self.board().wants_helper(self.helpers) {
            let (board, context) = (Arc::clone(self.board()), self.watch.context());
            // A helper that comes after the end finds the board closed.
            self.pool.spawn(move || {
                let _entered = context.enter();
                board.serve();
            });
        }
    }

    /// Waits at `position` until `done`, helping with earlier work meanwhile.
    pub(crate) fn wait(&self, position: &Position, done: impl Fn() -> bool) {
        while !done() {
            let admit = |work: &Position| position.may_help(work);
            if !self.board().help(admit) {
                self.board().wait_for_change(admit, &done);
            }
        }
    }

    /// Tells the waiting that something changed.
    pub(crate) fn bump(&self) {
        if let Some(board) = self.board.get() {
            board.bump();
        }
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        if let Some(board) = self.board.get() {
            board.close();
        }
    }
}

/// How much of a loop may be live at once.
pub(crate) struct Limits {
    /// Blocks between the one whose turn it is and the newest.
    pub(crate) slots: usize,
    /// Iterations in a block.
    pub(crate) block: usize,
}

/// Whether values of `T` cost next to nothing to keep.
pub(crate) const fn is_plain<T>() -> bool {
    !std::mem::needs_drop::<T>() && size_of::<T>() <= PLAIN_BYTES
}

/// Live iterations beyond one a worker, where a result owns memory.
const OWNED_AHEAD: usize = 4;
/// Live blocks where a result is plain bits…
pub(crate) const PLAIN_AHEAD: usize = 64;
/// …of at most this many bytes.
pub(crate) const PLAIN_BYTES: usize = 64;
/// Iterations in a block where items are plain bits, too…
pub(crate) const PLAIN_BLOCK: usize = 4096;
/// …or where nothing is kept of them but what they come to.
const MERGED_BLOCK: usize = 1 << 16;
