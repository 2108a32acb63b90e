//! Random graphs against a serial evaluation of the same calls.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};

use super::super::input::Lending;
use super::super::{Delayed, compute};
use super::in_pools;
use crate::{Error, TaskInfo};

/// A small generator of numbers that look random.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % end
    }
}

/// One call; numbers are the calls whose values it reads.
#[derive(Clone, Copy)]
enum Call {
    New(i64),
    Add(usize, usize),
    Multiply(usize, usize),
    AddBorrowed(usize, usize),
    Clone(usize),
    Fail(usize),
    Panic(usize),
}

/// Calls in program order, and the values that are asked for in the end.
struct Program {
    calls: Vec<Call>,
    roots: Vec<usize>,
}

impl Program {
    fn random(seed: u64) -> Self {
        let random = &mut Random(seed);
        let mut owned = Vec::new();
        let mut calls = Vec::new();
        for index in 0..4 + random.below(40) {
            let call = if owned.len() < 2 {
                Call::New(random.below(100) as i64)
            } else {
                Self::call(random, &mut owned)
            };
            calls.push(call);
            owned.push(index);
            if random.below(12) == 0 {
                owned.swap_remove(random.below(owned.len()));
            }
        }
        Self {
            calls,
            roots: owned,
        }
    }

    fn call(random: &mut Random, owned: &mut Vec<usize>) -> Call {
        let borrowed = |random: &mut Random, owned: &[usize]| owned[random.below(owned.len())];
        let mut taken = |random: &mut Random| owned.swap_remove(random.below(owned.len()));
        match random.below(25) {
            0..=4 => Call::Add(taken(random), taken(random)),
            5..=9 => Call::Multiply(taken(random), taken(random)),
            10..=14 => Call::AddBorrowed(borrowed(random, owned), borrowed(random, owned)),
            15..=19 => Call::Clone(borrowed(random, owned)),
            20 => Call::Fail(taken(random)),
            21 => Call::Panic(borrowed(random, owned)),
            _ => Call::New(random.below(100) as i64),
        }
    }

    /// Which calls anyone wants: the roots and all they read.
    fn wanted(&self) -> Vec<bool> {
        let mut wanted = vec![false; self.calls.len()];
        for &root in &self.roots {
            wanted[root] = true;
        }
        for (index, call) in self.calls.iter().enumerate().rev() {
            if wanted[index] {
                call.reads()
                    .into_iter()
                    .flatten()
                    .for_each(|read| wanted[read] = true);
            }
        }
        wanted
    }

    /// The answer of one call after the other.
    fn serial(&self) -> Result<Vec<i64>, String> {
        let mut values = vec![0_i64; self.calls.len()];
        for (index, wanted) in self.wanted().into_iter().enumerate() {
            if !wanted {
                continue;
            }
            values[index] = match self.calls[index] {
                Call::New(value) => value,
                Call::Add(a, b) | Call::AddBorrowed(a, b) => values[a].wrapping_add(values[b]),
                Call::Multiply(a, b) => values[a].wrapping_mul(values[b]),
                Call::Clone(a) => values[a],
                Call::Fail(_) => return Err(format!("failed {index}")),
                Call::Panic(_) => return Err(format!("panicked {index}")),
            };
        }
        Ok(self.roots.iter().map(|&root| values[root]).collect())
    }
}

impl Call {
    fn reads(self) -> [Option<usize>; 2] {
        match self {
            Call::New(_) => [None, None],
            Call::Clone(a) | Call::Fail(a) | Call::Panic(a) => [Some(a), None],
            Call::Add(a, b) | Call::Multiply(a, b) | Call::AddBorrowed(a, b) => [Some(a), Some(b)],
        }
    }
}

/// A value that knows how many of its kind are alive.
struct Counted {
    value: i64,
    alive: Arc<AtomicI64>,
}

impl Counted {
    fn new(value: i64, alive: &Arc<AtomicI64>) -> Self {
        alive.fetch_add(1, Ordering::Relaxed);
        let alive = alive.clone();
        Self { value, alive }
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.alive.fetch_sub(1, Ordering::Relaxed);
    }
}

/// What the graph of a program did.
struct Report {
    result: Result<Vec<i64>, String>,
    /// How often each call ran.
    runs: Vec<usize>,
    alive: i64,
}

/// Makes the nodes of a program.
struct Builder {
    alive: Arc<AtomicI64>,
    runs: Vec<Arc<AtomicUsize>>,
    nodes: Vec<Option<Delayed<Counted>>>,
}

impl Builder {
    fn take(&mut self, index: usize) -> Delayed<Counted> {
        self.nodes[index]
            .take()
            .expect("a program takes a value once")
    }

    fn lend(&self, index: usize) -> Lending<'_, Counted, Counted> {
        Lending::new(
            self.nodes[index]
                .as_ref()
                .expect("a program borrows what is there"),
        )
    }

    fn add(&mut self, index: usize, call: Call) {
        const INFO: TaskInfo = TaskInfo::new("call", "random.rs", 1, 1, true);
        let (alive, runs) = (self.alive.clone(), self.runs[index].clone());
        let make = move |value: i64| {
            runs.fetch_add(1, Ordering::Relaxed);
            Ok(Counted::new(value, &alive))
        };
        let node = match call {
            Call::New(value) => Delayed::task(&INFO, (), move |()| make(value)),
            Call::Add(a, b) => {
                let inputs = (self.take(a), self.take(b));
                Delayed::task(&INFO, inputs, move |(a, b)| {
                    make(a.value.wrapping_add(b.value))
                })
            }
            Call::Multiply(a, b) => {
                let inputs = (self.take(a), self.take(b));
                Delayed::task(&INFO, inputs, move |(a, b)| {
                    make(a.value.wrapping_mul(b.value))
                })
            }
            Call::AddBorrowed(a, b) => {
                let inputs = (self.lend(a), self.lend(b));
                Delayed::task(&INFO, inputs, move |(a, b)| {
                    make(a.value.wrapping_add(b.value))
                })
            }
            Call::Clone(a) => Delayed::task(&INFO, self.lend(a), move |a| make(a.value)),
            Call::Fail(a) => Delayed::task(&INFO, self.take(a), move |_| {
                make(0)?;
                Err(Error::failed(format!("failed {index}")))
            }),
            Call::Panic(a) => Delayed::task(&INFO, self.lend(a), move |_| {
                make(0)?;
                panic!("panicked {index}")
            }),
        };
        self.nodes.push(Some(node));
    }
}

fn parallel(program: &Program) -> Report {
    let mut builder = Builder {
        alive: Arc::default(),
        runs: program.calls.iter().map(|_| Arc::default()).collect(),
        nodes: Vec::new(),
    };
    for (index, &call) in program.calls.iter().enumerate() {
        builder.add(index, call);
    }
    let roots: Vec<_> = program
        .roots
        .iter()
        .map(|&root| builder.take(root))
        .collect();
    let Builder { alive, runs, nodes } = builder;
    drop(nodes);
    let result = compute(roots)
        .map(|values| values.iter().map(|value| value.value).collect())
        .map_err(|error| {
            let text = error.to_string();
            text.rsplit(": ").next().unwrap_or_default().to_string()
        });
    Report {
        result,
        runs: runs
            .iter()
            .map(|runs| runs.load(Ordering::Relaxed))
            .collect(),
        alive: alive.load(Ordering::Relaxed),
    }
}

#[test]
fn random_graphs_do_what_the_calls_do_one_after_the_other() {
    let failures = AtomicUsize::new(0);
    in_pools(|| {
        for seed in 0..400 {
            let program = Program::random(seed);
            let serial = program.serial();
            let report = parallel(&program);
            assert_eq!(report.result, serial, "seed {seed}");
            assert_eq!(report.alive, 0, "seed {seed}");
            let failed = serial.as_ref().err().map(|text| {
                failures.fetch_add(1, Ordering::Relaxed);
                text.rsplit(' ').next().unwrap().parse::<usize>().unwrap()
            });
            for (index, wanted) in program.wanted().into_iter().enumerate() {
                let runs = report.runs[index];
                let is_certain = failed.is_none_or(|failed| index <= failed);
                if !wanted {
                    assert_eq!(runs, 0, "seed {seed}, call {index}");
                } else if is_certain {
                    assert_eq!(runs, 1, "seed {seed}, call {index}");
                } else {
                    assert!(runs <= 1, "seed {seed}, call {index}");
                }
            }
        }
    });
    let failures = failures.into_inner();
    assert!(
        (200..2200).contains(&failures),
        "{failures} of 2400 programs fail"
    );
}
