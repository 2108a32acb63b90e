//! Serial elision, tried on programs that nobody thought of: each random
//! program is compiled by rustc as a pipeline and as plain Rust, and both must
//! give the same value, error or panic, leave the same surroundings, and drop
//! every value once.
//!
//! A failure names the program's seed; `DELAYED_SEED=<seed> DELAYED_PROGRAMS=1
//! DELAYED_NESTS=0` makes that program alone; seeds of array loops begin with a
//! million. Other variables: `DELAYED_WITHOUT` names
//! constructs to leave out, with commas between, and `DELAYED_SHRINK=<count>`
//! makes that many failing programs short.

mod cargo;
mod shrink;

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

use cargo::Verdict;
use random_programs::{Program, Version, generate, nest};

/// What the compiler does not yet do as plain Rust does; a fix ends in the
/// removal of its line here.
const OPEN: &[&str] = &["inner_panic"];

/// The seeds from here on make loops over arrays.
const FIRST_NEST: u64 = 1_000_000;

fn program(seed: u64, without: &BTreeSet<String>) -> Program {
    if seed < FIRST_NEST {
        generate::program(seed, without)
    } else {
        nest(seed, without)
    }
}

fn setting<T: FromStr>(name: &str, default: T) -> T {
    match std::env::var(name) {
        Ok(text) => text
            .parse()
            .ok()
            .unwrap_or_else(|| panic!("{name} is {text}")),
        Err(_) => default,
    }
}

#[test]
fn pipelines_mean_what_they_mean_as_plain_rust() {
    let first: u64 = setting("DELAYED_SEED", 1);
    let count: u64 = setting("DELAYED_PROGRAMS", 300);
    let nests: u64 = setting("DELAYED_NESTS", 240);
    let without: String = setting("DELAYED_WITHOUT", OPEN.join(","));
    let without: BTreeSet<_> = without.split(',').map(str::to_owned).collect();
    let last_nest = FIRST_NEST + nests - 1;
    eprintln!(
        "programs {first} to {}, {FIRST_NEST} to {last_nest}",
        first + count - 1
    );
    let seeds = (first..first + count).chain(FIRST_NEST..=last_nest);
    let programs: Vec<_> = seeds.map(|seed| program(seed, &without)).collect();
    let verdicts = cargo::judge(&programs);
    let mut ends: BTreeMap<&str, usize> = BTreeMap::new();
    for verdict in verdicts.values() {
        let end = match verdict {
            Verdict::Same(kind) => kind,
            Verdict::NotRust(_) => "not Rust",
            Verdict::Refused(_) => "refused",
            Verdict::Differs(_) => "differs",
        };
        *ends.entry(end).or_default() += 1;
    }
    eprintln!("{ends:?}");
    let mut to_shrink: usize = setting("DELAYED_SHRINK", 0);
    let mut failed = 0;
    for program in &programs {
        let verdict = verdicts[&program.seed].clone();
        if verdict.is_same() {
            continue;
        }
        failed += 1;
        let (program, verdict) = match to_shrink {
            0 => (program.clone(), verdict),
            _ => shrink::shrink(program, verdict),
        };
        to_shrink = to_shrink.saturating_sub(1);
        eprintln!(
            "== program {}: {verdict}\n{}",
            program.seed,
            program.module(Version::Pipeline)
        );
    }
    assert_eq!(failed, 0, "programs fail; they are printed above");
}
