//! Rows on several threads.
//!
//! A thread claims the next band of rows and runs it tile by tile. *Columns are
//! counted askew*: by the skew further to the right in each row. Then all that a
//! cell needs stands in the same row before it, or in an earlier row and no
//! further to the right: so before a tile the bands before have to be behind its
//! end, each of which tells how far it is. Bands are claimed in order, so the
//! first one that is not over never waits, and nobody waits for ever.
//!
//! *Source.* Wolfe, "Loop skewing: the wavefront method revisited", International
//! Journal of Parallel Programming 15, 1986.

use std::sync::PoisonError;
use std::time::Instant;

use super::alone::{self, Begun, SHORT};
use super::diary::Diary;
use super::lane::Lane;
use super::shape::Shape;
use super::shuffled;
use super::tiles::Tile;
use crate::control::context::{self, Context};
use crate::executor::help::board::Job;
use crate::executor::memory::budget::Budget;
use crate::executor::{Position, Scope, Stop};
use crate::observe::TellingLoop;
use crate::sync::Mutex;
use crate::sync::atomic::{AtomicI64, AtomicU64, AtomicUsize, Ordering};
use crate::sync::{spin_loop, yield_now};

/// Runs the cells of `shape`.
///
/// # Errors
///
/// The failure that the loops would have met first.
pub(super) fn run(scope: &Scope<'_>, shape: &impl Shape, skew: Option<usize>) -> Result<(), Stop> {
    if let Some(seeded) = scope.run.seeded().filter(|_| !shape.is_in_order()) {
        return shuffled::run(scope, shape, skew, seeded);
    }
    let (site, count) = (shape.site(), shape.iterations());
    let telling = scope.run.telling();
    let telling = telling.map(|telling| telling.loop_began(site, Some(count), None));
    let began = telling.is_some().then(Instant::now);
    match alone::rows(scope, shape)? {
        Some(begun) => together(scope, shape, skew, &begun, telling.as_ref())?,
        None => {
            if let (Some(telling), Some(began)) = (&telling, began) {
                telling.iterations(0, count as u64, began);
            }
        }
    }
    Ok(())
}

/// Runs what is left with whoever helps.
pub(super) fn together<S: Shape>(
    scope: &Scope<'_>,
    shape: &S,
    skew: Option<usize>,
    begun: &Begun,
    telling: Option<&TellingLoop<'_>>,
) -> Result<(), Stop> {
    let run = scope.run;
    let rows = shape.rows() - begun.row;
    let size = (rows, begun.columns);
    let tile = Tile::of(size, begun.each, run.threads(), skew.is_some());
    let position = scope.position();
    let count = rows.div_ceil(tile.height);
    let bands = Bands {
        scope,
        shape,
        skew,
        tile,
        first: (begun.row, begun.next),
        position: position.clone(),
        outside: context::current(),
        claimed: AtomicUsize::new(1),
        ended: AtomicUsize::new(0),
        over: AtomicUsize::new(0),
        reached: (0..count)
            .map(|_| Reached(AtomicI64::new(i64::MIN)))
            .collect(),
        failed: AtomicU64::new(u64::MAX),
        failure: Mutex::new(None),
        telling,
    };
    let posted = run.post(&bands, position.clone());
    bands.work(Some(begun.since));
    posted.shut();
    let end = position.child(shape.rows() as u64);
    run.wait(&end, || bands.ended.load(Ordering::Acquire) == count);
    drop(posted);
    shape.site().pace.learn(true, begun.since.elapsed(), SHORT);
    let failure = bands.failure.into_inner();
    match failure.unwrap_or_else(PoisonError::into_inner) {
        Some((_, stop)) => Err(stop),
        None => Ok(()),
    }
}

/// How far a band is: all of its steps before this column have run. On a cache
/// line of its own, as others look at it all the time.
#[repr(align(64))]
struct Reached(AtomicI64);

/// A nest that several threads run.
struct Bands<'a, S> {
    scope: &'a Scope<'a>,
    shape: &'a S,
    skew: Option<usize>,
    tile: Tile,
    /// The first row, and how many of its steps have run.
    first: (usize, usize),
    position: Position,
    /// What the nest answers to.
    outside: Option<Context>,
    /// How many bands have been claimed, the first one by the calling thread,
    claimed: AtomicUsize,
    /// how many are over,
    ended: AtomicUsize,
    /// and how many of the first ones are.
    over: AtomicUsize,
    reached: Box<[Reached]>,
    /// The first row that has failed, and how.
    failed: AtomicU64,
    failure: Mutex<Option<(usize, Stop)>>,
    /// Whoever is told of the nest.
    telling: Option<&'a TellingLoop<'a>>,
}

impl<S: Shape> Bands<'_, S> {
    /// Runs bands until there is none left to claim; first, if the nest `began` on
    /// this thread, the one that goes on with it.
    fn work(&self, mut began: Option<Instant>) {
        let mut lanes = Vec::new();
        loop {
            let band = match began {
                Some(_) => 0,
                None => self.claimed.fetch_add(1, Ordering::Relaxed),
            };
            let Some(reached) = self.reached.get(band) else {
                return;
            };
            self.open(band, &mut lanes);
            let first = lanes.first();
            let mut diary = Diary::open(self.telling, self.shape, first, began.take());
            match self.skew {
                Some(skew) => self.chained(band, skew, &mut lanes, &mut diary),
                None => self.free(&mut lanes, &mut diary),
            }
            diary.close();
            reached.0.store(i64::MAX, Ordering::Release);
            self.ended.fetch_add(1, Ordering::AcqRel);
            self.scope.run.bump();
        }
    }

    /// The rows of `band`, as far as they matter.
    fn open(&self, band: usize, lanes: &mut Vec<Lane<S::Local>>) {
        let (first, next) = self.first;
        let begin = first + band * self.tile.height;
        let end = self.shape.rows().min(begin + self.tile.height);
        lanes.clear();
        for row in begin..end {
            if self.is_pointless(row) {
                return;
            }
            match Lane::new(self.shape, row) {
                Ok(mut lane) => {
                    lane.next = if row == first { next } else { 0 };
                    lanes.push(lane);
                }
                Err(stop) => return self.fail(row, stop),
            }
        }
    }

    /// Runs rows that need no others, one after the other.
    fn free(&self, lanes: &mut [Lane<S::Local>], diary: &mut Diary<'_>) {
        for lane in lanes {
            while !lane.is_over() {
                let end = lane.next.saturating_add(self.tile.width);
                if !self.advance(lane, end.min(lane.len())) {
                    return;
                }
            }
            diary.row(self.shape, lane);
        }
    }

    /// Runs rows that need those before them, tile by tile. A bare one runs when all
    /// before it are over, and those after it wait for that.
    fn chained(
        &self,
        band: usize,
        skew: usize,
        lanes: &mut Vec<Lane<S::Local>>,
        diary: &mut Diary<'_>,
    ) {
        loop {
            for lane in lanes.extract_if(.., |lane| lane.is_over()) {
                diary.row(self.shape, &lane);
            }
            let bare = lanes.iter().position(Lane::is_bare);
            let open = bare.map_or(lanes.len(), |at| at.max(1));
            let next = lanes[..open].iter().map(|lane| lane.askew(skew)).min();
            let Some(next) = next else { return };
            let reached = bare.map_or(next, |_| i64::MIN);
            self.reached[band].0.store(reached, Ordering::Release);
            self.scope.run.bump();
            let until = next.saturating_add(self.tile.width as i64);
            if !self.wait(band, until, lanes[0].row, diary) {
                return;
            }
            let failed = lanes[..open].iter_mut().position(|lane| {
                let end = lane.before(until, skew);
                end > lane.next && !self.advance(lane, end)
            });
            if let Some(failed) = failed {
                lanes.truncate(failed);
            }
        }
    }

    /// Runs the steps of a row up to number `end`, if that has a point; gives
    /// whether the row goes on.
    fn advance(&self, lane: &mut Lane<S::Local>, end: usize) -> bool {
        if self.is_pointless(lane.row) {
            return false;
        }
        let looked = self.scope.run.next();
        let looked = looked.map_err(|stop| self.shape.failed(stop, lane.row, lane.cell()));
        let run = looked.and_then(|()| {
            let last = Some(&self.failed);
            lane.run(self.shape, self.scope, last, end)
        });
        match run {
            Ok(()) => true,
            Err(stop) => {
                self.fail(lane.row, stop);
                false
            }
        }
    }

    /// Waits until all bands before `band` are behind the column `until`; gives
    /// whether that still matters for `row`.
    fn wait(&self, band: usize, until: i64, row: usize, diary: &mut Diary<'_>) -> bool {
        // About as long as it takes to be woken; a model has to do without.
        const SPINS: usize = if cfg!(loom) { 0 } else { 1024 };
        const YIELDS: usize = if cfg!(loom) { 0 } else { 16 };
        let may_go = || self.are_behind(band, until) || self.is_pointless(row);
        if may_go() {
            return !self.is_pointless(row);
        }
        diary.wait(|| {
            let may_go_now = (0..SPINS + YIELDS).any(|look| {
                if look < SPINS {
                    spin_loop();
                } else {
                    yield_now();
                }
                may_go()
            });
            if !may_go_now {
                let place = self.position.child(row as u64);
                self.scope.run.wait(&place, may_go);
            }
        });
        !self.is_pointless(row)
    }

    /// Whether all bands before `band` are behind the column `until`.
    fn are_behind(&self, band: usize, until: i64) -> bool {
        let reached = |band: usize| self.reached[band].0.load(Ordering::Acquire);
        let known = self.over.load(Ordering::Acquire);
        let mut over = known;
        while over < band && reached(over) == i64::MAX {
            over += 1;
        }
        if over > known {
            // ThreadSanitizer does not know `fetch_max`. Who is late says nothing new.
            let _ = self
                .over
                .compare_exchange(known, over, Ordering::AcqRel, Ordering::Relaxed);
        }
        (over..band).all(|band| reached(band) >= until)
    }

    /// Whether `row` comes after one that has failed.
    fn is_pointless(&self, row: usize) -> bool {
        row as u64 > self.failed.load(Ordering::Relaxed)
    }

    fn fail(&self, row: usize, stop: Stop) {
        let mut failure = self.failure.lock().unwrap_or_else(PoisonError::into_inner);
        if failure.as_ref().is_none_or(|(first, _)| row < *first) {
            *failure = Some((row, stop));
            self.failed.store(row as u64, Ordering::Relaxed);
        }
    }
}

impl<S: Shape> Job for Bands<'_, S> {
    fn available(&self) -> bool {
        self.claimed.load(Ordering::Relaxed) < self.reached.len()
            && self.failed.load(Ordering::Relaxed) == u64::MAX
    }

    fn visit(&self) {
        let _entered = self.outside.clone().map(Context::enter);
        let _holding = self.scope.run.budget().map(Budget::outside);
        if let Some(telling) = self.telling {
            telling.stolen();
        }
        self.work(None);
    }
}
