//! Random branches, and what leaves a loop's body.

use super::Generator;
use super::statements::line;
use crate::program::Stmt;
use crate::scope::Ty;

impl Generator {
    pub(super) fn if_else(&mut self) -> Option<Vec<Stmt>> {
        let mut heads = vec![format!("if {} {{", self.condition())];
        if self.rng.chance(30) {
            heads.push(format!("}} else if {} {{", self.condition()));
        }
        if self.rng.chance(60) {
            heads.push("} else {".to_owned());
        }
        let arms = heads.into_iter().map(|head| (head, Vec::new())).collect();
        Some(vec![self.arms(arms, "}", Tail::None)])
    }

    pub(super) fn if_value(&mut self) -> Option<Vec<Stmt>> {
        let name = self.number_name("x");
        let head = format!("let {name} = if {} {{", self.condition());
        let arms = vec![(head, vec![]), ("} else {".to_owned(), vec![])];
        let stmt = self.arms(arms, "};", Tail::Value);
        self.scope.declare(&name, Ty::Int, false);
        Some(vec![stmt])
    }

    pub(super) fn if_let(&mut self) -> Option<Vec<Stmt>> {
        let mut arms = vec![self.if_let_arm()?];
        if self.rng.chance(20) {
            let (head, binds) = self.if_let_arm()?;
            arms.push((format!("}} else {head}"), binds));
        }
        if self.rng.chance(50) {
            arms.push(("} else {".to_owned(), vec![]));
        }
        Some(vec![self.arms(arms, "}", Tail::None)])
    }

    /// `if let … = … {`, and what it binds.
    fn if_let_arm(&mut self) -> Option<Arm> {
        let name = self.name("x");
        let mut binds = vec![(name.clone(), Ty::Int)];
        let (pattern, value) = match self.rng.below(6) {
            0 if self.has("pop") => {
                let changeable = self.scope.changeable(&[Ty::Tokens]);
                let id = self.pick(&changeable)?;
                binds[0].1 = Ty::Token;
                let value = format!("{}.pop()", self.scope.var(id).name);
                return Some((format!("if let Some({name}) = {value} {{"), binds));
            }
            1 => (format!("Ok({name})"), format!("check({}, 5)", self.int(1))),
            3 => {
                let value = format!("check({}, 4)", self.int(1));
                binds[0].1 = Ty::Text;
                return Some((format!("if let Err({name}) = {value} {{"), binds));
            }
            2 if self.has("judge") => (
                format!("Ok({name} @ 0..=40)"),
                format!("judge({})", self.int(1)),
            ),
            _ => (format!("Some({name})"), self.optional()?),
        };
        let guard = match self.rng.below(8) {
            0 | 1 => format!(" && {name} > 3"),
            2 if self.has("let_chain") => {
                let other = self.name("y");
                binds.push((other.clone(), Ty::Int));
                format!(" && let Ok({other}) = check({name}, 4) && {other} > 1")
            }
            _ => String::new(),
        };
        Some((format!("if let {pattern} = {value}{guard} {{"), binds))
    }

    /// An `Option<i64>`.
    fn optional(&mut self) -> Option<String> {
        let value = self.int(1);
        if self.rng.chance(30) {
            return Some(format!("Some({value}).filter(|x| *x > 5)"));
        }
        let list = self.list(1);
        Some(format!("find(&{list}, {value})"))
    }

    pub(super) fn let_else(&mut self) -> Option<Vec<Stmt>> {
        let name = self.number_name("x");
        let (pattern, value) = if self.rng.chance(50) {
            (format!("Some({name})"), self.optional()?)
        } else {
            (format!("Ok({name})"), format!("check({}, 6)", self.int(1)))
        };
        let head = format!("let {pattern} = {value} else {{");
        let stmt = self.arms(vec![(head, vec![])], "};", Tail::Leave);
        self.scope.declare(&name, Ty::Int, false);
        Some(vec![stmt])
    }

    pub(super) fn declare_later(&mut self) -> Option<Vec<Stmt>> {
        let name = self.name("x");
        let head = format!("if {} {{", self.condition());
        let mut stmt = self.arms(
            vec![(head, vec![]), ("} else {".to_owned(), vec![])],
            "}",
            Tail::Value,
        );
        if let Stmt::Nest(arms, _) = &mut stmt {
            for (_, body) in arms {
                if let Some(Stmt::Line(tail)) = body.last_mut() {
                    *tail = format!("{name} = {tail};");
                }
            }
        }
        self.scope.declare(&name, Ty::Int, false);
        Some(vec![Stmt::Line(format!("let {name}: i64;")), stmt])
    }

    pub(super) fn jump(&mut self) -> Option<Vec<Stmt>> {
        let jump = self.leave()?;
        let condition = self.condition();
        line(format!("if {condition} {{ {jump} }}"))
    }

    /// What leaves the iteration, or one further out.
    fn leave(&mut self) -> Option<String> {
        if self.labels.is_empty() || !self.has("jump") {
            return None;
        }
        let jump = self.rng.pick(&["continue", "continue", "break"]);
        let labels: Vec<_> = self.labels.iter().flatten().cloned().collect();
        if labels.is_empty() || self.rng.chance(50) {
            return Some(format!("{jump};"));
        }
        let label = &labels[self.rng.below(labels.len())];
        Some(format!("{jump} {label};"))
    }

    /// Bodies of which one runs, each with the variables that its pattern binds.
    pub(super) fn arms(&mut self, arms: Vec<Arm>, foot: &'static str, tail: Tail) -> Stmt {
        let before = self.scope.moves();
        let mut after = before.clone();
        let mut bodies = Vec::new();
        for (head, binds) in arms {
            let mark = self.scope.enter();
            self.scope.set_moves(&before);
            for (name, ty) in binds {
                self.scope.declare(&name, ty, false);
            }
            let mut body = self.block(3);
            let leaves = match tail {
                Tail::Value => {
                    let value = self.int(2);
                    body.push(Stmt::Line(value));
                    None
                }
                Tail::Leave => {
                    let leave = self.leave();
                    Some(leave.unwrap_or_else(|| "panic!(\"no value\");".to_owned()))
                }
                Tail::None if self.rng.chance(12) => self.leave(),
                Tail::None => None,
            };
            let stays = leaves.is_none();
            body.extend(leaves.map(Stmt::Line));
            if stays {
                for (after, moved) in after.iter_mut().zip(self.scope.moves()) {
                    *after |= moved;
                }
            }
            self.scope.leave(mark);
            bodies.push((head, body));
        }
        self.scope.set_moves(&after);
        Stmt::Nest(bodies, foot)
    }
}

/// The text in front of a body, and the variables that its pattern binds.
pub(super) type Arm = (String, Vec<(String, Ty)>);

/// How the bodies of a branch end.
#[derive(Clone, Copy)]
pub(super) enum Tail {
    None,
    /// In a number.
    Value,
    /// By leaving the loop's body.
    Leave,
}
