//! The serial executor: one thread, and an order that a seed decides.
//!
//! It does what threads could do, one thing at a time: pull the next item, run
//! the front of any iteration that has been pulled, apply what has its turn. An
//! answer that depended on the order would differ here, and again with the same
//! seed, where a debugger can look.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Instant;

use super::contract::Executor;
use super::gather::ring::Turn;
use super::gather::{Adding, Gather};
use super::run::Stop;
use super::scope::Scope;
use super::site::LoopSite;
use super::trace;
use crate::control::context::{self, Progress};
use crate::observe::TellingLoop;
use crate::source::Split;
use crate::sync::atomic::{AtomicU64, Ordering};

/// An order of work. Each run has one of its own, so that runs of one seed are
/// alike.
pub(crate) struct Seeded(AtomicU64);

impl Seeded {
    pub(crate) fn new(seed: u64) -> Self {
        Self(AtomicU64::new(seed))
    }

    /// One of `count` choices, at least one of which there must be.
    ///
    /// *Source.* SplitMix64: Steele, Lea and Flood, "Fast splittable
    /// pseudorandom number generators", OOPSLA 2014.
    pub(crate) fn choose(&self, count: usize) -> usize {
        const STEP: u64 = 0x9e37_79b9_7f4a_7c15;
        let mut mixed = self.0.fetch_add(STEP, Ordering::Relaxed).wrapping_add(STEP);
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^= mixed >> 31;
        (mixed % count as u64) as usize
    }

    /// Heads or tails.
    pub(crate) fn flip(&self) -> bool {
        self.choose(2) == 0
    }
}

impl Executor for Seeded {
    fn for_each<S, Op, F, B, G>(
        &self,
        scope: &Scope<'_>,
        site: &LoopSite,
        source: S,
        front: F,
        back: B,
        gather: &G,
    ) -> Result<(), Stop>
    where
        S: Split,
        Op: Send,
        F: Fn(S::Item, &Scope<'_>, &mut Turn<'_, Op>) -> Result<Option<Op>, Stop> + Sync,
        B: FnMut(Op) -> Result<(), Stop> + Send,
        G: Gather<Op>,
    {
        self.run(Loop::new(scope, site, source, front, back, gather.merge()))
    }
}

impl Seeded {
    /// Runs a loop to its end. What depends on the loop's types is behind `dyn`,
    /// so that a program has this once.
    fn run(&self, mut region: impl Shuffled) -> Result<(), Stop> {
        fn run(order: &Seeded, region: &mut dyn Shuffled) -> Result<(), Stop> {
            loop {
                region.apply(order)?;
                let (pulled, more) = region.choices();
                let choices = pulled + usize::from(more);
                if choices == 0 {
                    return Ok(());
                }
                match order.choose(choices) {
                    choice if choice < pulled => region.front(choice),
                    _ => region.pull(),
                }
            }
        }
        match run(self, &mut region) {
            Err(Stop::Break) => Ok(()),
            ended => ended,
        }
    }
}

/// A loop that is run in any order.
trait Shuffled {
    /// How many iterations wait for their front, and whether the next item may
    /// be pulled.
    fn choices(&self) -> (usize, bool);

    /// Pulls the next item.
    fn pull(&mut self);

    /// Runs the front of one of those that wait.
    fn front(&mut self, choice: usize);

    /// Applies what has its turn.
    fn apply(&mut self, order: &Seeded) -> Result<(), Stop>;
}

struct Loop<'a, S: Split, Op, F, B> {
    scope: &'a Scope<'a>,
    site: &'a LoopSite,
    source: S,
    front: F,
    back: B,
    merge: Option<&'a Adding<'a, Op>>,
    /// How far the source may be ahead of the turn.
    window: u64,
    /// How many items have been pulled.
    pulled: u64,
    /// The iteration whose turn it is.
    head: u64,
    /// The source has no more.
    exhausted: bool,
    /// The first iteration that failed; `MAX` if none.
    last: Arc<AtomicU64>,
    waiting: Vec<(u64, S::Piece)>,
    done: BTreeMap<u64, Done<Op>>,
    progress: Progress,
    telling: Option<TellingLoop<'a>>,
}

/// An iteration whose front has ended, or several.
struct Done<Part> {
    handed: Vec<Part>,
    end: Result<(), Stop>,
}

impl<'a, S, Op, F, B> Loop<'a, S, Op, F, B>
where
    S: Split,
    Op: Send,
    F: Fn(S::Item, &Scope<'_>, &mut Turn<'_, Op>) -> Result<Option<Op>, Stop> + Sync,
    B: FnMut(Op) -> Result<(), Stop> + Send,
{
    fn new(
        scope: &'a Scope<'a>,
        site: &'a LoopSite,
        source: S,
        front: F,
        back: B,
        merge: Option<&'a Adding<'a, Op>>,
    ) -> Self {
        let last = Arc::new(AtomicU64::new(u64::MAX));
        let telling = scope.run.telling();
        Self {
            telling: telling.map(|telling| telling.source_loop_began(site, &source)),
            scope,
            site,
            source,
            front,
            back,
            merge,
            window: match scope.run.budget() {
                None => scope.run.limits::<Op, S::Piece>().slots as u64,
                // Each is over before another one holds something.
                Some(_) => 1,
            },
            pulled: 0,
            head: 0,
            exhausted: false,
            progress: Progress::new(context::current(), Arc::clone(&last)),
            last,
            waiting: Vec::new(),
            done: BTreeMap::new(),
        }
    }

    /// The failure of the iteration `index`, and of what belongs to it.
    fn failed(&self, index: u64, stop: Stop) -> Stop {
        self.last.fetch_min(index, Ordering::Relaxed);
        trace::within(stop, self.site, index)
    }

    /// Calls user's code for the iteration `index`.
    fn guarded<T>(
        &mut self,
        index: u64,
        call: impl FnOnce(&mut Self) -> Result<T, Stop>,
    ) -> Result<T, Stop> {
        let called = catch_unwind(AssertUnwindSafe(|| call(self)));
        let called = called.unwrap_or_else(|payload| Err(trace::panicked(&*payload)));
        called.map_err(|stop| self.failed(index, stop))
    }

    /// Takes the iteration whose turn it is, if its front has ended, and some of
    /// those that follow it where their parts may be merged.
    fn take_turn(&mut self, order: &Seeded) -> Option<Done<(u64, Op)>> {
        let mut turn = self.take_head()?;
        while self.merge.is_some()
            && turn.end.is_ok()
            && order.flip()
            && let Some(next) = self.take_head()
        {
            turn.handed.extend(next.handed);
            turn.end = next.end;
        }
        Some(turn)
    }

    fn take_head(&mut self) -> Option<Done<(u64, Op)>> {
        let index = self.head;
        let Done { handed, end } = self.done.remove(&index)?;
        self.head += 1;
        let handed = handed.into_iter().map(|op| (index, op)).collect();
        Some(Done { handed, end })
    }

    /// One part of all, if there are any, with the first iteration of it.
    fn merged(
        &mut self,
        parts: Vec<(u64, Op)>,
        merge: &Adding<'_, Op>,
    ) -> Result<Option<(u64, Op)>, Stop> {
        let mut parts = parts.into_iter();
        let Some((first, mut value)) = parts.next() else {
            return Ok(None);
        };
        for (index, op) in parts {
            value = self.guarded(index, |_| {
                merge(&mut value, op);
                Ok(value)
            })?;
        }
        Ok(Some((first, value)))
    }
}

impl<S, Op, F, B> Shuffled for Loop<'_, S, Op, F, B>
where
    S: Split,
    Op: Send,
    F: Fn(S::Item, &Scope<'_>, &mut Turn<'_, Op>) -> Result<Option<Op>, Stop> + Sync,
    B: FnMut(Op) -> Result<(), Stop> + Send,
{
    fn choices(&self) -> (usize, bool) {
        let is_wanted = self.pulled <= self.last.load(Ordering::Relaxed);
        let has_room = self.pulled - self.head < self.window;
        (self.waiting.len(), !self.exhausted && is_wanted && has_room)
    }

    fn pull(&mut self) {
        let index = self.pulled;
        let pulled = self.guarded(index, |this| {
            this.scope.run.next()?;
            let piece = this.source.pull();
            if let Some(telling) = &this.telling {
                telling.read(this.source.bytes_read());
            }
            Ok(piece)
        });
        match pulled {
            Ok(Some(piece)) => {
                self.waiting.push((index, piece));
                self.pulled += 1;
            }
            Ok(None) => self.exhausted = true,
            // What would be the next iteration is where.
            Err(stop) => {
                self.exhausted = true;
                let (handed, end) = (Vec::new(), Err(stop));
                self.done.insert(index, Done { handed, end });
            }
        }
    }

    fn front(&mut self, choice: usize) {
        let (index, piece) = self.waiting.swap_remove(choice);
        if index > self.last.load(Ordering::Relaxed) {
            return;
        }
        let mut handed = Vec::new();
        let entered = self.progress.enter();
        let site = self.site;
        let holding = self.scope.run.budget().map(|budget| budget.alone(site));
        self.progress.reach(index);
        let began = self.telling.as_ref().map(|_| Instant::now());
        context::was_told();
        let end = self.guarded(index, |this| {
            let scope = this.scope.iteration(index, Some(&this.last));
            let mut sink = |op| {
                scope.run.uses()?;
                handed.push(op);
                Ok(())
            };
            let last = (this.front)(S::finish(piece), &scope, &mut Turn::new(&mut sink))?;
            scope.run.uses()?;
            handed.extend(last);
            Ok(())
        });
        drop((entered, holding));
        if let (Some(telling), Some(began)) = (&self.telling, began) {
            telling.iterations(index, u64::from(end.is_ok()), began);
        }
        self.done.insert(index, Done { handed, end });
    }

    fn apply(&mut self, order: &Seeded) -> Result<(), Stop> {
        while let Some(Done { handed, end }) = self.take_turn(order) {
            let parts = match self.merge {
                Some(merge) => self.merged(handed, merge)?.into_iter().collect(),
                None => handed,
            };
            for (index, op) in parts {
                self.guarded(index, |this| (this.back)(op))?;
            }
            end?;
        }
        Ok(())
    }
}
