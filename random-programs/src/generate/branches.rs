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
        let name = self.name("x");
        let head = format!("let {name} = if {} {{", self.condition());
        let arms = vec![(head, vec![]), ("} else {".to_owned(), vec![])];
        let stmt = self.arms(arms, "};", Tail::Value);
        self.scope.declare(&name, Ty::Int, false);
        Some(vec![stmt])
    }

    pub(super) fn if_let(&mut self) -> Option<Vec<Stmt>> {
        let name = self.name("x");
        let (value, mut ty) = self.optional()?;
        let mut pattern = format!("Some({name})");
        let value = if self.rng.chance(25) && self.has("pop") {
            let changeable = self.scope.changeable(&[Ty::Tokens]);
            let id = self.pick(&changeable)?;
            ty = Ty::Token;
            format!("{}.pop()", self.scope.var(id).name)
        } else if self.rng.chance(40) {
            pattern = format!("Ok({name})");
            format!("check({}, 5)", self.int(1))
        } else {
            value
        };
        let guard = if ty == Ty::Int && self.rng.chance(30) {
            format!(" && {name} > 3")
        } else {
            String::new()
        };
        let mut arms = vec![(
            format!("if let {pattern} = {value}{guard} {{"),
            vec![(name, ty)],
        )];
        if self.rng.chance(50) {
            arms.push(("} else {".to_owned(), vec![]));
        }
        Some(vec![self.arms(arms, "}", Tail::None)])
    }

    /// An `Option<i64>`.
    fn optional(&mut self) -> Option<(String, Ty)> {
        let value = self.int(1);
        let list = self.list(1);
        Some((format!("find(&{list}, {value})"), Ty::Int))
    }

    pub(super) fn match_arms(&mut self) -> Option<Vec<Stmt>> {
        let (name, other) = (self.name("x"), self.name("y"));
        let value = self.int(2);
        let int = |name: &str| vec![(name.to_owned(), Ty::Int)];
        let texts = self.scope.readable(&[Ty::Text, Ty::TextRef]);
        let text = self.pick(&texts);
        let (value, mut arms) = match self.rng.below(5) {
            4 if let Some(text) = text => {
                let text = self.scope.var(text).name.clone();
                let arms = vec![
                    ("\"12\" | \"-\" => {".to_owned(), vec![]),
                    (format!("}} {other} if {other}.len() > 3 => {{"), vec![]),
                    ("} _ => {".to_owned(), vec![]),
                ];
                (format!("{text}.as_str()"), arms)
            }
            0 => {
                let arms = vec![
                    ("0 => {".to_owned(), vec![]),
                    (format!("}} 1 | 2 if {} => {{", self.condition()), vec![]),
                    (format!("}} {name} => {{"), int(&name)),
                ];
                (format!("step({value}) % 4"), arms)
            }
            1 => {
                let arms = vec![
                    (format!("Ok({name}) if {name} > 30 => {{"), int(&name)),
                    (format!("}} Ok({name}) => {{"), int(&name)),
                    (
                        format!("}} Err({other}) => {{"),
                        vec![(other.clone(), Ty::Text)],
                    ),
                ];
                (format!("check({value}, 5)"), arms)
            }
            2 => {
                let arms = vec![
                    (format!("(0, {name}) => {{"), int(&name)),
                    (
                        format!("}} ({name}, {other}) => {{"),
                        [int(&name), int(&other)].concat(),
                    ),
                ];
                (format!("split({value})"), arms)
            }
            _ => {
                let arms = vec![
                    (
                        format!("Point {{ x: {name}, .. }} if {name} > 4 => {{"),
                        int(&name),
                    ),
                    ("} Point { x: 1 | 2, y: 0..4 } => {".to_owned(), vec![]),
                    (format!("}} Point {{ y: {other}, .. }} => {{"), int(&other)),
                ];
                (format!("locate({value})"), arms)
            }
        };
        if self.rng.chance(30) {
            let bound = self.name("x");
            arms[0]
                .0
                .insert_str(0, &format!("let {bound} = match {value} {{ "));
            let stmt = self.arms(arms, "} };", Tail::Value);
            self.scope.declare(&bound, Ty::Int, false);
            return Some(vec![stmt]);
        }
        arms[0].0.insert_str(0, &format!("match {value} {{ "));
        Some(vec![self.arms(arms, "} }", Tail::None)])
    }

    pub(super) fn let_else(&mut self) -> Option<Vec<Stmt>> {
        let name = self.name("x");
        let (pattern, value) = if self.rng.chance(50) {
            let (value, _) = self.optional()?;
            (format!("Some({name})"), value)
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

    /// What leaves the iteration.
    fn leave(&mut self) -> Option<&'static str> {
        let is_in_loop = self.scope.loops > 0 && self.has("jump");
        is_in_loop.then(|| self.rng.pick(&["continue;", "continue;", "break;"]))
    }

    /// Bodies of which one runs, each with the variables that its pattern binds.
    fn arms(
        &mut self,
        arms: Vec<(String, Vec<(String, Ty)>)>,
        foot: &'static str,
        tail: Tail,
    ) -> Stmt {
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
                Tail::Leave => Some(self.leave().unwrap_or("panic!(\"no value\");")),
                Tail::None if self.rng.chance(12) => self.leave(),
                Tail::None => None,
            };
            body.extend(leaves.map(|leave| Stmt::Line(leave.to_owned())));
            if leaves.is_none() {
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

/// How the bodies of a branch end.
#[derive(Clone, Copy)]
enum Tail {
    None,
    /// In a number.
    Value,
    /// By leaving the loop's body.
    Leave,
}
