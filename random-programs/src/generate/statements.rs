//! Random statements.

use super::Generator;
use crate::program::Stmt;
use crate::scope::Ty;

type Make = fn(&mut Generator) -> Option<Vec<Stmt>>;

/// The constructs: a name to leave it out by, how often it is tried, and how
/// it is made where the scope has what it needs.
const CONSTRUCTS: &[(&str, usize, Make)] = &[
    ("let", 10, Generator::let_int),
    ("let_owned", 6, Generator::let_owned),
    ("let_mut", 3, |this| Some(vec![this.accumulator()])),
    ("pattern", 4, Generator::let_pattern),
    ("shadow", 3, Generator::shadow),
    ("view", 1, Generator::view),
    ("closure", 2, Generator::closure),
    ("discard", 1, Generator::discard),
    ("exchange", 2, Generator::exchange),
    ("plain_block", 2, Generator::plain_block),
    ("reduce", 12, Generator::reduce),
    ("effect", 20, Generator::effect),
    ("carry", 6, Generator::carry),
    ("in_place", 4, Generator::in_place),
    ("for", 14, Generator::for_loop),
    ("collect", 4, Generator::collect),
    ("if", 6, Generator::if_else),
    ("if_value", 3, Generator::if_value),
    ("if_let", 3, Generator::if_let),
    ("match", 5, Generator::match_arms),
    ("let_else", 3, Generator::let_else),
    ("declare", 2, Generator::declare_later),
    ("jump", 4, Generator::jump),
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
        let total: usize = CONSTRUCTS.iter().map(|(_, weight, _)| weight).sum();
        for _ in 0..20 {
            let mut left = self.rng.below(total);
            let chosen = CONSTRUCTS.iter().find(|(_, weight, _)| {
                let found = left < *weight;
                left = left.saturating_sub(*weight);
                found
            });
            if let Some((name, _, make)) = chosen
                && self.has(name)
                && let Some(stmts) = make(self)
            {
                return stmts;
            }
        }
        Vec::new()
    }

    fn let_int(&mut self) -> Option<Vec<Stmt>> {
        let value = self.int(3);
        let name = self.name("x");
        self.scope.declare(&name, Ty::Int, false);
        line(format!("let {name} = {value};"))
    }

    fn let_owned(&mut self) -> Option<Vec<Stmt>> {
        let (value, ty) = match self.rng.below(3) {
            0 => (self.text(2), Ty::Text),
            1 => (self.list(2), Ty::List),
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
        let (left, right) = (self.name("x"), self.name("y"));
        let (text, first) = match self.rng.below(5) {
            4 if self.has("try") => {
                let text = format!("let ({right}, {left}) = halves({value})?;");
                (text, Ty::Text)
            }
            0 => (format!("let ({left}, {right}) = split({value});"), Ty::Int),
            1 => (
                format!("let Point {{ x: {left}, y: {right} }} = locate({value});"),
                Ty::Int,
            ),
            2 => (format!("let ({left}, {right}) = label({value});"), Ty::Text),
            _ => {
                let other = self.int(1);
                (
                    format!("let ({left}, {right}) = (step({value}), {other});"),
                    Ty::Int,
                )
            }
        };
        self.scope.declare(&left, first, false);
        self.scope.declare(&right, Ty::Int, false);
        line(text)
    }

    fn shadow(&mut self) -> Option<Vec<Stmt>> {
        let ints = self.scope.readable(&[Ty::Int]);
        let id = self.pick(&ints)?;
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
        let name = self.name("scale");
        self.scope.declare(&name, Ty::Closure, false);
        line(format!(
            "let {name} = |y: i64| (y * 3 + {captured}) % 1009;"
        ))
    }

    /// `(a, b) = (b, …);`
    fn exchange(&mut self) -> Option<Vec<Stmt>> {
        let changeable = self.scope.changeable(&[Ty::Int]);
        let (left, right) = (self.pick(&changeable)?, self.pick(&changeable)?);
        if left == right {
            return None;
        }
        let value = self.int(2);
        let (left, right) = (&self.scope.var(left).name, &self.scope.var(right).name);
        line(format!("({left}, {right}) = ({right}, {value});"))
    }

    /// Plain Rust in braces that changes what is around it.
    fn plain_block(&mut self) -> Option<Vec<Stmt>> {
        let changeable = self.scope.changeable(&[Ty::Int]);
        let id = self.pick(&changeable)?;
        let value = self.small_int();
        let name = self.scope.var(id).name.clone();
        line(format!(
            "{{ let y = {value}; {name} += y * 2; {name} ^= 1; }}"
        ))
    }

    fn discard(&mut self) -> Option<Vec<Stmt>> {
        let value = self.int(1);
        line(format!("mix({value}, 1);"))
    }

    fn reduce(&mut self) -> Option<Vec<Stmt>> {
        let changeable = self.scope.changeable(&[Ty::Int, Ty::Float]);
        let id = self.pick(&changeable)?;
        let Ty::Int = self.scope.var(id).ty else {
            let value = self.int(2);
            return line(format!(
                "{} += root({value}) * 1e-3;",
                self.scope.var(id).name
            ));
        };
        let value = if self.rng.chance(60) {
            self.call(2)
        } else {
            self.int(1)
        };
        let operator = self.rng.pick(&["+=", "+=", "+=", "-=", "*=", "^="]);
        line(format!("{} {operator} {value};", self.scope.var(id).read))
    }

    pub(super) fn effect(&mut self) -> Option<Vec<Stmt>> {
        let types = [
            Ty::Int,
            Ty::Token,
            Ty::Text,
            Ty::List,
            Ty::Words,
            Ty::Tokens,
            Ty::Map,
        ];
        let changeable = self.scope.changeable(&types);
        let id = self.pick(&changeable)?;
        let (name, ty) = (self.scope.var(id).name.clone(), self.scope.var(id).ty);
        let effect = match ty {
            Ty::Int => format!("{name} = i64::max({name}, {});", self.int(2)),
            Ty::Text if self.rng.chance(50) => {
                let value = self.int(1);
                format!("{name}.push_str(&stretch(\"ab\", {value}));")
            }
            Ty::Text => format!("{name} += &({}).to_string();", self.int(1)),
            Ty::Token => {
                let value = self.without(id, |this| this.int(2));
                format!("{name}.value += {value};")
            }
            Ty::List if self.has("panic") && self.rng.chance(7) => {
                let value = self.without(id, |this| this.int(2));
                let operator = self.rng.pick(&["=", "+="]);
                format!("{name}[0] {operator} {value};")
            }
            Ty::Words => format!("{name}.push({});", self.without(id, |this| this.text(2))),
            Ty::Tokens => format!("{name}.push({});", self.token(2)),
            Ty::List if self.rng.chance(20) => {
                format!("{name}.extend({});", self.without(id, |this| this.list(1)))
            }
            Ty::List if self.rng.chance(70) => {
                let value = self.while_frozen(Some(id), |this| this.int(2));
                format!("{name}.push({value});")
            }
            Ty::List => {
                let value = self.without(id, |this| this.small_int());
                format!("if {value} % 2 == 0 {{ {name}.push({value}); }}")
            }
            _ => {
                let key = self.without(id, |this| this.int(1));
                let value = self.without(id, |this| this.int(1));
                if self.rng.chance(50) {
                    format!("{name}.insert({key}, {value});")
                } else {
                    format!("*{name}.entry({key} % 5).or_insert(0) += {value};")
                }
            }
        };
        line(effect)
    }

    fn carry(&mut self) -> Option<Vec<Stmt>> {
        let changeable = self.scope.changeable(&[Ty::Int, Ty::Text, Ty::Token]);
        let id = self.pick(&changeable)?;
        let (name, ty) = (self.scope.var(id).name.clone(), self.scope.var(id).ty);
        let captured = self.scope.var(id).captured;
        let value = match ty {
            Ty::Int if self.rng.chance(70) => format!("mix({name}, {})", self.int(2)),
            Ty::Int if self.has("try") => format!("check({name} % 600 + {}, 500)?", self.int(1)),
            _ if captured => return None,
            Ty::Text => {
                let value = self.without(id, |this| this.int(2));
                match self.has("try") {
                    true if self.rng.chance(60) => format!("advance({name}, {value})?"),
                    _ => format!("stretch(&shout({name}), {value})"),
                }
            }
            Ty::Token => format!("merge({name}, {})", self.without(id, |this| this.token(1))),
            _ => return None,
        };
        line(format!("{name} = {value};"))
    }

    fn in_place(&mut self) -> Option<Vec<Stmt>> {
        let changeable = self.scope.changeable(&[Ty::Int, Ty::List, Ty::Token]);
        let id = self.pick(&changeable)?;
        let (name, ty) = (self.scope.var(id).name.clone(), self.scope.var(id).ty);
        let value = self.without(id, |this| this.int(2));
        line(match ty {
            Ty::Int => format!("bump(&mut {name}, {value});"),
            Ty::List => format!("append(&mut {name}, {value});"),
            _ => format!("polish(&mut {name}, {value});"),
        })
    }
}

pub(super) fn line(text: String) -> Option<Vec<Stmt>> {
    Some(vec![Stmt::Line(text)])
}
