//! Random programs that the borrow checker accepts.

mod branches;
mod changes;
mod loops;
mod nested;
mod numbers;
mod owned;
mod patterns;
mod sources;
mod statements;
mod surroundings;

use std::collections::BTreeSet;

use crate::program::{Face, Program};
use crate::rng::Rng;
use crate::scope::{Scope, Ty, VarId};

/// Makes the program of `seed`, without the constructs named in `without`.
pub fn program(seed: u64, without: &BTreeSet<String>) -> Program {
    let mut rng = Rng::new(seed);
    let shape = rng.pick(&[
        Shape::Loops,
        Shape::Chain,
        Shape::Loops,
        Shape::Chain,
        Shape::Lone,
    ]);
    let face = match rng.below(100) {
        0..60 => Face::Closure,
        60..68 => Face::Move,
        68..75 => Face::Node,
        75..85 => Face::Method,
        85..90 => Face::OwnedMethod,
        _ => Face::Generic,
    };
    let mut generator = Generator {
        budget: 6 + rng.below(22),
        rng,
        scope: Scope::default(),
        names: 0,
        without: without.clone(),
        consumed: BTreeSet::new(),
        shape,
        face: Face::Closure,
        labels: Vec::new(),
        tasks: BTreeSet::new(),
    };
    if generator.has("face") && (generator.has("method") || !face.is_method()) {
        generator.face = face;
    }
    generator.program(seed)
}

/// What a program mostly is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// Loops that change accumulators.
    Loops,
    /// Calls that build on one another, with few loops.
    Chain,
    /// A loop and nothing else.
    Lone,
}

struct Generator {
    rng: Rng,
    scope: Scope,
    /// How many names have been made up.
    names: usize,
    /// How many statements may still come.
    budget: usize,
    without: BTreeSet<String>,
    /// The captured variables that are moved on some path.
    consumed: BTreeSet<String>,
    shape: Shape,
    face: Face,
    /// The labels of the loops around the next statement.
    labels: Vec<Option<String>>,
    /// The tasks that the program defines.
    tasks: BTreeSet<&'static str>,
}

impl Generator {
    fn program(mut self, seed: u64) -> Program {
        let given = self.surroundings();
        let (mut body, mut outputs, mut last) = (Vec::new(), Vec::new(), None);
        match self.shape {
            Shape::Loops => {
                body = self.accumulators();
                body.extend(self.for_loop().into_iter().flatten());
                body.extend(self.block(8));
            }
            Shape::Chain => {
                if self.rng.chance(50) {
                    body.push(self.accumulator());
                }
                self.budget += 6;
                for _ in 0..4 {
                    body.extend(self.block(8));
                }
            }
            Shape::Lone => {}
        }
        if self.shape == Shape::Lone || self.rng.chance(10) {
            last = self.last_loop();
        }
        if last.is_none() {
            outputs = self.outputs();
        }
        Program {
            seed,
            face: self.face,
            tasks: self.tasks.iter().map(|task| (*task).to_owned()).collect(),
            given,
            seen: self.seen(),
            body,
            outputs,
            last,
        }
    }

    fn name(&mut self, stem: &str) -> String {
        self.names += 1;
        format!("{stem}{}", self.names)
    }

    /// A name for a number: sometimes one that it hides.
    fn number_name(&mut self, stem: &str) -> String {
        let hidden = self.scope.readable(&[Ty::Int]);
        if let Some(id) = self.pick(&hidden)
            && self.rng.chance(12)
            && self.has("shadow")
        {
            let var = self.scope.var(id);
            if var.is_name() && var.read == var.name {
                return var.name.clone();
            }
        }
        self.name(stem)
    }

    /// The variables and fields of this type that can be moved.
    fn movable(&self, ty: Ty) -> Vec<VarId> {
        let mut ids = self.scope.movable(ty);
        if !self.has("field_move") {
            ids.retain(|id| self.scope.var(*id).is_name());
        }
        ids
    }

    fn has(&self, construct: &str) -> bool {
        !self.without.contains(construct)
    }

    fn pick(&mut self, ids: &[VarId]) -> Option<VarId> {
        (!ids.is_empty()).then(|| self.rng.pick(ids))
    }
}
