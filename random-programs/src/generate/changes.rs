//! Random changes of variables: reductions, effects, carried chains, changes in
//! place.

use super::Generator;
use super::statements::line;
use crate::program::Stmt;
use crate::scope::Ty;

impl Generator {
    /// `(a, b) = (b, …);`
    pub(super) fn exchange(&mut self) -> Option<Vec<Stmt>> {
        let changeable = self.scope.changeable(&[Ty::Int]);
        let (left, right) = (self.pick(&changeable)?, self.pick(&changeable)?);
        if left == right {
            return None;
        }
        let value = self.int(2);
        let (left, right) = (&self.scope.var(left).read, &self.scope.var(right).read);
        line(format!("({left}, {right}) = ({right}, {value});"))
    }

    /// Plain Rust in braces that changes what is around it.
    pub(super) fn plain_block(&mut self) -> Option<Vec<Stmt>> {
        let changeable = self.scope.changeable(&[Ty::Int]);
        let id = self.pick(&changeable)?;
        let value = self.small_int();
        let name = self.scope.var(id).read.clone();
        line(format!(
            "{{ let y = {value}; {name} += y * 2; {name} ^= 1; }}"
        ))
    }

    /// `let own = (std::mem::take)(&mut other);`
    pub(super) fn taken(&mut self) -> Option<Vec<Stmt>> {
        let types = [Ty::Text, Ty::List, Ty::Words, Ty::Tokens, Ty::Map];
        let changeable = self.scope.changeable(&types);
        let id = self.pick(&changeable)?;
        let (name, ty) = (self.scope.var(id).name.clone(), self.scope.var(id).ty);
        let own = self.name("own");
        self.scope.declare(&own, ty, false);
        line(format!("let {own} = (std::mem::take)(&mut {name});"))
    }

    /// A borrow to change a variable by, and a change.
    pub(super) fn slot(&mut self) -> Option<Vec<Stmt>> {
        let changeable = self.scope.changeable(&[Ty::Int]);
        let id = self.pick(&changeable)?;
        let value = self.without(id, |this| this.int(2));
        let (name, slot) = (self.scope.var(id).read.clone(), self.name("slot"));
        Some(vec![
            Stmt::Line(format!("let {slot} = &mut {name};")),
            Stmt::Line(format!("*{slot} += {value};")),
        ])
    }

    /// A closure that changes a variable, and its calls.
    pub(super) fn changing_closure(&mut self) -> Option<Vec<Stmt>> {
        let changeable = self.scope.changeable(&[Ty::Int]);
        let id = self.pick(&changeable)?;
        let first = self.without(id, |this| this.int(2));
        let second = self.without(id, Self::small_int);
        let (name, add) = (self.scope.var(id).read.clone(), self.name("add"));
        Some(vec![
            Stmt::Line(format!(
                "let mut {add} = |y: i64| {{ {name} = ({name} * 3 + y) % 1009; }};"
            )),
            Stmt::Line(format!("{add}({first});")),
            Stmt::Line(format!("{add}({second});")),
        ])
    }

    pub(super) fn reduce(&mut self) -> Option<Vec<Stmt>> {
        let types = [Ty::Int, Ty::Float, Ty::Pairwise, Ty::Affine, Ty::Bool];
        let changeable = self.scope.changeable(&types);
        let id = self.pick(&changeable)?;
        let (name, ty) = (self.scope.var(id).read.clone(), self.scope.var(id).ty);
        let value = if self.rng.chance(60) {
            self.call(2)
        } else {
            self.int(1)
        };
        line(match ty {
            Ty::Float => match self.rng.below(5) {
                0 => format!("{name} = f64::max({name}, root({value}));"),
                1 => format!("{name} *= root({value}) * 0.5;"),
                2 => format!("{name} -= root({value}) * 1e-3;"),
                _ => format!("{name} += root({value}) * 1e-3;"),
            },
            Ty::Pairwise => format!("{name} += root({value});"),
            Ty::Affine => format!("{name} += turn({value});"),
            Ty::Bool => {
                let operator = self.rng.pick(&["|=", "&=", "^="]);
                format!("{name} {operator} {value} % 7 > 2;")
            }
            _ => {
                let operators = ["+=", "+=", "+=", "-=", "*=", "^=", "&=", "|="];
                let operator = self.rng.pick(&operators);
                format!("{name} {operator} {value};")
            }
        })
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
        let (name, ty) = (self.scope.var(id).read.clone(), self.scope.var(id).ty);
        line(match ty {
            Ty::Int => format!("{name} = i64::max({name}, {});", self.int(2)),
            Ty::Text if self.rng.chance(50) => {
                let value = self.without(id, |this| this.int(1));
                format!("{name}.push_str(&stretch(\"ab\", {value}));")
            }
            Ty::Text => format!("{name} += &({}).to_string();", self.int(1)),
            Ty::Token => {
                let value = self.without(id, |this| this.int(2));
                format!("{name}.value += {value};")
            }
            Ty::List => self.effect_on_list(id, &name),
            Ty::Words => format!("{name}.push({});", self.without(id, |this| this.text(2))),
            Ty::Tokens => format!("{name}.push({});", self.token(2)),
            _ => {
                let key = self.without(id, |this| this.int(1));
                let value = self.without(id, |this| this.int(1));
                match self.rng.below(5) {
                    0 | 1 => format!("{name}.insert({key}, {value});"),
                    2 if self.has("modify") => format!(
                        "{name}.entry({key} % 3).and_modify(|old| *old += 1).or_insert({value});"
                    ),
                    _ => format!("*{name}.entry({key} % 5).or_insert(0) += {value};"),
                }
            }
        })
    }

    fn effect_on_list(&mut self, id: usize, name: &str) -> String {
        match self.rng.below(10) {
            0 if self.has("panic") && (self.scope.loops < 2 || self.has("inner_panic")) => {
                let value = self.without(id, |this| this.int(2));
                let operator = self.rng.pick(&["=", "+="]);
                format!("{name}[0] {operator} {value};")
            }
            1 => format!("{name}.extend({});", self.without(id, |this| this.list(1))),
            2 => format!(
                "{name}.extend_from_slice(&{});",
                self.without(id, |this| this.list(1))
            ),
            3 => {
                let value = self.without(id, |this| this.small_int());
                format!("if {value} % 2 == 0 {{ {name}.push({value}); }}")
            }
            4 => {
                let value = self.without(id, |this| this.int(1));
                format!("{name}.insert(0, {value});")
            }
            _ => {
                let value = self.while_frozen(Some(id), |this| this.int(2));
                format!("{name}.push({value});")
            }
        }
    }

    pub(super) fn carry(&mut self) -> Option<Vec<Stmt>> {
        let changeable = self.scope.changeable(&[Ty::Int, Ty::Text, Ty::Token]);
        let id = self.pick(&changeable)?;
        let (name, ty) = (self.scope.var(id).read.clone(), self.scope.var(id).ty);
        let captured = self.scope.var(id).captured;
        line(match ty {
            Ty::Int if self.rng.chance(70) => {
                format!("{name} = mix({name}, {});", self.int(2))
            }
            Ty::Int if self.has("try") => {
                format!("{name} = check({name} % 600 + {}, 500)?;", self.int(1))
            }
            _ if captured || !self.has("field_move") && name.contains('.') => return None,
            Ty::Text => {
                let value = self.without(id, |this| this.int(2));
                match self.has("try") {
                    true if self.rng.chance(60) => format!("{name} = advance({name}, {value})?;"),
                    _ => format!("{name} = stretch(&shout({name}), {value});"),
                }
            }
            Ty::Token => {
                let token = self.without(id, |this| this.token(1));
                format!("{name} = merge({name}, {token});")
            }
            _ => return None,
        })
    }

    pub(super) fn in_place(&mut self) -> Option<Vec<Stmt>> {
        let types = [Ty::Int, Ty::List, Ty::Token, Ty::Parcel];
        let changeable = self.scope.changeable(&types);
        let id = self.pick(&changeable)?;
        let (name, ty) = (self.scope.var(id).read.clone(), self.scope.var(id).ty);
        let value = self.without(id, |this| this.int(2));
        line(match ty {
            Ty::Int if self.rng.chance(40) => {
                let given = self.name("x");
                self.scope.declare(&given, Ty::Int, false);
                format!("let {given} = draw(&mut {name}, {value});")
            }
            Ty::Int => format!("bump(&mut {name}, {value});"),
            Ty::List => format!("append(&mut {name}, {value});"),
            Ty::Parcel => format!("repack(&mut {name}, {value});"),
            _ => format!("polish(&mut {name}, {value});"),
        })
    }
}
