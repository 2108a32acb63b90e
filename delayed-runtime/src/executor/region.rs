//! One loop: claim a block of iterations, run their fronts, fold them in order.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};
use std::time::{Duration, Instant};

use super::block::BlockSize;
use super::board::Job;
use super::ordered::{Block, Handed, Ordered, Turn};
use super::run::Stop;
use super::scope::Scope;
use super::site::LoopSite;
use super::trace;
use crate::source::Split;

/// Runs a loop: `front` makes the values of an iteration and may run beside
/// other iterations; `back` takes them, one iteration after the other.
///
/// # Errors
///
/// The failure that the serial loop would have met first.
pub fn for_each<S, Item, Op, F, B>(
    scope: &Scope<'_>,
    site: &LoopSite,
    source: S,
    front: F,
    back: B,
) -> Result<(), Stop>
where
    // By a name of its own, an item's type is not wrong once more where `S` is.
    S: Split<Item = Item>,
    Op: Send,
    F: Fn(Item, &Scope<'_>, &mut Turn<'_, Op>) -> Result<Option<Op>, Stop> + Sync,
    B: FnMut(Op) -> Result<(), Stop> + Send,
{
    let (mut source, mut back) = (source, back);
    let alone = Alone::of(scope, &source);
    match serial(scope, site, &mut source, &front, &mut back, &alone)? {
        Some(begun) => parallel(scope, site, source, front, back, &begun),
        None => Ok(()),
    }
}

/// How long the calling thread works by itself before it asks for help, which
/// costs some microseconds.
enum Alone {
    /// To the end.
    Always,
    /// Until it is clear that the loop is worth it.
    ForAWhile,
    /// Not at all.
    Never,
}

/// What a pipeline may lose that is over before anybody could have helped.
const WHILE: Duration = Duration::from_micros(10);
/// With so many iterations for each thread, that one of them is run before help
/// is asked for costs little.
const MANY: usize = 8;

impl Alone {
    fn of<S: Split>(scope: &Scope<'_>, source: &S) -> Self {
        let most = source.at_most();
        let many = MANY * scope.run.threads();
        if scope.run.is_serial() || most.is_some_and(|most| most <= 1) {
            Self::Always
        } else if source.is_at_hand() && most.is_some_and(|most| most >= many) {
            Self::ForAWhile
        } else {
            Self::Never
        }
    }
}

/// Runs `count` iterations, the first of which is `index`; gives whether there
/// were as many.
#[inline]
fn iterations<S, Op, F, B>(
    scope: &Scope<'_>,
    source: &mut S,
    count: u64,
    index: &mut u64,
    front: &F,
    back: &mut B,
) -> Result<bool, Stop>
where
    S: Split,
    F: Fn(S::Item, &Scope<'_>, &mut Turn<'_, Op>) -> Result<Option<Op>, Stop>,
    B: FnMut(Op) -> Result<(), Stop> + Send,
{
    let until = index.saturating_add(count);
    while let Some(piece) = source.pull() {
        let scope = scope.iteration(*index, None);
        let last = front(S::finish(piece), &scope, &mut Turn::new(back))?;
        if let Some(op) = last {
            back(op)?;
        }
        *index += 1;
        if *index == until {
            return Ok(true);
        }
    }
    Ok(false)
}

/// What was done before help was asked for.
pub(crate) struct Begun {
    /// The iterations.
    pub(crate) count: u64,
    /// How long they took.
    pub(crate) took: Duration,
}

/// The loop as the user wrote it: each iteration's front, then its back. Gives
/// what was done if the loop is not over and others should help.
fn serial<S, Op, F, B>(
    scope: &Scope<'_>,
    site: &LoopSite,
    source: &mut S,
    front: &F,
    back: &mut B,
    alone: &Alone,
) -> Result<Option<Begun>, Stop>
where
    S: Split,
    F: Fn(S::Item, &Scope<'_>, &mut Turn<'_, Op>) -> Result<Option<Op>, Stop>,
    B: FnMut(Op) -> Result<(), Stop> + Send,
{
    let begin = match alone {
        Alone::Always => None,
        Alone::ForAWhile => Some(Instant::now()),
        Alone::Never => {
            return Ok(Some(Begun {
                count: 0,
                took: Duration::ZERO,
            }));
        }
    };
    let mut index = 0;
    let run = catch_unwind(AssertUnwindSafe(|| {
        let mut count = 1;
        while iterations(scope, source, count, &mut index, front, back)? {
            if let Some(begin) = begin {
                let took = begin.elapsed();
                if took > WHILE {
                    return Ok(Some(Begun { count: index, took }));
                }
            }
            count *= 2;
        }
        Ok(None)
    }));
    match run.unwrap_or_else(|payload| Err(trace::panicked(&*payload))) {
        Ok(left) => Ok(left),
        Err(Stop::Break) => Ok(None),
        Err(stop) => Err(trace::within(stop, site, index)),
    }
}

fn parallel<S, Op, F, B>(
    scope: &Scope<'_>,
    site: &LoopSite,
    source: S,
    front: F,
    back: B,
    begun: &Begun,
) -> Result<(), Stop>
where
    S: Split,
    Op: Send,
    F: Fn(S::Item, &Scope<'_>, &mut Turn<'_, Op>) -> Result<Option<Op>, Stop> + Sync,
    B: FnMut(Op) -> Result<(), Stop> + Send,
{
    let run = scope.run;
    let position = scope.position();
    let most = source.at_most();
    let limits = run.limits::<Op, S::Piece>();
    let slots = most.map_or(limits.slots, |most| {
        limits.slots.min(most.saturating_add(1))
    });
    // What waits, or answers to what was done with the item before, is pulled
    // when there is somebody to work on it.
    let most_in_block = if source.is_at_hand() { limits.block } else { 1 };
    let region = Region {
        scope,
        site,
        source: Mutex::new(source),
        claimed: AtomicU64::new(begun.count),
        blocks: AtomicU64::new(0),
        exhausted: AtomicBool::new(false),
        in_flight: AtomicUsize::new(0),
        block: BlockSize::new(most_in_block, most, run.threads(), begun),
        front,
        ordered: Ordered::new(site, slots, back),
    };
    let posted = run.post(&region, position.clone());
    let mut room = Room::new();
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
    posted.shut();
    let here = position.child(region.claimed.load(Ordering::Relaxed));
    run.wait(&here, || region.in_flight.load(Ordering::Acquire) == 0);
    drop(posted);
    let is_complete = region.exhausted.into_inner();
    match region.ordered.into_failure() {
        Some(Stop::Break) => Ok(()),
        Some(stop) => Err(stop),
        None if is_complete => Ok(()),
        // A loop that was cut short has a result that nobody may build on.
        None => Err(Stop::Abandoned),
    }
}

/// A loop that several threads run.
struct Region<'a, S, Op, F, B> {
    scope: &'a Scope<'a>,
    site: &'a LoopSite,
    /// Pulled by one thread at a time, in order.
    source: Mutex<S>,
    /// How many iterations have been claimed, and in how many blocks. Written
    /// under the source's lock.
    claimed: AtomicU64,
    blocks: AtomicU64,
    exhausted: AtomicBool,
    /// Claimed blocks that have not ended.
    in_flight: AtomicUsize,
    block: BlockSize,
    front: F,
    ordered: Ordered<'a, Op, B>,
}

enum Step {
    /// One block was run.
    Done,
    /// There may be more, but not now: the window is full or the source busy.
    Blocked,
    /// Nothing is left to claim.
    Ended,
}

/// What a thread uses again for each block that it runs.
struct Room<P, Op> {
    pieces: Vec<P>,
    handed: Handed<Op>,
}

impl<P, Op> Room<P, Op> {
    fn new() -> Self {
        Self {
            pieces: Vec::new(),
            handed: Vec::new(),
        }
    }
}

impl<S, Op, F, B> Region<'_, S, Op, F, B>
where
    S: Split,
    Op: Send,
    F: Fn(S::Item, &Scope<'_>, &mut Turn<'_, Op>) -> Result<Option<Op>, Stop> + Sync,
    B: FnMut(Op) -> Result<(), Stop> + Send,
{
    /// Whether there is nothing left to claim.
    fn ended(&self) -> bool {
        self.exhausted.load(Ordering::Acquire)
            || !self.ordered.wanted(self.claimed.load(Ordering::Relaxed))
            || self.scope.abandoned()
    }

    /// Claims and runs one block.
    fn step(&self, room: &mut Room<S::Piece, Op>) -> Step {
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
        if !self.ordered.has_room(block.number) {
            return Step::Blocked;
        }
        self.in_flight.fetch_add(1, Ordering::Relaxed);
        let size = self.block.next(block.start);
        if S::CUTS {
            let mut cut = source.cut(size);
            let count = cut.at_most().unwrap_or(size);
            if count < size {
                self.exhausted.store(true, Ordering::Release);
            }
            self.claim(source, block, count);
            self.iterate(
                block,
                std::iter::from_fn(|| cut.pull()),
                count,
                &mut room.handed,
                None,
            );
        } else {
            let failure = self.pull(&mut source, size, &mut room.pieces);
            let count = room.pieces.len();
            self.claim(source, block, count + usize::from(failure.is_some()));
            self.iterate(
                block,
                room.pieces.drain(..),
                count,
                &mut room.handed,
                failure,
            );
        }
        self.in_flight.fetch_sub(1, Ordering::AcqRel);
        self.scope.run.bump();
        Step::Done
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
        block: Block,
        pieces: impl Iterator<Item = S::Piece>,
        size: usize,
        handed: &mut Handed<Op>,
        failure: Option<Stop>,
    ) {
        let clock = self.block.clock(size);
        let mut index = block.start;
        let run = catch_unwind(AssertUnwindSafe(|| {
            for piece in pieces {
                let scope = self.scope.iteration(index, Some(self.ordered.last()));
                let offset = (index - block.start) as u32;
                let mut sink = |op| {
                    handed.push((offset, op));
                    self.ordered.push(block, handed, &scope)
                };
                let end = (self.front)(S::finish(piece), &scope, &mut Turn::new(&mut sink))?;
                handed.extend(end.map(|op| (offset, op)));
                index += 1;
            }
            Ok(())
        }));
        self.block.learn(size, clock);
        let end = run.unwrap_or_else(|payload| Err(trace::panicked(&*payload)));
        let end = end.and_then(|()| failure.map_or(Ok(()), Err));
        let end = end.map_err(|stop| (index, trace::within(stop, self.site, index)));
        let scope = self.scope.iteration(index, Some(self.ordered.last()));
        self.ordered.finish(block, handed, end, &scope);
    }
}

impl<S, Op, F, B> Job for Region<'_, S, Op, F, B>
where
    S: Split,
    Op: Send,
    F: Fn(S::Item, &Scope<'_>, &mut Turn<'_, Op>) -> Result<Option<Op>, Stop> + Sync,
    B: FnMut(Op) -> Result<(), Stop> + Send,
{
    fn available(&self) -> bool {
        !self.ended()
            && self.ordered.has_room(self.blocks.load(Ordering::Relaxed))
            && (S::CUTS || !matches!(self.source.try_lock(), Err(TryLockError::WouldBlock)))
    }

    fn visit(&self) {
        let mut room = Room::new();
        while matches!(self.step(&mut room), Step::Done) {}
    }
}
