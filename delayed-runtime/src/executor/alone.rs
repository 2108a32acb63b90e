//! What a loop does before it asks for help.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use super::ring::Turn;
use super::run::Stop;
use super::scope::Scope;
use super::site::LoopSite;
use super::trace;
use crate::source::Split;

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
    site: &LoopSite,
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
    let is_open = scope.run.watch().is_open();
    while let Some(piece) = source.pull() {
        if !is_open {
            scope.run.next()?;
        }
        let scope = scope.iteration(*index, None);
        let mut sink = |op| trace::in_turn(site, || back(op));
        let last = front(S::finish(piece), &scope, &mut Turn::new(&mut sink))?;
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
pub(crate) fn alone<S, Op, F, B>(
    scope: &Scope<'_>,
    site: &LoopSite,
    source: &mut S,
    front: &F,
    back: &mut B,
) -> Result<Option<Begun>, Stop>
where
    S: Split,
    F: Fn(S::Item, &Scope<'_>, &mut Turn<'_, Op>) -> Result<Option<Op>, Stop>,
    B: FnMut(Op) -> Result<(), Stop> + Send,
{
    let begin = match Alone::of(scope, source) {
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
        while iterations(scope, site, source, count, &mut index, front, back)? {
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
