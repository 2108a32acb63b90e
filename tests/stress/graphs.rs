//! Random graphs that are made at run time, against the same calls one after
//! the other.

use std::sync::Arc;

use delayed::{Delayed, Runtime, pipeline};
use random_programs::Rng;

use crate::case::{Case, End, Failure, Fate, number};
use crate::ledger::Value;
use crate::tasks::lazy::{late, look, look_two, make, take, take_two};
use crate::tasks::{gather, nested as nested_task};

/// One call; numbers are the calls whose values it reads.
enum Call {
    Make,
    Take(usize),
    TakeTwo(usize, usize),
    Look(usize),
    LookTwo(usize, usize),
    Clone(usize),
    Gather(Vec<usize>),
    /// A task that computes a graph or a pipeline of its own.
    Nested(usize),
}

enum Step {
    /// Makes the next call's node.
    Call(Call),
    Drop(usize),
    Persist(usize),
}

/// What a program does, one step after the other.
pub(crate) struct Program {
    steps: Vec<Step>,
    /// What is asked for in the end; the other handles are there until then.
    roots: Vec<usize>,
    calls: usize,
}

/// The program while it is thought up.
struct Draft {
    rng: Rng,
    steps: Vec<Step>,
    calls: usize,
    /// The calls whose handles are there.
    owned: Vec<usize>,
}

impl Draft {
    fn add(&mut self, call: Call) {
        self.steps.push(Step::Call(call));
        self.owned.push(self.calls);
        self.calls += 1;
    }

    fn any(&mut self) -> usize {
        self.rng.pick(&self.owned)
    }

    fn taken(&mut self) -> usize {
        self.owned.swap_remove(self.rng.below(self.owned.len()))
    }

    fn chain(&mut self, size: usize) {
        self.add(Call::Make);
        for _ in 1..size {
            let last = self.owned[self.owned.len() - 1];
            if self.rng.chance(30) {
                self.add(Call::Look(last));
            } else {
                self.owned.pop();
                self.add(Call::Take(last));
            }
        }
    }

    fn fan(&mut self, size: usize) {
        self.add(Call::Make);
        let first = self.owned[0];
        for _ in 1..size {
            self.add(Call::Look(first));
        }
        let read = self.owned.split_off(1);
        self.add(Call::Gather(read));
    }

    fn tree(&mut self, size: usize) {
        for _ in 0..size {
            self.add(Call::Make);
        }
        while self.owned.len() > 1 {
            let (a, b) = (self.owned.remove(0), self.owned.remove(0));
            self.add(Call::TakeTwo(a, b));
        }
    }

    fn layers(&mut self, size: usize) {
        let width = 1 + self.rng.below(12);
        for _ in 0..width {
            self.add(Call::Make);
        }
        for _ in 0..size / width {
            let before = self.owned.split_off(self.owned.len() - width);
            for _ in 0..width {
                let (a, b) = (self.rng.pick(&before), self.rng.pick(&before));
                self.add(Call::LookTwo(a, b));
            }
            if self.rng.chance(30) {
                self.owned.splice(0..0, before);
            } else {
                self.steps.extend(before.into_iter().map(Step::Drop));
            }
        }
    }

    fn mixed(&mut self, size: usize) {
        for _ in 0..size {
            if self.owned.len() < 2 {
                self.add(Call::Make);
                continue;
            }
            match self.rng.below(100) {
                0..20 => self.add(Call::Make),
                20..35 => {
                    let call = Call::Take(self.taken());
                    self.add(call);
                }
                35..50 => {
                    let call = Call::TakeTwo(self.taken(), self.taken());
                    self.add(call);
                }
                50..60 => {
                    let call = Call::Look(self.any());
                    self.add(call);
                }
                60..80 => {
                    let call = Call::LookTwo(self.any(), self.any());
                    self.add(call);
                }
                80..88 => {
                    let call = Call::Clone(self.any());
                    self.add(call);
                }
                88..90 => {
                    let call = Call::Nested(self.any());
                    self.add(call);
                }
                90..91 => {
                    let all = std::mem::take(&mut self.owned);
                    self.add(Call::Gather(all));
                }
                91..93 => {
                    let step = Step::Persist(self.any());
                    self.steps.push(step);
                }
                _ => {
                    let step = Step::Drop(self.taken());
                    self.steps.push(step);
                }
            }
        }
    }
}

impl Program {
    pub(crate) fn random(case: &Case) -> Self {
        let mut draft = Draft {
            rng: Rng::new(case.seed),
            steps: Vec::new(),
            calls: 0,
            owned: Vec::new(),
        };
        match draft.rng.below(8) {
            0 => draft.chain(case.size),
            1 => draft.fan(case.size),
            2 => draft.tree(case.size),
            3 => draft.layers(case.size),
            _ => draft.mixed(case.size),
        }
        let mut roots = draft.owned;
        if draft.rng.chance(30) {
            roots.retain(|_| draft.rng.chance(60));
        }
        Self {
            steps: draft.steps,
            roots,
            calls: draft.calls,
        }
    }

    /// How the calls end, one after the other.
    pub(crate) fn serially(&self, case: &Case) -> End {
        Serial::new(self, case).run()
    }

    /// How the graph ends.
    pub(crate) fn as_graph(&self, case: &Arc<Case>) -> End {
        let runtime = case.runtime();
        End::of_run(runtime.run(|| {
            let mut nodes: Vec<Option<Delayed<Value>>> = Vec::new();
            for step in &self.steps {
                match step {
                    Step::Call(call) => {
                        let node = call.node(case, &mut nodes);
                        nodes.push(Some(node));
                    }
                    Step::Drop(index) => nodes[*index] = None,
                    Step::Persist(index) => {
                        let node = taken(&mut nodes, *index).persist()?;
                        nodes[*index] = Some(node);
                    }
                }
            }
            let roots: Vec<_> = self.roots.iter().map(|&at| taken(&mut nodes, at)).collect();
            let values = delayed::compute(roots)?;
            Ok(values.iter().map(Value::number).collect())
        }))
    }
}

fn taken(nodes: &mut [Option<Delayed<Value>>], index: usize) -> Delayed<Value> {
    nodes[index].take().expect("a value is taken once")
}

impl Call {
    fn node(&self, case: &Arc<Case>, nodes: &mut [Option<Delayed<Value>>]) -> Delayed<Value> {
        let (key, case) = (nodes.len() as u64, Arc::clone(case));
        let lend = |index: usize| nodes[index].as_ref().expect("what is borrowed is there");
        match *self {
            Self::Make if case.is_late(key) => late(case, key),
            Self::Make => make(case, key),
            Self::Take(a) => take(case, key, taken(nodes, a)),
            Self::TakeTwo(a, b) => {
                let (a, b) = (taken(nodes, a), taken(nodes, b));
                take_two(case, key, a, b)
            }
            Self::Look(a) => look(case, key, lend(a)),
            Self::LookTwo(a, b) => look_two(case, key, lend(a), lend(b)),
            Self::Clone(a) => lend(a).clone(),
            Self::Gather(ref all) => {
                let all: Vec<_> = all.iter().map(|&at| taken(nodes, at)).collect();
                gather(case, key, all)
            }
            Self::Nested(a) => nested_task(case, key, lend(a)),
        }
    }

    /// What it takes, and what it only looks at.
    fn reads(&self) -> (Vec<usize>, Vec<usize>) {
        match *self {
            Self::Make => (vec![], vec![]),
            Self::Take(a) => (vec![a], vec![]),
            Self::TakeTwo(a, b) => (vec![a, b], vec![]),
            Self::Look(a) | Self::Clone(a) | Self::Nested(a) => (vec![], vec![a]),
            Self::LookTwo(a, b) => (vec![], vec![a, b]),
            Self::Gather(ref all) => (all.clone(), vec![]),
        }
    }
}

/// Calls inside of a call: how many, and their keys.
fn inner_keys(key: u64) -> impl Iterator<Item = u64> + Clone {
    (0..6).map(move |x| 1_000_000 + 10 * key + x)
}

/// What a task does that computes something itself: a graph or a pipeline.
pub(crate) fn nested(case: &Arc<Case>, key: u64, value: &Value) -> Result<Value, Failure> {
    // A failure in a task of a run inside of this one is this task's own.
    let refused = |error: delayed::Error| match End::of_run(Err(error)) {
        End::Failed(failure) => failure,
        End::Panicked(words) => {
            let key = words.rsplit(' ').next().and_then(|key| key.parse().ok());
            Failure::Refused(key.unwrap_or_default())
        }
        End::Value(_) | End::Cancelled => Failure::Stopped,
    };
    let mut number = value.number();
    if key.is_multiple_of(2) {
        let all = pipeline!({
            for key in (inner_keys)(key) {
                make(case, key)?
            }
        });
        let values = all.compute_on(&Runtime::default()).map_err(refused)?;
        values.iter().for_each(|value| number ^= value.number());
    } else {
        let make = |key| make(Arc::clone(case), key);
        let all: Vec<_> = inner_keys(key).map(make).collect();
        let values = delayed::compute(all).map_err(refused)?;
        values.iter().for_each(|value| number ^= value.number());
    }
    case.call(key, &[number])
}

/// The calls of a program, one after the other.
struct Serial<'a> {
    case: &'a Case,
    calls: Vec<&'a Call>,
    values: Vec<Option<u64>>,
    /// Whether the handle is there.
    held: Vec<bool>,
    program: &'a Program,
}

impl<'a> Serial<'a> {
    fn new(program: &'a Program, case: &'a Case) -> Self {
        Self {
            case,
            calls: Vec::new(),
            values: vec![None; program.calls],
            held: vec![false; program.calls],
            program,
        }
    }

    fn run(mut self) -> End {
        for step in &self.program.steps {
            match step {
                Step::Call(call) => {
                    for read in call.reads().0 {
                        self.held[read] = false;
                    }
                    self.held[self.calls.len()] = true;
                    self.calls.push(call);
                }
                Step::Drop(index) => self.held[*index] = false,
                Step::Persist(index) => {
                    if let Err(end) = self.evaluate(&[*index], false) {
                        return end;
                    }
                }
            }
        }
        if let Err(end) = self.evaluate(&self.program.roots, true) {
            return end;
        }
        let value = |&root: &usize| self.values[root].expect("it was asked for");
        End::Value(self.program.roots.iter().map(value).collect())
    }

    /// Makes the calls that `roots` need, in program order.
    fn evaluate(&mut self, roots: &[usize], are_taken: bool) -> Result<(), End> {
        for index in self.wanted(roots, are_taken) {
            if self.values[index].is_none() {
                self.values[index] = Some(self.call(index)?);
            }
        }
        Ok(())
    }

    /// The roots, all they read, and who looks at a value before it is taken,
    /// if anybody wants that one.
    fn wanted(&self, roots: &[usize], are_taken: bool) -> impl Iterator<Item = usize> + use<> {
        let count = self.calls.len();
        let mut readers = vec![Vec::new(); count];
        for (index, call) in self.calls.iter().enumerate() {
            for read in call.reads().1 {
                readers[read].push(index);
            }
        }
        let mut is_alive = self.held.clone();
        for index in (0..count).rev() {
            if is_alive[index] && self.values[index].is_none() {
                let (taken, looked_at) = self.calls[index].reads();
                taken
                    .into_iter()
                    .chain(looked_at)
                    .for_each(|read| is_alive[read] = true);
            }
        }
        let mut wanted = vec![false; count];
        let mut open = roots.to_vec();
        let looking = |taken: usize| {
            let readers = readers[taken].iter().copied();
            readers.filter(|&reader| is_alive[reader] && self.values[reader].is_none())
        };
        if are_taken {
            roots.iter().for_each(|&root| open.extend(looking(root)));
        }
        while let Some(index) = open.pop() {
            if std::mem::replace(&mut wanted[index], true) || self.values[index].is_some() {
                continue;
            }
            let (taken, looked_at) = self.calls[index].reads();
            taken.iter().for_each(|&taken| open.extend(looking(taken)));
            open.extend(taken.into_iter().chain(looked_at));
        }
        (0..count).filter(move |&index| wanted[index])
    }

    fn call(&self, index: usize) -> Result<u64, End> {
        let key = index as u64;
        let value = |at: usize| self.values[at].expect("inputs come first");
        let call = self.calls[index];
        let (taken, looked_at) = call.reads();
        let mut inputs: Vec<u64> = taken.into_iter().chain(looked_at).map(value).collect();
        match call {
            Call::Clone(_) => return Ok(inputs[0]),
            Call::Make if self.case.is_late(key) => return Err(End::Failed(Failure::Late)),
            Call::Nested(_) => {
                for key in inner_keys(key) {
                    if matches!(self.case.fate(key), Fate::Fails | Fate::Panics) {
                        return Err(End::Failed(Failure::Refused(key)));
                    }
                    inputs[0] ^= number(key, &[]);
                }
            }
            _ => {}
        }
        match self.case.fate(key) {
            Fate::Fails => Err(End::Failed(Failure::Refused(key))),
            Fate::Panics => Err(End::Panicked(format!("{}{key}", crate::case::PANIC))),
            _ => Ok(number(key, &inputs)),
        }
    }
}
