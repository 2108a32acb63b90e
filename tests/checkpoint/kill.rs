//! Processes that are ended at any moment (SIGKILL), and such that share a
//! folder. Each is this test, called by itself.

use std::env;
use std::fs::{self, File};
use std::hint;
use std::io::Write;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use delayed::prelude::*;
use random_programs::Rng;
use signal_hook::consts::SIGKILL;
use signal_hook::low_level::raise;

use crate::{entries, keeping, results, temporary};

/// So few that each index is one byte of a kept result.
const ITEMS: u8 = 120;
/// The first byte of a result's value: the index.
const VALUE_AT: usize = 100;

/// How the child is told what to do.
const CASE: &str = "DELAYED_TEST_KILL";

/// What a child does.
#[derive(Clone)]
struct Case {
    folder: PathBuf,
    threads: usize,
    /// As a graph that is made at run time, and not as a pipeline.
    is_graph: bool,
    /// After how many calls it ends itself, and how long after that.
    end: Option<(usize, usize)>,
}

impl Case {
    fn kept(&self) -> PathBuf {
        self.folder.join("kept")
    }

    fn log(&self) -> PathBuf {
        self.folder.join("log")
    }

    /// Begins a process that does this, as the test `name`.
    fn begin(&self, name: &str) -> Child {
        let (calls, spins) = self.end.unwrap_or((usize::MAX, 0));
        let folder = self.folder.to_str().expect("a folder's name is text");
        let numbers = [self.threads, usize::from(self.is_graph), calls, spins];
        let case = numbers.map(|number| number.to_string()).join(" ") + " " + folder;
        let mut command = Command::new(env::current_exe().expect("a test is a program"));
        command.args([name, "--exact", "--quiet", "--nocapture"]);
        command.env(CASE, case).stdout(Stdio::piped());
        command.spawn().expect("a test can be run")
    }

    fn run(&self, name: &str) -> Output {
        let child = self.begin(name);
        child.wait_with_output().expect("a test comes to an end")
    }

    /// The case of this process, if it is a child.
    fn own() -> Option<Self> {
        let case = env::var(CASE).ok()?;
        let mut parts = case.splitn(5, ' ');
        let mut number = || parts.next()?.parse::<usize>().ok();
        let [threads, is_graph, calls, spins] = [number()?, number()?, number()?, number()?];
        Some(Self {
            folder: parts.next()?.into(),
            threads,
            is_graph: is_graph != 0,
            end: (calls != usize::MAX).then_some((calls, spins)),
        })
    }
}

/// Calls that this process has begun.
static BEGUN: AtomicUsize = AtomicUsize::new(0);
/// After so many calls the process is about to be ended: no further one begins,
/// or a fast one could be over before.
static MOST: AtomicUsize = AtomicUsize::new(usize::MAX);

/// Some steps of a generator of random numbers, after a line in the log.
#[delayed(checkpoint)]
fn work(index: u8) -> (u8, u64) {
    if let Some(case) = Case::own() {
        let log = File::options().append(true).create(true).open(case.log());
        let line = format!("{index}\n");
        let written = log.and_then(|mut log| log.write_all(line.as_bytes()));
        written.expect("the log can be written to");
        while BEGUN.fetch_add(1, Ordering::SeqCst) >= MOST.load(Ordering::SeqCst) {
            thread::yield_now();
        }
    }
    let step = |x: u64, _| x.wrapping_mul(0x5851_F42D_4C95_7F2D).wrapping_add(1);
    (index, (0..20_000).fold(u64::from(index), step) >> 8)
}

/// The answer that each run must have.
fn answer() -> u64 {
    (0..ITEMS).map(|index| work::eager(index).1).sum()
}

/// What a child does until it is done or ended: prints the answer.
#[expect(clippy::print_stdout, reason = "that is how it reaches the parent")]
fn child(case: &Case) {
    if let Some((calls, spins)) = case.end {
        MOST.store(calls + 2 * case.threads, Ordering::SeqCst);
        thread::spawn(move || {
            while BEGUN.load(Ordering::SeqCst) < calls {
                thread::yield_now();
            }
            (0..spins).for_each(|_| hint::spin_loop());
            raise(SIGKILL)
        });
    }
    let runtime = keeping(&case.kept(), case.threads);
    let sum = if case.is_graph {
        let parts: Vec<Delayed<u64>> = (0..ITEMS)
            .map(|index| work(index).map(|(_, part)| part))
            .collect();
        let sum: Delayed<u64> = parts.into_iter().sum();
        runtime.run(|| sum.compute())
    } else {
        let sum = pipeline!({
            let mut sum = 0;
            for index in 0..ITEMS {
                let (_, part) = work(index);
                sum += part;
            }
            sum
        });
        sum.compute_on(&runtime)
    };
    let checkpoints = runtime.checkpoints();
    let sum = sum.expect("no call fails");
    let (reused, troubles) = (checkpoints.reused, checkpoints.troubles);
    println!("\nanswer {sum} reused {reused} troubles {troubles:?}");
}

/// What the child printed that came to its end.
fn printed(output: &Output) -> String {
    assert!(output.status.success(), "{}", output.status);
    let text = String::from_utf8_lossy(&output.stdout);
    let line = text.lines().find(|line| line.starts_with("answer "));
    line.expect(&text).to_owned()
}

fn expected(reused: usize) -> String {
    format!("answer {} reused {reused} troubles []", answer())
}

/// The indices whose results are kept.
fn complete(kept: &Path) -> Vec<u8> {
    if !kept.exists() {
        return Vec::new();
    }
    let index = |path: PathBuf| fs::read(path).expect("a result can be read")[VALUE_AT];
    let mut indices: Vec<_> = results(kept).into_iter().map(index).collect();
    indices.sort_unstable();
    indices
}

/// The indices that were begun since the log had `before` lines.
fn begun(log: &Path, before: usize) -> Vec<u8> {
    let log = fs::read_to_string(log).unwrap_or_default();
    let index = |line: &str| line.parse().expect("a line is an index");
    log.lines().skip(before).map(index).collect()
}

/// Runs it again and again, each time ended somewhere, until it is done.
fn killed_until_done(name: &str, is_graph: bool) {
    let folder = temporary();
    let mut rng = Rng::new(0x006b_696c_6c65_6421);
    let mut kills = 0;
    for round in 0.. {
        assert!(
            round < 500,
            "no end after {round} rounds, of which {kills} were killed"
        );
        let most = 1 << (4 + rng.below(14));
        let end = (1 + rng.below(12), rng.below(most));
        let case = Case {
            folder: folder.path().to_owned(),
            threads: 1 + round % 3,
            is_graph,
            end: Some(end),
        };
        let (done, lines) = (complete(&case.kept()), begun(&case.log(), 0).len());
        let output = case.run(name);
        let again = begun(&case.log(), lines);
        let again: Vec<_> = again.iter().filter(|index| done.contains(index)).collect();
        assert!(again.is_empty(), "kept and done again: {again:?}");
        if output.status.signal() == Some(SIGKILL) {
            kills += 1;
            continue;
        }
        assert_eq!(printed(&output), expected(done.len()));
        break;
    }
    // No process makes more than 12 and 2 a thread.
    assert!(kills >= usize::from(ITEMS) / 18 - 1, "{kills} were killed");
    assert!(
        complete(&folder.path().join("kept"))
            .into_iter()
            .eq(0..ITEMS)
    );

    let last = Case {
        folder: folder.path().to_owned(),
        threads: 2,
        is_graph: !is_graph,
        end: None,
    };
    let lines = begun(&last.log(), 0).len();
    assert_eq!(printed(&last.run(name)), expected(ITEMS.into()));
    assert!(begun(&last.log(), lines).is_empty());
    assert_eq!(entries(&last.kept().join(".partial")).len(), 0);
}

#[test]
fn a_pipeline_that_is_killed_repeats_nothing_that_was_done() {
    match Case::own() {
        Some(case) => child(&case),
        None => killed_until_done(
            "checkpoint::kill::a_pipeline_that_is_killed_repeats_nothing_that_was_done",
            false,
        ),
    }
}

#[test]
fn a_graph_that_is_killed_repeats_nothing_that_was_done() {
    match Case::own() {
        Some(case) => child(&case),
        None => killed_until_done(
            "checkpoint::kill::a_graph_that_is_killed_repeats_nothing_that_was_done",
            true,
        ),
    }
}

#[test]
fn processes_share_a_folder_while_others_are_killed() {
    if let Some(case) = Case::own() {
        return child(&case);
    }
    const NAME: &str = "checkpoint::kill::processes_share_a_folder_while_others_are_killed";
    let mut rng = Rng::new(2);
    for _ in 0..3 {
        let folder = temporary();
        let whole = Case {
            folder: folder.path().to_owned(),
            threads: 2,
            is_graph: false,
            end: None,
        };
        let both = [whole.begin(NAME), whole.begin(NAME)];
        for _ in 0..4 {
            let end = Some((1 + rng.below(12), rng.below(1 << 14)));
            let case = Case {
                end,
                ..whole.clone()
            };
            case.run(NAME);
        }
        for child in both {
            let line = printed(&child.wait_with_output().expect("a test comes to an end"));
            let answer = format!("answer {} ", answer());
            assert!(
                line.starts_with(&answer) && line.ends_with("troubles []"),
                "{line}"
            );
        }
        assert_eq!(printed(&whole.run(NAME)), expected(ITEMS.into()));
    }
}
