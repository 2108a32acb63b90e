//! What stands in the loops of a nest.

use super::array::{Array, Element, Item};
use super::space::{Loop, NAMES, Subscript};
use crate::program::Stmt;
use crate::rng::Rng;

/// A number, computed from elements.
enum Value {
    Read(Element),
    /// A loop's variable.
    Turn(usize),
    Call(&'static str, Vec<Value>),
    /// A task that fails, or panics, for few numbers.
    Fails(&'static str, Box<Value>),
}

/// How an element changes.
#[derive(Clone, Copy)]
enum Change {
    Assign,
    Add,
    Lend,
    /// By way of a variable.
    Let,
    /// In one of two branches.
    If,
    /// Unless the iteration ends before.
    Continue,
}

struct Statement {
    target: Element,
    change: Change,
    value: Value,
}

/// The statements of one loop, besides the loop in it.
pub(super) struct Level {
    before: Vec<Statement>,
    after: Vec<Statement>,
}

impl Level {
    pub(super) fn before(&self, arrays: &[Array]) -> Vec<Stmt> {
        let lines = self.before.iter().flat_map(|each| each.lines(arrays));
        lines.collect()
    }

    pub(super) fn after(&self, arrays: &[Array]) -> Vec<Stmt> {
        let lines = self.after.iter().flat_map(|each| each.lines(arrays));
        lines.collect()
    }
}

impl Value {
    fn text(&self, arrays: &[Array]) -> String {
        match self {
            Self::Read(element) => match arrays[element.array].item {
                Item::Number => element.text(arrays),
                Item::Token => format!("weigh(&{})", element.text(arrays)),
            },
            Self::Turn(at) => format!("({} as i64)", NAMES[*at]),
            Self::Call(task, values) => {
                let values: Vec<_> = values.iter().map(|value| value.text(arrays)).collect();
                format!("{task}({})", values.join(", "))
            }
            Self::Fails(task, value) => match *task {
                "check" => format!("check({}, 53)?", value.text(arrays)),
                task => format!("{task}({}, 53)", value.text(arrays)),
            },
        }
    }
}

impl Statement {
    fn lines(&self, arrays: &[Array]) -> Vec<Stmt> {
        let is_token = arrays[self.target.array].item == Item::Token;
        let (target, value) = (self.target.text(arrays), self.value.text(arrays));
        let (field, made) = match is_token {
            true => (format!("{target}.value"), format!("forge({value})")),
            false => (target.clone(), value.clone()),
        };
        let line = |text: String| vec![Stmt::Line(text)];
        match self.change {
            Change::Assign => line(format!("{target} = {made};")),
            Change::Add => line(format!("{field} += {value};")),
            Change::Lend => [
                line(format!("let by = {value};")),
                line(format!("bump(&mut {field}, by);")),
            ]
            .concat(),
            Change::Let => [
                line(format!("let found = {value};")),
                line(format!("{field} = found % 1009;")),
            ]
            .concat(),
            Change::If => vec![Stmt::Nest(
                vec![
                    (
                        format!("if {field} % 3 == 0 {{"),
                        line(format!("{target} = {made};")),
                    ),
                    ("} else {".to_owned(), line(format!("{field} += 1;"))),
                ],
                "}",
            )],
            Change::Continue => vec![
                Stmt::Nest(
                    vec![(
                        format!("if {field} % 5 == 0 {{"),
                        line("continue;".to_owned()),
                    )],
                    "}",
                ),
                Stmt::Line(format!("{target} = {made};")),
            ],
        }
    }
}

/// Makes the statements of a nest.
pub(super) struct Maker<'a> {
    rng: &'a mut Rng,
    loops: &'a [Loop],
    arrays: &'a mut [Array],
    /// Subscripts are a variable and a constant.
    simple: bool,
    /// The outermost loop repeats the others: no subscript has its variable.
    repeats: bool,
    /// Some cells fail.
    fails: bool,
}

impl<'a> Maker<'a> {
    pub(super) fn new(rng: &'a mut Rng, loops: &'a [Loop], arrays: &'a mut [Array]) -> Self {
        let (simple, repeats) = (rng.chance(70), loops.len() > 1 && rng.chance(20));
        let fails = rng.chance(15);
        Self {
            rng,
            loops,
            arrays,
            simple,
            repeats,
            fails,
        }
    }

    /// The statements of each loop: most are in the innermost one.
    pub(super) fn levels(&mut self) -> Vec<Level> {
        let depth = self.loops.len();
        let level = |at: usize| {
            let is_last = at == depth;
            let before = match is_last {
                true => 1 + self.rng.below(2),
                false => usize::from(self.rng.chance(20)),
            };
            let after = usize::from(!is_last && self.rng.chance(15));
            let mut some = |count: usize| (0..count).map(|_| self.statement(at)).collect();
            Level {
                before: some(before),
                after: some(after),
            }
        };
        (1..=depth).map(level).collect()
    }

    fn statement(&mut self, depth: usize) -> Statement {
        use Change::{Add, Assign, Continue, If, Lend, Let};
        let changes = [Assign, Assign, Assign, Assign, Add, Lend, Let, If, If];
        let change = match self.rng.chance(3) && depth == self.loops.len() {
            true => Continue,
            false => self.rng.pick(&changes),
        };
        let first = self.value(depth, 2);
        // Work of uneven length, so that other threads come to help.
        let value = match self.rng.chance(85) {
            true => Value::Call("churn", vec![first]),
            false => first,
        };
        let value = match self.fails && self.rng.chance(60) {
            true => Value::Fails(self.rng.pick(&["check", "fragile"]), Box::new(value)),
            false => value,
        };
        Statement {
            target: self.element(depth),
            change,
            value,
        }
    }

    fn value(&mut self, depth: usize, more: usize) -> Value {
        match self.rng.below(if more > 0 { 6 } else { 3 }) {
            0 => Value::Turn(self.rng.below(depth)),
            1 | 2 => Value::Read(self.element(depth)),
            3 => Value::Call("step", vec![self.value(depth, more - 1)]),
            _ => {
                let values = [0, 1].map(|_| self.value(depth, more - 1));
                Value::Call("mix", values.into())
            }
        }
    }

    fn element(&mut self, depth: usize) -> Element {
        let array = self.rng.below(self.arrays.len());
        let first = usize::from(self.repeats && depth > 1);
        let simple = self.simple || self.arrays[array].rank() == 3;
        let turned = self.rng.chance(6);
        let rank = self.arrays[array].rank();
        let subscripts = (0..rank).map(|at| {
            let at = if turned { rank - 1 - at } else { at };
            Subscript::new(self.rng, depth, first + at, simple)
        });
        let subscripts: Vec<_> = subscripts.collect();
        self.arrays[array].take_in(&subscripts, self.loops);
        Element { array, subscripts }
    }
}
