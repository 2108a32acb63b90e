//! One loop: claim a block of iterations, run their fronts, fold them in order.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, TryLockError};

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
pub fn for_each<S, Op, F, B>(
    scope: &Scope<'_>,
    site: &LoopSite,
    source: S,
    front: F,
    back: B,
) -> Result<(), Stop>
where
    S: Split,
    Op: Send,
    F: Fn(S::Item, &Scope<'_>, &mut Turn<'_, Op>) -> Result<Option<Op>, Stop> + Sync,
    B: FnMut(Op) -> Result<(), Stop> + Send,
{
    if scope.run.is_serial() {
        serial(scope, site, source, front, back)
    } else {
        parallel(scope, site, source, front, back)
    }
}

/// The loop as the user wrote it: each iteration's front, then its back.
fn serial<S, Op, F, B>(
    scope: &Scope<'_>,
    site: &LoopSite,
    mut source: S,
    front: F,
    mut back: B,
) -> Result<(), Stop>
where
    S: Split,
    F: Fn(S::Item, &Scope<'_>, &mut Turn<'_, Op>) -> Result<Option<Op>, Stop>,
    B: FnMut(Op) -> Result<(), Stop> + Send,
{
    let mut index = 0;
    let run = catch_unwind(AssertUnwindSafe(|| {
        while let Some(piece) = source.pull() {
            let scope = scope.iteration(index, None);
            let last = front(S::finish(piece), &scope, &mut Turn::new(&mut back))?;
            if let Some(op) = last {
                back(op)?;
            }
            index += 1;
        }
        Ok(())
    }));
    match run.unwrap_or_else(|payload| Err(trace::panicked(&*payload))) {
        Ok(()) | Err(Stop::Break) => Ok(()),
        Err(stop) => Err(trace::within(stop, site, index)),
    }
}

fn parallel<S, Op, F, B>(
    scope: &Scope<'_>,
    site: &LoopSite,
    source: S,
    front: F,
    back: B,
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
        claimed: AtomicU64::new(0),
        blocks: AtomicU64::new(0),
        exhausted: AtomicBool::new(false),
        in_flight: AtomicUsize::new(0),
        block: BlockSize::new(most_in_block, most, run.threads()),
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
        let mut source = match self.source.try_lock() {
            Ok(source) => source,
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(TryLockError::WouldBlock) => return Step::Blocked,
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
        let failure = self.pull(&mut source, size, &mut room.pieces);
        let claimed = block.start + room.pieces.len() as u64 + u64::from(failure.is_some());
        self.blocks.store(block.number + 1, Ordering::Relaxed);
        self.claimed.store(claimed, Ordering::Release);
        drop(source);
        self.scope.run.bump();
        if self.scope.run.lacks_helpers() && self.available() {
            self.scope.run.ask();
        }
        self.iterate(block, room, failure);
        self.in_flight.fetch_sub(1, Ordering::AcqRel);
        self.scope.run.bump();
        Step::Done
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
    fn iterate(&self, block: Block, room: &mut Room<S::Piece, Op>, failure: Option<Stop>) {
        let Room { pieces, handed } = room;
        let size = pieces.len();
        let clock = self.block.clock(size);
        let mut index = block.start;
        let run = catch_unwind(AssertUnwindSafe(|| {
            for piece in pieces.drain(..) {
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
        pieces.clear();
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
            && !matches!(self.source.try_lock(), Err(TryLockError::WouldBlock))
    }

    fn visit(&self) {
        let mut room = Room::new();
        while matches!(self.step(&mut room), Step::Done) {}
    }
}
