//! What the benchmarks share: taking turns, medians, goals, and tiny tasks.

// Each benchmark uses a part.
#![allow(dead_code)]

pub(crate) mod graphs;
pub(crate) mod memory;
pub(crate) mod pipelines;
pub(crate) mod tasks;

use std::fmt;
use std::hint::black_box;
use std::time::Instant;

/// Runs `work` and gives how long it took, in nanoseconds.
pub(crate) fn time<T>(work: impl FnOnce() -> T) -> (T, f64) {
    let start = Instant::now();
    let value = black_box(work());
    (value, start.elapsed().as_secs_f64() * 1e9)
}

/// The middle one.
pub(crate) fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

/// How long several works took that do the same, in rounds.
pub(crate) struct Turns<const N: usize>([Vec<f64>; N]);

impl<const N: usize> Turns<N> {
    /// Runs each of `works` once a round, one after the other, so that a machine
    /// which others use slows down all of them alike; a first round is not
    /// counted. All must give the same.
    pub(crate) fn take(rounds: usize, works: [&dyn Fn() -> u64; N]) -> Self {
        Self::take_after(rounds, || {}, works)
    }

    /// The same, with something before each work that is not counted: what the
    /// one before it has left behind, such as threads that are awake, would help
    /// some works and not others.
    pub(crate) fn take_after(
        rounds: usize,
        before: impl Fn(),
        works: [&dyn Fn() -> u64; N],
    ) -> Self {
        let mut times = [const { Vec::new() }; N];
        for round in 0..=rounds {
            let mut answer = None;
            for (times, work) in times.iter_mut().zip(works) {
                before();
                let (value, took) = time(work);
                assert_eq!(*answer.get_or_insert(value), value, "the works differ");
                if round > 0 {
                    times.push(took);
                }
            }
        }
        Self(times)
    }

    /// The median of the work at `index`, in nanoseconds.
    pub(crate) fn median(&self, index: usize) -> f64 {
        median(self.0[index].clone())
    }

    /// How many times longer than the work at `other` the one at `index` took:
    /// the median of the rounds' ratios.
    pub(crate) fn ratio(&self, index: usize, other: usize) -> f64 {
        self.compare(index, other, |one, other| one / other)
    }

    /// How many nanoseconds more than the work at `other` the one at `index`
    /// took: the median of the rounds' differences.
    pub(crate) fn excess(&self, index: usize, other: usize) -> f64 {
        self.compare(index, other, |one, other| one - other)
    }

    fn compare(&self, index: usize, other: usize, of: impl Fn(f64, f64) -> f64) -> f64 {
        let rounds = self.0[index].iter().zip(&self.0[other]);
        median(rounds.map(|(one, other)| of(*one, *other)).collect())
    }
}

/// A figure beside its goal.
pub(crate) struct Goal {
    figure: f64,
    bound: f64,
    is_met: bool,
}

impl Goal {
    /// The figure should be `most` or less.
    pub(crate) fn at_most(figure: f64, most: f64) -> Self {
        Self {
            figure,
            bound: most,
            is_met: figure <= most,
        }
    }

    /// The figure should be `least` or more.
    pub(crate) fn at_least(figure: f64, least: f64) -> Self {
        Self {
            figure,
            bound: least,
            is_met: figure >= least,
        }
    }
}

/// `0.98 (1.15)`, and `!` where the goal is missed.
impl fmt::Display for Goal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let missed = if self.is_met { ' ' } else { '!' };
        let Self { figure, bound, .. } = self;
        let digits = if *bound >= 20.0 { 0 } else { 2 };
        f.pad(&format!("{figure:.digits$} ({bound}){missed}"))
    }
}

/// Runs `work` in a pool of so many threads, the calling one included: both what
/// is computed there and rayon's own operators use these and no others.
pub(crate) fn on_threads<T: Send>(threads: usize, work: impl FnOnce() -> T + Send) -> T {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    pool.expect("the threads start").install(work)
}
