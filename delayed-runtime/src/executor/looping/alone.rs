//! What a loop does before it asks for help.

use std::iter;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use super::pace::Limits;
use crate::executor::gather::ring::Turn;
use crate::executor::gather::{Fold, Gather, InTurn};
use crate::executor::run::{Run, Stop};
use crate::executor::scope::Scope;
use crate::executor::site::LoopSite;
use crate::executor::trace;
use crate::observe::TellingLoop;
use crate::source::Split;
use crate::sync::atomic::AtomicU64;

/// How long the calling thread works by itself before it asks for help, which
/// costs some microseconds.
enum Alone {
    /// To the end.
    Always,
    /// Until it is clear that the loop is worth it; a look at the clock each time
    /// there are so many times as many iterations.
    Until { worth: Worth, growth: usize },
    /// Not at all.
    Never,
}

/// When a loop is worth asking for help.
#[derive(Clone, Copy)]
enum Worth {
    /// When it has taken so long.
    After(Duration),
    /// Then, or as soon as a helper is there who was asked for.
    Joined(Duration),
    /// When what is left will take so long if it goes on like that.
    Before(Duration),
}

impl Worth {
    /// Whether it is, when `count` iterations took so long and at most so many
    /// are left.
    fn is_reached(self, run: &Run, count: u64, took: Duration, left: Option<usize>) -> bool {
        match self {
            Self::After(most) => took > most,
            Self::Joined(most) => took > most || run.is_watched(),
            Self::Before(least) => {
                let left = left.map_or(u128::MAX, |left| left as u128);
                let ahead = took.as_nanos().saturating_mul(left);
                took > TELLING && ahead > least.as_nanos() * u128::from(count)
            }
        }
    }
}

/// What a pipeline may lose that is over before anybody could have helped.
const WHILE: Duration = Duration::from_micros(10);
/// What a loop may lose that was short the last time: a sleeping thread takes
/// about so long to wake up and find that there is nothing left to do.
const SHORT: Limits = Limits {
    helped: Duration::from_micros(30),
    alone: Duration::from_micros(40),
};
/// What has to be left where a helper is awake and waits for work: it is there in
/// less than a microsecond.
const MOMENT: Duration = Duration::from_micros(2);
/// What takes less is no measure of anything: the clock takes a tenth of it.
const TELLING: Duration = Duration::from_nanos(250);
/// With so many iterations for each thread, that one of them is run before help
/// is asked for costs little.
const MANY: usize = 8;

impl Alone {
    fn of<S: Split>(scope: &Scope<'_>, site: &LoopSite, source: &S) -> Self {
        let most = source.at_most();
        let many = MANY * scope.run.threads();
        let is_many = most.is_some_and(|most| most >= many);
        if scope.run.is_serial() || most.is_some_and(|most| most <= 1) {
            Self::Always
        } else if source.is_at_hand() && is_many && scope.run.is_watched() {
            let (worth, growth) = (Worth::Before(MOMENT), 2);
            Self::Until { worth, growth }
        } else if site.pace.is_short() {
            let (worth, growth) = (Worth::After(SHORT.alone), 4);
            Self::Until { worth, growth }
        } else if source.is_at_hand() && is_many {
            let worth = if site.pace.is_long() {
                // Somebody will be awake by the time there is something to do.
                scope.run.ask();
                Worth::Joined(WHILE)
            } else {
                Worth::After(WHILE)
            };
            Self::Until { worth, growth: 2 }
        } else {
            Self::Never
        }
    }
}

/// Runs the iterations of `pieces`, `count` at most, the first of which is `index`: each one's
/// front, then its back, or with what others hand over first. What comes after
/// the iteration `last` is pointless.
#[inline]
pub(crate) fn iterations<S, Op, F, B, L>(
    (scope, site, last): (&Scope<'_>, &LoopSite, Option<&AtomicU64>),
    (pieces, count): (impl Iterator<Item = S::Piece>, usize),
    index: &mut u64,
    front: &F,
    back: &mut B,
    fold: &L,
) -> Result<(), Stop>
where
    S: Split,
    Op: Send,
    F: Fn(S::Item, &Scope<'_>, &mut Turn<'_, Op>) -> Result<Option<Op>, Stop>,
    B: FnMut(Op) -> Result<(), Stop> + Send,
    L: Fold<Op> + Sync,
{
    let is_open = scope.run.watch().is_open();
    let begin = *index;
    let mut left = (begin, L::Kept::default());
    let run = catch_unwind(AssertUnwindSafe(|| {
        let mut now = InTurn::begin(begin, fold.begin(begin, count), &mut left);
        for piece in pieces {
            if !is_open {
                scope.run.next()?;
            }
            let scope = scope.iteration(now.index, last);
            let mut sink = |op| {
                scope.run.uses()?;
                trace::in_turn(site, || fold.add(&mut now.kept, back, op))
            };
            let last = front(S::finish(piece), &scope, &mut Turn::new(&mut sink))?;
            if !is_open {
                scope.run.uses()?;
            }
            if let Some(op) = last {
                fold.add(&mut now.kept, back, op)?;
            }
            now.index += 1;
        }
        Ok(())
    }));
    let run = run.unwrap_or_else(|payload| Err(trace::panicked(&*payload)));
    let (reached, kept) = left;
    *index = reached;
    let Some(kept) = L::end(kept) else {
        return run;
    };
    // It is of the iterations before the one that failed.
    let applied = catch_unwind(AssertUnwindSafe(|| back(kept)));
    let applied = applied.unwrap_or_else(|payload| Err(trace::panicked(&*payload)));
    if applied.is_err() {
        *index = begin;
    }
    applied.and(run)
}

/// Runs the next `count` iterations, or as many as there are.
#[inline]
fn some<S, Op, F, B, L>(
    place: (&Scope<'_>, &LoopSite, Option<&AtomicU64>),
    source: &mut S,
    count: usize,
    index: &mut u64,
    front: &F,
    back: &mut B,
    fold: &L,
) -> Result<(), Stop>
where
    S: Split,
    Op: Send,
    F: Fn(S::Item, &Scope<'_>, &mut Turn<'_, Op>) -> Result<Option<Op>, Stop>,
    B: FnMut(Op) -> Result<(), Stop> + Send,
    L: Fold<Op> + Sync,
{
    if S::CUTS {
        // What is cut off is this thread's own, and may live in registers.
        let mut cut = source.cut(count);
        let pieces = iter::from_fn(|| cut.pull());
        iterations::<S, _, _, _, _>(place, (pieces, count), index, front, back, fold)
    } else {
        let pieces = iter::from_fn(|| source.pull()).take(count);
        iterations::<S, _, _, _, _>(place, (pieces, count), index, front, back, fold)
    }
}

/// A loop that somebody is told of…
struct Told<'a> {
    telling: &'a TellingLoop<'a>,
    /// …up to this iteration,
    first: u64,
    /// …which began then.
    began: Instant,
}

/// Whoever is told of a loop should not wait much longer for the next word.
const OFTEN: Duration = Duration::from_millis(1);

impl Told<'_> {
    /// Tells of the iterations before `index`; gives how long they took.
    fn until(&mut self, index: u64) -> Duration {
        if index > self.first {
            let count = index - self.first;
            self.telling.iterations(self.first, count, self.began);
        }
        let (now, before) = (Instant::now(), self.began);
        (self.first, self.began) = (index, now);
        now - before
    }
}

/// What was done before help was asked for.
pub(crate) struct Begun<'a> {
    /// The iterations.
    pub(crate) count: u64,
    /// When the loop began.
    pub(crate) since: Instant,
    /// How long they took.
    pub(crate) took: Duration,
    /// Whoever is told of the loop.
    pub(crate) telling: Option<TellingLoop<'a>>,
}

impl Begun<'_> {
    /// A loop is over for which help was asked for.
    pub(crate) fn ended(since: Instant, site: &LoopSite) {
        site.pace.learn(true, since.elapsed(), SHORT);
    }
}

/// The loop as the user wrote it: each iteration's front, then its back. Gives
/// what was done if the loop is not over and others should help.
pub(crate) fn alone<'a, S, Op, F, B, G>(
    scope: &'a Scope<'_>,
    site: &'a LoopSite,
    source: &mut S,
    front: &F,
    back: &mut B,
    gather: &G,
) -> Result<Option<Begun<'a>>, Stop>
where
    S: Split,
    Op: Send,
    F: Fn(S::Item, &Scope<'_>, &mut Turn<'_, Op>) -> Result<Option<Op>, Stop>,
    B: FnMut(Op) -> Result<(), Stop> + Send,
    G: Gather<Op>,
{
    let telling = scope.run.telling();
    let telling = telling.map(|telling| telling.source_loop_began(site, source));
    let (worth, growth) = match Alone::of(scope, site, source) {
        Alone::Always => (None, 2),
        Alone::Until { worth, growth } => (Some(worth), growth),
        Alone::Never => {
            return Ok(Some(Begun {
                count: 0,
                since: Instant::now(),
                took: Duration::ZERO,
                telling,
            }));
        }
    };
    let since = worth.map(|_| Instant::now());
    let mut index = 0_u64;
    let mut told = telling.as_ref().map(|telling| Told {
        telling,
        first: 0,
        began: Instant::now(),
    });
    let budget = scope.run.budget();
    let place = (scope, site, None);
    let mut run = || {
        let mut count: usize = 1;
        let mut before = Duration::ZERO;
        loop {
            let mut is_long = false;
            let until = index.saturating_add(count as u64);
            let holding = budget.map(|budget| budget.alone(site));
            let fold = gather.fold();
            some(place, source, count, &mut index, front, back, &fold)?;
            drop(holding);
            if index < until {
                if let Some(told) = &told {
                    told.telling.read(source.bytes_read());
                }
                return Ok(None);
            }
            if let (Some(since), Some(worth)) = (since, worth) {
                let took = since.elapsed();
                if worth.is_reached(scope.run, index, took, source.at_most()) {
                    return Ok(Some((since, took)));
                }
                // Who was asked for should not wait for what is done at once.
                is_long = matches!(worth, Worth::Joined(_)) && took - before > MOMENT;
                before = took;
            }
            is_long |= told.as_mut().is_some_and(|told| {
                told.telling.read(source.bytes_read());
                told.until(index) > OFTEN
            });
            // Under a limit, each iteration has hands of its own.
            let is_one = is_long || budget.is_some();
            count = count.saturating_mul(if is_one { 1 } else { growth });
        }
    };
    let run = run();
    if let Some(told) = &mut told {
        told.until(index);
    }
    if let (Some(since), Ok(None)) = (since, &run) {
        let took = since.elapsed();
        site.pace.learn(false, took, SHORT);
        if took > MOMENT && scope.run.lacks_helpers() {
            scope.run.worked_alone(took);
        }
    }
    match run {
        Ok(begun) => Ok(begun.map(|(since, took)| Begun {
            count: index,
            since,
            took,
            telling,
        })),
        Err(Stop::Break) => Ok(None),
        Err(stop) => Err(trace::within(stop, site, index)),
    }
}
