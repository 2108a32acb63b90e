//! Random programs that the borrow checker accepts.

mod branches;
mod expressions;
mod loops;
mod statements;

use std::collections::BTreeSet;

use crate::program::{Program, Stmt};
use crate::rng::Rng;
use crate::scope::{Scope, Ty, VarId};

/// Makes the program of `seed`, without the constructs named in `without`.
pub fn program(seed: u64, without: &BTreeSet<String>) -> Program {
    let mut generator = Generator {
        rng: Rng::new(seed),
        scope: Scope::default(),
        names: 0,
        budget: 0,
        without: without.clone(),
        consumed: BTreeSet::new(),
    };
    generator.budget = 6 + generator.rng.below(22);
    let given = generator.surroundings();
    let mut body = generator.accumulators();
    body.extend(generator.for_loop().into_iter().flatten());
    body.extend(generator.block(8));
    let outputs = generator.outputs();
    let seen = generator.scope.readable(EVERY_TYPE);
    let seen = seen.into_iter().map(|id| generator.scope.var(id));
    let seen = seen.filter(|var| var.captured && !generator.consumed.contains(&var.name));
    let seen = seen.map(|var| var.name.clone()).collect();
    Program {
        seed,
        given,
        seen,
        body,
        outputs,
    }
}

const EVERY_TYPE: &[Ty] = &[
    Ty::Int,
    Ty::Float,
    Ty::Text,
    Ty::List,
    Ty::Words,
    Ty::Token,
    Ty::Tokens,
    Ty::Map,
    Ty::Numbers,
];

/// What loops change: declarations, and the types they give.
const ACCUMULATORS: &[(&str, Ty)] = &[
    ("0_i64", Ty::Int),
    ("1_i64", Ty::Int),
    ("0.1_f64", Ty::Float),
    ("String::new()", Ty::Text),
    ("Vec::<i64>::new()", Ty::List),
    ("Vec::<Token>::new()", Ty::Tokens),
    ("Vec::<String>::new()", Ty::Words),
    ("BTreeMap::<i64, i64>::new()", Ty::Map),
];

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
}

impl Generator {
    fn name(&mut self, stem: &str) -> String {
        self.names += 1;
        format!("{stem}{}", self.names)
    }

    fn has(&self, construct: &str) -> bool {
        !self.without.contains(construct)
    }

    fn pick(&mut self, ids: &[VarId]) -> Option<VarId> {
        (!ids.is_empty()).then(|| self.rng.pick(ids))
    }

    /// Declares captured variables.
    fn surroundings(&mut self) -> Vec<String> {
        const ALL: &[(&str, &str, Ty)] = &[
            ("base", "7_i64", Ty::Int),
            ("title", "\"a title\".to_owned()", Ty::Text),
            (
                "words",
                "[\"12\", \"x7\", \"5\", \"\", \"31\"].map(str::to_owned).to_vec()",
                Ty::Words,
            ),
            (
                "digit_words",
                "[\"1\", \"22\", \"333\", \"4\"].map(str::to_owned).to_vec()",
                Ty::Words,
            ),
            (
                "list",
                "(0..9_i64).map(|x| x * 13 % 31).collect::<Vec<i64>>()",
                Ty::List,
            ),
            (
                "many",
                "(0..70_i64).map(|x| x * 13 % 47).collect::<Vec<i64>>()",
                Ty::List,
            ),
            ("token", "Token::new(3)", Ty::Token),
            (
                "tokens",
                "(0..6_i64).map(Token::new).collect::<Vec<Token>>()",
                Ty::Tokens,
            ),
            ("mut log", "Vec::<i64>::new()", Ty::List),
            ("mut count", "0_i64", Ty::Int),
            ("mut line", "String::from(\"-\")", Ty::Text),
            ("mut tally", "BTreeMap::<i64, i64>::new()", Ty::Map),
            ("mut chest", "vec![Token::new(1)]", Ty::Tokens),
            ("mut numbers", "0..40_i64", Ty::Numbers),
        ];
        let mut lines = Vec::new();
        for (name, value, ty) in ALL {
            if self.rng.chance(40) {
                let plain = name.trim_start_matches("mut ");
                self.scope.capture(plain, *ty, plain != *name);
                lines.push(format!("let {name} = {value};"));
            }
        }
        lines
    }

    fn accumulators(&mut self) -> Vec<Stmt> {
        (0..1 + self.rng.below(3))
            .map(|_| self.accumulator())
            .collect()
    }

    fn accumulator(&mut self) -> Stmt {
        let (value, ty) = self.rng.pick(ACCUMULATORS);
        let name = self.name("acc");
        self.scope.declare(&name, ty, true);
        Stmt::Line(format!("let mut {name} = {value};"))
    }

    /// The pipeline's value: what the body has made, and a call or two.
    fn outputs(&mut self) -> Vec<String> {
        let mut outputs = Vec::new();
        if self.rng.chance(40) {
            outputs.push(self.int(2));
        }
        for id in self.scope.readable(EVERY_TYPE) {
            let var = self.scope.var(id);
            if !var.captured && self.scope.movable(var.ty).contains(&id) {
                outputs.push(var.name.clone());
            }
        }
        outputs.truncate(11);
        outputs
    }
}
