//! What a random program captures, what it changes, and what it gives.

use super::{Generator, Shape};
use crate::program::{Face, Stmt};
use crate::scope::Ty;

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
    Ty::Bool,
    Ty::Pairwise,
    Ty::Affine,
    Ty::Parcel,
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
    ("false", Ty::Bool),
    ("Pairwise::<f64>::new()", Ty::Pairwise),
    ("Affine { scale: 1, shift: 0 }", Ty::Affine),
];

/// What may be captured. The struct `World` of the harness has fields of these
/// names and values, but for the last two.
const CAPTURED: &[(&str, &str, Ty)] = &[
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
    ("late", "later(5)", Ty::Later),
    ("mut curve", "Affine { scale: 3, shift: 1 }", Ty::Affine),
];

impl Generator {
    /// Declares captured variables.
    pub(super) fn surroundings(&mut self) -> Vec<String> {
        let mut lines = Vec::new();
        if self.face == Face::Generic {
            let extra = self.scope.capture("extra", Ty::Int, false, false);
            self.scope.set_read(extra, "i64::from(extra)");
            let scale = self.scope.capture("scale", Ty::Closure, false, true);
            // A closure from outside is called as a function that is no task.
            self.scope.set_read(scale, "(scale)");
        }
        for (name, value, ty) in CAPTURED {
            let plain = name.trim_start_matches("mut ");
            let mutable = plain != *name;
            let is_field = !matches!(*ty, Ty::Later | Ty::Affine);
            if self.face.is_method() && is_field {
                let lent = self.face == Face::Method;
                let field = format!("self.{plain}");
                self.scope.capture(&field, *ty, mutable, lent);
            } else if self
                .rng
                .chance(if self.shape == Shape::Lone { 70 } else { 40 })
            {
                self.scope.capture(plain, *ty, mutable, false);
                lines.push(format!("let {name} = {value};"));
            }
        }
        lines
    }

    pub(super) fn accumulators(&mut self) -> Vec<Stmt> {
        (0..1 + self.rng.below(3))
            .map(|_| self.accumulator())
            .collect()
    }

    pub(super) fn accumulator(&mut self) -> Stmt {
        let (value, ty) = self.rng.pick(ACCUMULATORS);
        let name = self.name("acc");
        self.scope.declare(&name, ty, true);
        Stmt::Line(format!("let mut {name} = {value};"))
    }

    /// The pipeline's value: what the body has made, and a call or two.
    pub(super) fn outputs(&mut self) -> Vec<String> {
        let mut outputs = Vec::new();
        if self.rng.chance(40) {
            outputs.push(self.int(2));
        }
        for id in self.scope.readable(EVERY_TYPE) {
            let var = self.scope.var(id);
            if var.captured || !self.movable(var.ty).contains(&id) {
                continue;
            }
            outputs.push(match var.ty {
                Ty::Pairwise => format!("{}.sum().to_bits()", var.name),
                Ty::Int => var.read.clone(),
                _ => var.name.clone(),
            });
        }
        outputs.truncate(11);
        outputs
    }

    /// The captured variables that can be looked at afterwards: what is taken
    /// is gone, but for numbers, which are copied.
    pub(super) fn seen(&self) -> Vec<String> {
        let seen = self.scope.readable(EVERY_TYPE).into_iter();
        let seen = seen.map(|id| self.scope.var(id)).filter(|var| {
            let stays = !self.face.takes() || var.ty == Ty::Int;
            var.captured && stays && !self.consumed.contains(&var.name)
        });
        // `Debug` ends at tuples of twelve.
        seen.map(|var| var.name.clone()).take(12).collect()
    }
}
