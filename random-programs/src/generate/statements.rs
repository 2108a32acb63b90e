//! Random statements.

use super::{Generator, Shape};
use crate::program::Stmt;
use crate::scope::Ty;

/// A construct: a name to leave it out by, how often it is tried in and
/// between loops and in chains of tasks, and how it is made where the scope has
/// what it needs.
type Construct = (
    &'static str,
    usize,
    usize,
    fn(&mut Generator) -> Option<Vec<Stmt>>,
);

const CONSTRUCTS: &[Construct] = &[
    ("let", 10, 30, Generator::let_int),
    ("let_owned", 6, 16, Generator::let_owned),
    ("let_mut", 3, 3, |this| Some(vec![this.accumulator()])),
    ("pattern", 4, 12, Generator::let_pattern),
    ("fields", 3, 8, Generator::let_fields),
    ("shadow", 3, 5, Generator::shadow),
    ("view", 1, 4, Generator::view),
    ("closure", 2, 3, Generator::closure),
    ("discard", 1, 4, Generator::discard),
    ("assert", 1, 2, Generator::assert),
    ("exchange", 2, 2, Generator::exchange),
    ("plain_block", 2, 2, Generator::plain_block),
    ("taken", 1, 2, Generator::taken),
    ("changing_closure", 1, 1, Generator::changing_closure),
    ("reduce", 12, 4, Generator::reduce),
    ("effect", 20, 6, Generator::effect),
    ("carry", 6, 5, Generator::carry),
    ("in_place", 4, 8, Generator::in_place),
    ("for", 14, 1, Generator::for_loop),
    ("collect", 4, 1, Generator::collect),
    ("if", 6, 3, Generator::if_else),
    ("if_value", 3, 3, Generator::if_value),
    ("if_let", 3, 2, Generator::if_let),
    ("match", 5, 3, Generator::match_arms),
    ("let_else", 3, 2, Generator::let_else),
    ("declare", 2, 2, Generator::declare_later),
    ("jump", 4, 0, Generator::jump),
    ("nested", 1, 2, Generator::nested),
    ("slot", 1, 1, Generator::slot),
];

impl Generator {
    /// Up to `size` statements.
    pub(super) fn block(&mut self, size: usize) -> Vec<Stmt> {
        let mut body = Vec::new();
        for _ in 0..1 + self.rng.below(size) {
            if self.budget == 0 {
                break;
            }
            self.budget -= 1;
            body.extend(self.statement());
        }
        body
    }

    /// A construct that fits, or none if luck has it so.
    fn statement(&mut self) -> Vec<Stmt> {
        let is_chain = self.shape == Shape::Chain && self.scope.loops == 0;
        let weight = |construct: &Construct| if is_chain { construct.2 } else { construct.1 };
        let total: usize = CONSTRUCTS.iter().map(weight).sum();
        for _ in 0..20 {
            let mut left = self.rng.below(total);
            let chosen = CONSTRUCTS.iter().find(|construct| {
                let found = left < weight(construct);
                left = left.saturating_sub(weight(construct));
                found
            });
            if let Some((name, _, _, make)) = chosen
                && self.has(name)
                && let Some(stmts) = make(self)
            {
                return self.with_attributes(stmts);
            }
        }
        Vec::new()
    }

    /// Sometimes an attribute in front, or a statement that is not there.
    fn with_attributes(&mut self, mut stmts: Vec<Stmt>) -> Vec<Stmt> {
        if self.has("attributes") && self.rng.chance(3) {
            let absent = match self.rng.below(3) {
                0 if self.has("absent_let") => {
                    "#[cfg(any())] let never = no_such_task(no_such_value)?;"
                }
                1 if self.has("absent_for") => {
                    "#[cfg(any())] for x in no_such_source { no_such_task(x); }"
                }
                _ => "#[cfg(any())] no_such_value.push(no_such_task(1));",
            };
            stmts.insert(0, Stmt::Line(absent.to_owned()));
        }
        if let [.., Stmt::Line(line)] = &mut *stmts
            && line.starts_with("let ")
            && self.has("attributes")
            && self.rng.chance(3)
        {
            let attribute = self
                .rng
                .pick(&["#[cfg(all())]", "#[allow(unused_variables)]"]);
            *line = format!("{attribute} {line}");
        }
        stmts
    }

    fn let_int(&mut self) -> Option<Vec<Stmt>> {
        let value = self.int(3);
        let name = self.number_name("x");
        self.scope.declare(&name, Ty::Int, false);
        let ty = self.rng.pick(&["", "", "", ": i64"]);
        line(format!("let {name}{ty} = {value};"))
    }

    fn let_owned(&mut self) -> Option<Vec<Stmt>> {
        let (value, ty) = match self.rng.below(4) {
            0 => (self.text(2), Ty::Text),
            1 => (self.list(2), Ty::List),
            2 if self.has("parcel") => (self.parcel(2), Ty::Parcel),
            _ => (self.token(2), Ty::Token),
        };
        let mutable = self.rng.chance(40);
        let name = self.name("own");
        self.scope.declare(&name, ty, mutable);
        let keyword = if mutable { "let mut" } else { "let" };
        line(format!("{keyword} {name} = {value};"))
    }

    fn let_pattern(&mut self) -> Option<Vec<Stmt>> {
        let value = self.int(2);
        let left = self.number_name("x");
        let right = self.name("y");
        let (text, first) = match self.rng.below(10) {
            0 => (format!("({left}, {right}) = split({value})"), Ty::Int),
            1 => (
                format!("Point {{ x: {left}, y: {right} }} = locate({value})"),
                Ty::Int,
            ),
            2 => (format!("({left}, {right}) = label({value})"), Ty::Text),
            3 if self.has("try") => (format!("({right}, {left}) = halves({value})?"), Ty::Text),
            4 if self.has("generic") => (
                format!("[{left}, .., {right}] = powers::<3>({value})"),
                Ty::Int,
            ),
            5 if self.has("parcel") => {
                let (token, list) = (self.name("own"), self.name("own"));
                self.scope.declare(&token, Ty::Token, false);
                self.scope.declare(&list, Ty::List, true);
                let parts = format!("list: mut {list}, token: {token}, text: {left}");
                return {
                    self.scope.declare(&left, Ty::Text, false);
                    line(format!("let Parcel {{ {parts} }} = pack({value});"))
                };
            }
            6 => {
                let text = format!("let ({left}, mut {right}) = split({value});");
                self.scope.declare(&left, Ty::Int, false);
                self.scope.declare(&right, Ty::Int, true);
                return line(text);
            }
            8 => {
                let other = self.int(1);
                (
                    format!("(({left}, _), {right}) = (split({value}), {other})"),
                    Ty::Int,
                )
            }
            7 => {
                let other = self.int(1);
                (format!("[{left}, {right}] = [{value}, {other}]"), Ty::Int)
            }
            _ => {
                let other = self.int(1);
                (
                    format!("({left}, {right}) = (step({value}), {other})"),
                    Ty::Int,
                )
            }
        };
        self.scope.declare(&left, first, false);
        self.scope.declare(&right, Ty::Int, false);
        line(format!("let {text};"))
    }

    /// A value of several parts, each of which can be used by itself.
    fn let_fields(&mut self) -> Option<Vec<Stmt>> {
        let name = self.name("all");
        let mutable = self.rng.chance(50);
        let keyword = if mutable { "let mut" } else { "let" };
        let (value, fields): (_, &[_]) = match self.rng.below(4) {
            0 => {
                let x = self.int(2);
                let value = format!("Point {{ x: {x}, y: {} }}", self.int(1));
                (value, &[("x", Ty::Int), ("y", Ty::Int)])
            }
            1 => {
                let value = format!("label({})", self.int(2));
                (value, &[("0", Ty::Text), ("1", Ty::Int)])
            }
            2 => {
                let x = self.int(2);
                let value = format!("({x}, {}, Point::UNIT)", self.token(1));
                (value, &[("0", Ty::Int), ("1", Ty::Token), ("2.x", Ty::Int)])
            }
            _ => {
                let value = self.parcel(2);
                (
                    value,
                    &[("text", Ty::Text), ("list", Ty::List), ("token", Ty::Token)],
                )
            }
        };
        for (field, ty) in fields {
            self.scope.declare(&format!("{name}.{field}"), *ty, mutable);
        }
        line(format!("{keyword} {name} = {value};"))
    }

    fn shadow(&mut self) -> Option<Vec<Stmt>> {
        let ints = self.scope.readable(&[Ty::Int]);
        let id = self.pick(&ints)?;
        if !self.scope.var(id).is_name() {
            return None;
        }
        let name = self.scope.var(id).name.clone();
        let read = self.scope.var(id).read.clone();
        let value = if self.rng.chance(70) {
            format!("step({read})")
        } else {
            self.int(2)
        };
        self.scope.declare(&name, Ty::Int, false);
        line(format!("let {name} = {value};"))
    }

    /// A borrow that lives to the end of the block.
    fn view(&mut self) -> Option<Vec<Stmt>> {
        let owned = self.scope.readable(&[Ty::Text, Ty::Token]);
        let id = self.pick(&owned)?;
        self.scope.freeze(id);
        let var = self.scope.var(id);
        let ty = if var.ty == Ty::Text {
            Ty::TextRef
        } else {
            Ty::TokenRef
        };
        let source = var.name.clone();
        let name = self.name("view");
        self.scope.declare(&name, ty, false);
        line(format!("let {name} = &{source};"))
    }

    fn closure(&mut self) -> Option<Vec<Stmt>> {
        let ints = self.scope.readable(&[Ty::Int]);
        let id = self.pick(&ints)?;
        self.scope.freeze(id);
        let captured = self.scope.var(id).read.clone();
        // Taking a field of `&mut self` would take all of it.
        let copies = self.scope.var(id).is_name() && captured == self.scope.var(id).name;
        let capture = if copies && self.rng.chance(40) {
            "move "
        } else {
            ""
        };
        let name = self.name("scale");
        self.scope.declare(&name, Ty::Closure, false);
        line(format!(
            "let {name} = {capture}|y: i64| (y * 3 + {captured}) % 1009;"
        ))
    }

    fn discard(&mut self) -> Option<Vec<Stmt>> {
        let value = self.int(1);
        line(match self.rng.below(6) {
            0 => format!("let _ = step({value});"),
            1 => format!("_ = churn({value});"),
            2 if self.has("try") => format!("check({value}, 30)?;"),
            3 if self.has("drop") => format!("(drop)({});", self.token(1)),
            4 => format!("let _ = forge({value});"),
            _ => format!("mix({value}, 1);"),
        })
    }

    /// A macro that may panic.
    fn assert(&mut self) -> Option<Vec<Stmt>> {
        let value = self.small_int();
        let of = self.rng.pick(&[13, 60, 500]);
        let holds = self.has("panic");
        holds
            .then(|| Stmt::Line(format!("assert!({value} % {of} != {of} - 1, \"no {of}\");")))
            .map(|stmt| vec![stmt])
    }
}

pub(super) fn line(text: String) -> Option<Vec<Stmt>> {
    Some(vec![Stmt::Line(text)])
}
