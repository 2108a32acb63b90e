//! One loop: claim a block of iterations, run their fronts, fold them in order.

use std::marker::PhantomData;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, PoisonError, TryLockError};
use std::time::Instant;

use super::alone::{Begun, alone, iterations};
use super::block::BlockSize;
use crate::control::context::{self, Context, Progress};
use crate::executor::gather::ring::{Block, Ring, Turn};
use crate::executor::gather::{Fold, Gather};
use crate::executor::help::board::Job;
use crate::executor::memory::budget::LoopBudget;
use crate::executor::memory::hand::{self, Holding};
use crate::executor::memory::ledger::Charge;
use crate::executor::run::Stop;
use crate::executor::scope::Scope;
use crate::executor::site::LoopSite;
use crate::executor::trace;
use crate::observe::TellingLoop;
use crate::source::Split;
use crate::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use crate::sync::{Mutex, MutexGuard};

/// Runs a loop: `front` makes the values of an iteration and may run beside
/// other iterations; `back` takes them, one iteration after the other.
///
/// # Errors
///
/// The failure that the serial loop would have met first.
pub(crate) fn for_each<S, Op, F, B, G>(
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
    let (mut source, mut back) = (source, back);
    let Some(begun) = alone(scope, site, &mut source, &front, &mut back, gather)? else {
        return Ok(());
    };
    let limits = gather.limits::<S::Piece>(scope.run);
    let most = source.at_most();
    let slots = most.map_or(limits.slots, |most| {
        limits.slots.min(most.saturating_add(1))
    });
    let ring = gather.ring(site, slots, back);
    parallel(
        scope,
        site,
        source,
        front,
        limits.block,
        (gather, ring),
        begun,
    )
}

fn parallel<S, Op, F, R, G>(
    scope: &Scope<'_>,
    site: &LoopSite,
    source: S,
    front: F,
    most_in_block: usize,
    (gather, ring): (&G, R),
    begun: Begun<'_>,
) -> Result<(), Stop>
where
    S: Split,
    Op: Send,
    F: Fn(S::Item, &Scope<'_>, &mut Turn<'_, Op>) -> Result<Option<Op>, Stop> + Sync,
    R: Ring<Op>,
    G: Gather<Op>,
{
    let run = scope.run;
    let since = begun.since;
    let position = scope.position();
    // What waits, or answers to what was done with the item before, is pulled
    // when there is somebody to work on it.
    let most_in_block = if source.is_at_hand() {
        most_in_block
    } else {
        1
    };
    let block = BlockSize::new(most_in_block, source.at_most(), run.threads(), &begun);
    let region = Region {
        scope,
        site,
        outside: context::current(),
        budget: run.budget().map(|budget| budget.of_loop(site, scope)),
        source: Mutex::new(source),
        claimed: AtomicU64::new(begun.count),
        blocks: AtomicU64::new(0),
        exhausted: AtomicBool::new(false),
        visitors: AtomicUsize::new(0),
        block,
        front,
        gather,
        ring,
        telling: begun.telling,
        handed: PhantomData,
    };
    let posted = run.post(&region, position.clone());
    let mut room = region.room();
    let entered = room.progress.enter();
    loop {
        match region.step(&mut room) {
            Step::Done => {}
            Step::Blocked => {
                let here = position.child(region.claimed.load(Ordering::Relaxed));
                run.wait(&here, || region.ended() || region.available());
            }
            Step::Ended => break,
        }
    }
    drop(entered);
    posted.shut();
    let here = position.child(region.claimed.load(Ordering::Relaxed));
    run.wait(&here, || region.visitors.load(Ordering::Acquire) == 0);
    drop(posted);
    Begun::ended(since, site);
    let is_complete = region.exhausted.into_inner();
    match region.ring.into_failure() {
        Some(Stop::Break) => Ok(()),
        Some(stop) => Err(stop),
        None if is_complete => Ok(()),
        // A loop that was cut short has a result that nobody may build on.
        None => Err(Stop::Abandoned),
    }
}

/// A loop that several threads run.
struct Region<'a, S, Op, F, R, G> {
    scope: &'a Scope<'a>,
    site: &'a LoopSite,
    /// What the loop as a whole answers to.
    outside: Option<Context>,
    /// What its iterations may hold, where there is a limit.
    budget: Option<LoopBudget<'a>>,
    /// Pulled by one thread at a time, in order.
    source: Mutex<S>,
    /// How many iterations have been claimed, and in how many blocks. Written
    /// under the source's lock.
    claimed: AtomicU64,
    blocks: AtomicU64,
    exhausted: AtomicBool,
    /// Helpers that may be at a block.
    visitors: AtomicUsize,
    block: BlockSize,
    front: F,
    gather: &'a G,
    ring: R,
    telling: Option<TellingLoop<'a>>,
    handed: PhantomData<fn(Op)>,
}

enum Step {
    /// One block was run.
    Done,
    /// There may be more, but not now: the window is full or the source busy.
    Blocked,
    /// Nothing is left to claim.
    Ended,
}

/// There is no memory for more iterations.
struct Full;

/// A block that a thread is going to run.
struct Claimed {
    block: Block,
    /// How many iterations it has.
    count: usize,
    /// The hands for what they hold, where there is a limit.
    holding: Option<Holding>,
    /// What comes after them.
    failure: Option<Stop>,
}

/// What a thread uses again for each block that it runs.
struct Room<P, H> {
    pieces: Vec<P>,
    handed: H,
    /// What the iterations answer to that the thread runs.
    progress: Progress,
}

impl<S, Op, F, R, G> Region<'_, S, Op, F, R, G>
where
    S: Split,
    Op: Send,
    F: Fn(S::Item, &Scope<'_>, &mut Turn<'_, Op>) -> Result<Option<Op>, Stop> + Sync,
    R: Ring<Op>,
    G: Gather<Op>,
{
    /// Whether there is nothing left to claim.
    fn ended(&self) -> bool {
        self.exhausted.load(Ordering::Acquire)
            || self.claimed.load(Ordering::Relaxed) > self.ring.last().load(Ordering::Relaxed)
            || self.scope.abandoned()
    }

    /// Whether no helper is here.
    fn is_lone(&self) -> bool {
        self.visitors.load(Ordering::Relaxed) == 0
    }

    /// Whether the next block may be claimed, as far as memory goes.
    fn has_memory(&self) -> bool {
        let next = self.claimed.load(Ordering::Acquire);
        let budget = self.budget.as_ref();
        budget.is_none_or(|budget| budget.may_claim(next))
    }

    fn room(&self) -> Room<S::Piece, R::Handed> {
        Room {
            pieces: Vec::new(),
            handed: R::Handed::default(),
            progress: Progress::new(self.outside.clone(), Arc::clone(self.ring.last())),
        }
    }

    /// Claims and runs one block.
    fn step(&self, room: &mut Room<S::Piece, R::Handed>) -> Step {
        if self.ended() {
            return Step::Ended;
        }
        let Some(mut source) = self.source() else {
            return Step::Blocked;
        };
        if self.ended() {
            return Step::Ended;
        }
        let block = Block {
            number: self.blocks.load(Ordering::Relaxed),
            start: self.claimed.load(Ordering::Relaxed),
        };
        if !self.ring.has_room(block.number) {
            return Step::Blocked;
        }
        let Ok(holding) = self.admit(block) else {
            return Step::Blocked;
        };
        let Room {
            pieces,
            handed,
            progress,
        } = room;
        // A run that was told to stop ends like a source that fails: what would
        // be the next iteration is where.
        let mut failure = self.scope.run.next().err();
        let size = match failure {
            Some(_) => 0,
            None => self.block.next(block.start, self.is_lone()),
        };
        if S::CUTS {
            let mut cut = source.cut(size);
            let count = cut.at_most().unwrap_or(size);
            if count < size || failure.is_some() {
                self.exhausted.store(true, Ordering::Release);
            }
            self.claim(source, block, count + usize::from(failure.is_some()));
            let claimed = Claimed {
                block,
                count,
                holding,
                failure,
            };
            let cut = std::iter::from_fn(|| cut.pull());
            self.iterate(claimed, cut, handed, progress);
        } else {
            if failure.is_none() {
                let began = self
                    .telling
                    .as_ref()
                    .map(|telling| (telling, Instant::now()));
                failure = self.pull(&mut source, size, pieces);
                if let Some((telling, began)) = began {
                    telling.pulled(pieces.len(), began);
                    telling.read(source.bytes_read());
                }
            } else {
                self.exhausted.store(true, Ordering::Release);
            }
            let count = pieces.len();
            self.claim(source, block, count + usize::from(failure.is_some()));
            let claimed = Claimed {
                block,
                count,
                holding,
                failure,
            };
            self.iterate(claimed, pieces.drain(..), handed, progress);
        }
        self.fold();
        Step::Done
    }

    /// Notes which blocks are over, where that matters to others.
    fn fold(&self) {
        if let Some(budget) = &self.budget {
            budget.fold(self.ring.head());
            self.scope.run.tell_of_memory();
            self.scope.run.bump();
        }
    }

    /// Whether there is memory for `block`, and the hands to hold it with.
    fn admit(&self, block: Block) -> Result<Option<Holding>, Full> {
        let Some(budget) = &self.budget else {
            return Ok(None);
        };
        let aside = budget.claim(block).ok_or(Full)?;
        Ok(Some(budget.begin(aside)))
    }

    /// The source, unless another thread pulls it. Cutting takes so little that
    /// a thread waits for it.
    fn source(&self) -> Option<MutexGuard<'_, S>> {
        if S::CUTS {
            return Some(self.source.lock().unwrap_or_else(PoisonError::into_inner));
        }
        match self.source.try_lock() {
            Ok(source) => Some(source),
            Err(TryLockError::Poisoned(poisoned)) => Some(poisoned.into_inner()),
            Err(TryLockError::WouldBlock) => None,
        }
    }

    /// Lets go of the source: `count` iterations are claimed as `block`.
    fn claim(&self, source: MutexGuard<'_, S>, block: Block, count: usize) {
        self.blocks.store(block.number + 1, Ordering::Relaxed);
        self.claimed
            .store(block.start + count as u64, Ordering::Release);
        drop(source);
        self.scope.run.bump();
        if self.scope.run.lacks_helpers() && self.available() {
            self.scope.run.ask();
        }
    }

    /// Pulls up to `size` pieces. Gives the panic that the source ended in.
    fn pull(&self, source: &mut S, size: usize, pieces: &mut Vec<S::Piece>) -> Option<Stop> {
        let pulled = catch_unwind(AssertUnwindSafe(|| {
            while pieces.len() < size {
                match source.pull() {
                    Some(piece) => pieces.push(piece),
                    None => return true,
                }
            }
            false
        }));
        let is_over = !matches!(pulled, Ok(false));
        if is_over {
            self.exhausted.store(true, Ordering::Release);
        }
        pulled.err().map(|payload| trace::panicked(&*payload))
    }

    /// Runs the block's iterations one after the other, until one fails.
    fn iterate(
        &self,
        claimed: Claimed,
        pieces: impl Iterator<Item = S::Piece>,
        handed: &mut R::Handed,
        progress: &Progress,
    ) {
        let Claimed {
            block,
            count,
            holding,
            failure,
        } = claimed;
        progress.reach(block.start);
        let began = (self.telling.is_some() || self.block.learns_from(count)).then(Instant::now);
        let mut index = block.start;
        let end = |index: u64, run: Result<(), Stop>| {
            if let Some(began) = began {
                let took = began.elapsed();
                self.block.learn(count, took);
                if let Some(telling) = &self.telling {
                    telling.iterations_in(block.start, index - block.start, began, took);
                }
            }
            let end = run.and_then(|()| failure.map_or(Ok(()), Err));
            end.map_err(|stop| (index, trace::within(stop, self.site, index)))
        };
        // What is held goes along with what is handed over.
        let turn = match holding {
            Some(_) => None,
            None => self.ring.at_turn(block.number),
        };
        let place = (self.scope, self.site, Some(&**self.ring.last()));
        let pieces = (pieces, count);
        let (front, fold) = (&self.front, self.gather.fold());
        if G::MERGES && fold.merges() && holding.is_none() {
            // What is kept is given to the back once, so that one copy of the loop is
            // enough for blocks with their turn and without it.
            let mut turn = turn;
            if turn.is_none() {
                self.ring.begin(block, count, handed);
            }
            let mut keep = |op| {
                self.ring.add(handed, 0, op);
                Ok(())
            };
            let mut back: &mut (dyn FnMut(Op) -> Result<(), Stop> + Send) = match &mut turn {
                Some(back) => &mut back.apply,
                None => &mut keep,
            };
            let back = &mut back;
            let run = iterations::<S, _, _, _, _>(place, pieces, &mut index, front, back, &fold);
            let end = end(index, run);
            progress.leave();
            let scope = self.scope.iteration(index, Some(self.ring.last()));
            match turn {
                Some(back) => self.ring.finish_turn(block, back, end, &scope),
                None => self
                    .ring
                    .finish(block, handed, end, Charge::default(), &scope),
            }
        } else if let Some(mut back) = turn {
            let apply = &mut back.apply;
            let run = iterations::<S, _, _, _, _>(place, pieces, &mut index, front, apply, &fold);
            let end = end(index, run);
            progress.leave();
            let scope = self.scope.iteration(index, Some(self.ring.last()));
            self.ring.finish_turn(block, back, end, &scope);
        } else {
            let kept = std::mem::take(handed);
            let (kept, index, run) =
                self.hand_over(block, pieces, kept, progress, holding.as_ref());
            *handed = kept;
            let end = end(index, run);
            progress.leave();
            let scope = self.scope.iteration(index, Some(self.ring.last()));
            let charge = holding.map(G::end).unwrap_or_default();
            self.ring.finish(block, handed, end, charge, &scope);
        }
    }

    /// Runs the iterations of a block whose turn has not come, and adds what they
    /// hand over to `handed`; gives it back, the iteration that ended it, and
    /// how. By value, `handed` can live in registers.
    #[inline]
    fn hand_over(
        &self,
        block: Block,
        (pieces, count): (impl Iterator<Item = S::Piece>, usize),
        mut handed: R::Handed,
        progress: &Progress,
        holding: Option<&Holding>,
    ) -> (R::Handed, u64, Result<(), Stop>) {
        let is_open = self.scope.run.watch().is_open();
        let mut index = block.start;
        let run = catch_unwind(AssertUnwindSafe(|| {
            self.ring.begin(block, count, &mut handed);
            for piece in pieces {
                if let Some(holding) = holding {
                    holding.clear();
                }
                let scope = self.scope.iteration(index, Some(self.ring.last()));
                let place = (index - block.start) as u32;
                let mut sink = |op| {
                    self.scope.run.uses()?;
                    // What is applied now may be of any iteration.
                    progress.leave();
                    let charge = hand::hand_on::<Op>();
                    let op = (place, op);
                    let end = self.ring.push(block, &mut handed, op, charge, &scope);
                    self.fold();
                    progress.reach(block.start);
                    end
                };
                let end = (self.front)(S::finish(piece), &scope, &mut Turn::new(&mut sink))?;
                if !is_open {
                    self.scope.run.uses()?;
                }
                if let Some(op) = end {
                    self.ring.add(&mut handed, place, op);
                }
                index += 1;
            }
            Ok(())
        }));
        let run = run.unwrap_or_else(|payload| Err(trace::panicked(&*payload)));
        (handed, index, run)
    }
}

impl<S, Op, F, R, G> Job for Region<'_, S, Op, F, R, G>
where
    S: Split,
    Op: Send,
    F: Fn(S::Item, &Scope<'_>, &mut Turn<'_, Op>) -> Result<Option<Op>, Stop> + Sync,
    R: Ring<Op>,
    G: Gather<Op>,
{
    fn available(&self) -> bool {
        !self.ended()
            && self.ring.has_room(self.blocks.load(Ordering::Relaxed))
            && self.has_memory()
            && (S::CUTS || !matches!(self.source.try_lock(), Err(TryLockError::WouldBlock)))
    }

    fn visit(&self) {
        self.visitors.fetch_add(1, Ordering::Relaxed);
        let mut room = self.room();
        let entered = room.progress.enter();
        if let Some(telling) = &self.telling {
            telling.stolen();
        }
        while matches!(self.step(&mut room), Step::Done) {}
        drop(entered);
        self.visitors.fetch_sub(1, Ordering::Release);
    }
}
