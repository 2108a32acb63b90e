//! Serial elision without rustc: each random program is evaluated as plain Rust,
//! statement by statement, and as what the compiler makes of it, the plan of the
//! graph after each pass, where iterations and branches overlap in a random
//! order. Both must end alike and leave the same surroundings.
//!
//! `DELAYED_SEED` is the first program, `DELAYED_INTERPRETED` their number. A
//! failure names its seed, and the pass after which the answer differs.
//!
//! | file | idea |
//! |---|---|
//! | `value.rs`, `place.rs`, `env.rs` | values with one owner, memory, names |
//! | `machine.rs` | the state of a run, and who may touch what beside whom |
//! | `eval.rs`, `operate.rs`, `pattern.rs`, `call.rs` | expressions |
//! | `method.rs`, `change.rs`, `variant.rs`, `iterate.rs`, `text.rs`, `task.rs` | what they call |
//! | `serial.rs` | a program as it is written |
//! | `run.rs`, `branch.rs`, `cells.rs`, `overlap.rs` | a program as it is planned |
//! | `programs.rs`, `judge.rs` | which programs there are, and how both are compared |

mod branch;
mod call;
mod cells;
mod change;
mod env;
mod eval;
mod iterate;
mod judge;
mod machine;
mod method;
mod operate;
mod overlap;
mod pattern;
mod place;
mod programs;
mod run;
mod serial;
mod task;
mod text;
mod value;
mod variant;

use std::collections::BTreeMap;
use std::thread;

use judge::{Verdict, judge};
use programs::Written;

/// How many programs run without being asked for more.
const PROGRAMS: u64 = 1500;
/// As many programs share a thread: what the parser remembers of texts is freed
/// with it.
const BLOCK: u64 = 200;
/// In how many orders a program by hand is run.
const ORDERS: u64 = 20;
#[test]
fn plans_mean_what_random_programs_mean() {
    let count = number("DELAYED_INTERPRETED", PROGRAMS);
    judge_all(count, programs::random);
}

#[test]
fn plans_mean_what_random_array_loops_mean() {
    // They take longer than other programs.
    let count = number("DELAYED_INTERPRETED", PROGRAMS) / 4;
    judge_all(count, programs::random_nest);
}

fn judge_all(count: u64, make: fn(u64) -> syn::Result<Written>) {
    let first = number("DELAYED_SEED", 1);
    let end = first + count;
    eprintln!("programs {first} to {}", end - 1);
    let mut tally = Tally::default();
    for start in (first..end).step_by(BLOCK as usize) {
        let seeds = start..end.min(start + BLOCK);
        for (seed, verdict) in
            apart(move || seeds.map(|seed| judged(seed, make)).collect::<Vec<_>>())
        {
            tally.add(seed, verdict);
        }
    }
    let missed = tally.report();
    assert!(missed * 3 <= count, "too many programs are skipped");
}

#[test]
fn plans_mean_what_programs_by_hand_mean() {
    let mut tally = Tally::default();
    let verdicts = apart(|| {
        let programs = programs::by_hand().expect("the programs are Rust");
        let orders = (0..ORDERS).flat_map(|seed| programs.iter().map(move |it| (seed, it)));
        let judged = orders.map(|(seed, it)| (seed, judge(it, seed)));
        judged.collect::<Vec<_>>()
    });
    for (seed, verdict) in verdicts {
        tally.add(seed, verdict);
    }
    assert_eq!(tally.report(), 0, "programs by hand are skipped");
}

fn judged(seed: u64, make: fn(u64) -> syn::Result<Written>) -> (u64, Verdict) {
    let verdict = match make(seed) {
        Ok(program) => judge(&program, seed),
        Err(error) => Verdict::Skipped(format!("it is not Rust: {error}")),
    };
    (seed, verdict)
}

/// Runs something on a thread of its own, with room for deep recursion.
fn apart<T: Send + 'static>(run: impl FnOnce() -> T + Send + 'static) -> T {
    let thread = thread::Builder::new().stack_size(64 << 20).spawn(run);
    let thread = thread.expect("the machine has a thread to spare");
    thread.join().expect("the programs themselves can be made")
}

fn number(variable: &str, otherwise: u64) -> u64 {
    std::env::var(variable).map_or(otherwise, |text| {
        text.parse()
            .unwrap_or_else(|error| panic!("{variable}={text}: {error}"))
    })
}

/// How many programs have fared in which way.
#[derive(Default)]
struct Tally {
    ends: BTreeMap<&'static str, u64>,
    /// How many for each reason, and one of them.
    skipped: BTreeMap<String, (u64, u64)>,
    wrong: Vec<String>,
}

impl Tally {
    fn add(&mut self, seed: u64, verdict: Verdict) {
        let reason = match verdict {
            Verdict::Same(end) => return *self.ends.entry(end).or_default() += 1,
            Verdict::Skipped(reason) => reason,
            Verdict::Wrong(report) => return self.wrong.push(report),
        };
        self.skipped.entry(reason).or_insert((0, seed)).0 += 1;
    }

    /// Prints what there is to know, and gives how many were skipped.
    ///
    /// # Panics
    /// If a program is wrong.
    fn report(&self) -> u64 {
        let missed = self.skipped.values().map(|(count, _)| count).sum();
        eprintln!("interpreted: {:?}, skipped: {missed}", self.ends);
        for (reason, (count, seed)) in &self.skipped {
            eprintln!("    {count} such as {seed}: {reason}");
        }
        for report in self.wrong.iter().take(3) {
            eprintln!("{report}");
        }
        for report in self.wrong.iter().skip(3) {
            eprintln!("{}", report.lines().next().unwrap_or_default());
        }
        let count = self.wrong.len();
        assert_eq!(count, 0, "programs differ, see above");
        missed
    }
}
