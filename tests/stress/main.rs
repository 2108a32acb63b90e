//! Many runs whose tasks fail, panic, cancel, come too late or take uneven
//! time, all from a seed, on one thread and on more than there are cores.
//!
//! Each run must end as its calls would, one after the other (or as stopped,
//! if something told it to stop); each value must have been dropped once; the
//! threads must work afterwards; and when they are gone, so must be all memory.
//!
//! `DELAYED_STRESS_TASKS` and `DELAYED_STRESS_SECONDS` say how much there is to
//! do, and `DELAYED_SEED` where the seeds begin. A failure names its seed;
//! `DELAYED_STRESS_ONLY=<seed>` runs that case alone, again and again.

mod case;
mod graphs;
mod heap;
mod ledger;
mod loops;
mod pool;
mod tasks;

use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use case::{Case, End};
use graphs::Program;
use loops::{Done, FORMS};
use pool::on_pool;

const THREADS: [usize; 5] = [1, 2, 4, 8, 16];

/// Cases on a pool before its threads end and memory is counted.
const ROUND: u64 = 60;

/// The seed that runs now, and how many have run.
static SEED: AtomicU64 = AtomicU64::new(0);
static CASES: AtomicU64 = AtomicU64::new(0);

/// How long a case may take before it counts as one that never ends.
const PATIENCE: Duration = Duration::from_secs(120);

fn setting<T: FromStr>(name: &str) -> Option<T> {
    let text = std::env::var(name).ok()?;
    let value = text.parse().ok();
    Some(value.unwrap_or_else(|| panic!("{name} is {text}")))
}

/// Whether a run may end like this, where its calls one after the other end
/// like `serial`.
fn check(case: &Case, seen: &Done, serial: &Done) -> Result<(), String> {
    let is_stopped = case.may_be_stopped() && seen.end == End::Cancelled;
    if !is_stopped && seen.end != serial.end {
        return Err(format!(
            "ends as {:?} and not as {:?}",
            seen.end, serial.end
        ));
    }
    // What a panicking iteration did before may be lost.
    let may_lack = is_stopped || matches!(seen.end, End::Panicked(_));
    if !serial.log.starts_with(&seen.log) || !may_lack && seen.log.len() < serial.log.len() {
        let (seen, serial) = (&seen.log, &serial.log);
        return Err(format!("has the effects {seen:?} and not {serial:?}"));
    }
    case.ledger.check()
}

/// The pool works as if nothing had happened.
fn works_afterwards() -> Result<(), String> {
    let form = &FORMS[0];
    let (case, same) = (Case::calm(), Case::calm());
    let (seen, serial) = ((form.pipelined)(&case), (form.serially)(&same));
    check(&case, &seen, &serial).map_err(|wrong| format!("a calm run afterwards {wrong}"))
}

/// What a number of cases did.
#[derive(Default)]
struct Tally {
    /// Values that tasks made.
    made: usize,
    /// Runs that ended with a value, a failure, a panic, as stopped.
    ends: [usize; 4],
}

impl Tally {
    fn of(case: &Case, end: &End) -> Self {
        let mut ends = [0; 4];
        ends[match end {
            End::Value(_) => 0,
            End::Failed(_) => 1,
            End::Panicked(_) => 2,
            End::Cancelled => 3,
        }] = 1;
        let made = case.ledger.made();
        Self { made, ends }
    }

    fn add(mut self, other: &Self) -> Self {
        self.made += other.made;
        for (end, more) in self.ends.iter_mut().zip(other.ends) {
            *end += more;
        }
        self
    }
}

/// Runs the case of this seed.
fn run(seed: u64) -> Result<Tally, String> {
    let case = Case::new(seed);
    let tally = if seed.is_multiple_of(2) {
        let form = &FORMS[(seed / 2) as usize % FORMS.len()];
        let serial = (form.serially)(&Case::new(seed));
        let seen = (form.pipelined)(&case);
        check(&case, &seen, &serial)
            .map_err(|wrong| format!("the loop {:?} {wrong}", form.name))?;
        Tally::of(&case, &seen.end)
    } else {
        let case = Arc::new(case);
        let program = Program::random(&case);
        let log = Vec::new();
        let serial = Done {
            end: program.serially(&case),
            log: log.clone(),
        };
        let seen = Done {
            end: program.as_graph(&case),
            log,
        };
        check(&case, &seen, &serial).map_err(|wrong| format!("the graph {wrong}"))?;
        Tally::of(&case, &seen.end)
    };
    works_afterwards()?;
    Ok(tally)
}

/// Runs the cases of these seeds on a pool of their own. Of the pool, nothing
/// must be left.
fn round(threads: usize, seeds: impl Iterator<Item = u64> + Clone + Send) -> Tally {
    let before = heap::in_use();
    let mut all = seeds.clone();
    let tally: Result<Tally, String> = on_pool(threads, || {
        all.try_fold(Tally::default(), |tally, seed| {
            SEED.store(seed, Ordering::Relaxed);
            CASES.fetch_add(1, Ordering::Relaxed);
            let done = run(seed);
            let done =
                done.map_err(|wrong| format!("seed {seed} on {threads} threads: {wrong}"))?;
            Ok(tally.add(&done))
        })
    });
    let tally = tally.unwrap_or_else(|wrong| panic!("{wrong}"));
    let after = heap::in_use();
    assert_eq!(
        after,
        before,
        "(pieces, bytes) of memory in use after and before the seeds {:?} on {threads} threads",
        seeds.collect::<Vec<_>>()
    );
    tally
}

/// Panics of tasks are the point here; only others are worth a word.
fn hide_panics_on_purpose() {
    let others = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        let text = info.payload().downcast_ref::<String>();
        if !text.is_some_and(|text| text.starts_with(case::PANIC)) {
            others(info);
        }
    }));
}

/// Ends the process with a word on the seed if a case does not end.
fn end_what_hangs() {
    std::thread::spawn(|| {
        let mut seen = 0;
        loop {
            let since = Instant::now();
            while since.elapsed() < PATIENCE {
                std::thread::park_timeout(PATIENCE - since.elapsed());
            }
            let cases = CASES.load(Ordering::Relaxed);
            if cases == std::mem::replace(&mut seen, cases) {
                eprintln!("seed {} does not end", SEED.load(Ordering::Relaxed));
                std::process::abort();
            }
        }
    });
}

#[test]
fn runs_end_as_their_calls_would() {
    let tasks = setting("DELAYED_STRESS_TASKS").unwrap_or(200_000);
    let time = Duration::from_secs(setting("DELAYED_STRESS_SECONDS").unwrap_or(0));
    let first: u64 = setting("DELAYED_SEED").unwrap_or(1);
    let only: Option<u64> = setting("DELAYED_STRESS_ONLY");
    hide_panics_on_purpose();
    end_what_hangs();
    // What is made once in a process is there from now on.
    on_pool(THREADS[1], || {
        (0..ROUND).try_for_each(|seed| run(seed).map(drop))
    })
    .unwrap_or_else(|wrong| panic!("the first cases: {wrong}"));
    let (begun, mut tally) = (Instant::now(), Tally::default());
    for number in 0.. {
        let is_enough = tally.made >= tasks && begun.elapsed() >= time;
        let threads = THREADS[number as usize % THREADS.len()];
        if is_enough && number >= THREADS.len() as u64 {
            break;
        }
        let seeds = (first + number * ROUND..).take(ROUND as usize);
        let done = round(threads, seeds.map(|seed| only.unwrap_or(seed)));
        tally = tally.add(&done);
    }
    let (Tally { made, ends }, time) = (tally, begun.elapsed().as_secs_f64());
    eprintln!("{made} values in {time:.1} s; values, failures, panics, stops: {ends:?}");
    assert!(
        only.is_some() || ends.iter().all(|&runs| runs > 0),
        "not all ends were seen"
    );
}
