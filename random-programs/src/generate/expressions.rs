//! Random expressions. What an expression moves is gone for what is written
//! after it, so its parts are made in the order they are evaluated in.

use super::Generator;
use crate::scope::{Ty, VarId};

impl Generator {
    /// A number.
    pub(super) fn int(&mut self, depth: usize) -> String {
        if depth == 0 || self.rng.chance(25) {
            return self.small_int();
        }
        self.special_int(depth).unwrap_or_else(|| self.call(depth))
    }

    /// A number without calls of tasks.
    pub(super) fn small_int(&mut self) -> String {
        let ints = self.scope.calm(&[Ty::Int], &mut self.rng);
        match self.pick(&ints) {
            Some(id) if self.rng.chance(80) => self.scope.var(id).read.clone(),
            _ => self
                .rng
                .pick(&["0", "1", "2", "5", "-3", "10", "41", "100"])
                .to_owned(),
        }
    }

    /// A call of a task, or an operator, on numbers.
    pub(super) fn call(&mut self, depth: usize) -> String {
        let left = self.int(depth - 1);
        match self.rng.below(14) {
            0..3 => format!("step({left})"),
            3..6 => format!("churn({left})"),
            6 if self.has("try") => {
                let of = self.rng.pick(&[7, 19, 50, 400]);
                format!("check({left}, {of})?")
            }
            7 if self.has("panic") => {
                let of = self.rng.pick(&[40, 300, 1000]);
                format!("fragile({left}, {of})")
            }
            8 => format!("({left} % 3 + 1)"),
            9 => format!("i64::max({left}, {})", self.int(depth - 1)),
            10 => format!("i64::rem_euclid({left}, 13)"),
            11 => format!("({left} - {})", self.int(depth - 1)),
            _ => format!("mix({left}, {})", self.int(depth - 1)),
        }
    }

    /// A number made of something else, if there is such a thing.
    fn special_int(&mut self, depth: usize) -> Option<String> {
        match self.rng.below(20) {
            0 => Some(format!("measure({})", self.text_ref(depth))),
            1 => {
                let text = self.text(depth - 1);
                Some(format!("measure(&{text})"))
            }
            2 => {
                let list = self.list_ref()?;
                Some(format!("total({list})"))
            }
            3 => Some(format!("total(&{})", self.list(depth - 1))),
            4 => Some(format!("consume({})", self.list(depth - 1))),
            5 => {
                let ids = self.scope.calm(
                    &[Ty::List, Ty::Slice, Ty::Text, Ty::Words, Ty::Map],
                    &mut self.rng,
                );
                let id = self.pick(&ids)?;
                Some(format!("({}.len() as i64)", self.scope.var(id).name))
            }
            6 => {
                let ids = self.scope.calm(&[Ty::Token], &mut self.rng);
                let id = self.pick(&ids)?;
                Some(format!("weigh(&{})", self.scope.var(id).name))
            }
            7 => Some(format!("melt({})", self.token(depth - 1))),
            8 => {
                let list = self.list_ref()?;
                Some(format!("largest({list}).unwrap_or(4)"))
            }
            9 if self.has("closure") => {
                let closures = self.scope.calm(&[Ty::Closure], &mut self.rng);
                let id = self.pick(&closures)?;
                let name = self.scope.var(id).name.clone();
                Some(format!("{name}({})", self.int(depth - 1)))
            }
            10 if self.has("try") => Some(format!("parse({})?", self.text_ref(0))),
            11 => {
                let refs = self.scope.calm(&[Ty::TokenRef], &mut self.rng);
                let id = self.pick(&refs)?;
                Some(format!("weigh({})", self.scope.var(id).name))
            }
            12 if self.has("plain_block") => {
                let value = self.small_int();
                Some(format!("{{ let y = {value}; y * y % 101 }}"))
            }
            13 if self.has("if_inside") => {
                let condition = self.condition();
                Some(format!(
                    "(if {condition} {{ 3 }} else {{ {} }})",
                    self.small_int()
                ))
            }
            15 if self.has("try") => {
                let list = self.list_ref()?;
                let value = self.small_int();
                Some(format!(
                    "find({list}, {value}).ok_or(\"nothing is found\")?"
                ))
            }
            16 if self.has("panic") => {
                let value = self.int(depth - 1);
                Some(format!("({value} / ({} % 5 + 4))", self.small_int()))
            }
            17 => {
                let ids = self.scope.calm(&[Ty::Token, Ty::TokenRef], &mut self.rng);
                let id = self.pick(&ids)?;
                Some(format!("{}.value", self.scope.var(id).name))
            }
            14 => {
                let list = self.list_ref()?;
                Some(format!(
                    "find({list}, {}).map_or(9, |found| found + 1)",
                    self.small_int()
                ))
            }
            _ => None,
        }
    }

    /// A condition; the task in it may not be needed.
    pub(super) fn condition(&mut self) -> String {
        let left = self.small_int();
        let simple = match self.rng.below(3) {
            0 => format!("{left} % 2 == 0"),
            1 => format!("{left} > {}", self.small_int()),
            _ => format!("{left} % 5 < 3"),
        };
        match self.rng.below(6) {
            0 if self.has("condition_task") => format!("churn({left}) % 3 != 0"),
            1 if self.has("lazy") => format!("{simple} && step({left}) % 2 == 0"),
            2 if self.has("lazy") => format!("{simple} || mix({left}, 2) % 4 == 1"),
            _ => simple,
        }
    }

    /// A `String`.
    pub(super) fn text(&mut self, depth: usize) -> String {
        let owned = self.scope.movable(Ty::Text);
        if let Some(id) = self.pick(&owned)
            && self.rng.chance(35)
        {
            return self.take(id);
        }
        match self.rng.below(6) {
            0 if depth > 0 => format!("shout({})", self.text(depth - 1)),
            5 if depth > 0 => {
                let left = self.text(depth - 1);
                let right = self.text(depth - 1);
                format!("either({left}, {right}, {})", self.int(depth - 1))
            }
            1 | 2 if depth > 0 => {
                let (text, var) = self.borrowed_text();
                let number = self.while_frozen(var, |this| this.int(depth - 1));
                format!("stretch({text}, {number})")
            }
            3 => format!("({}).to_string()", self.small_int()),
            4 if self.has("format") => {
                let texts = self.scope.calm(&[Ty::Text, Ty::TextRef], &mut self.rng);
                let ints = self.scope.calm(&[Ty::Int], &mut self.rng);
                match (self.pick(&texts), self.pick(&ints)) {
                    (Some(text), Some(int)) => {
                        let (text, int) = (&self.scope.var(text).name, &self.scope.var(int).name);
                        format!("format!(\"{{{int}}}:{{{text}:.4}}\")")
                    }
                    _ => "String::from(\"none\")".to_owned(),
                }
            }
            _ => {
                let (text, _) = self.borrowed_text();
                format!("String::from({text})")
            }
        }
    }

    /// A `&str` or `&String`.
    pub(super) fn text_ref(&mut self, depth: usize) -> String {
        if depth > 1 && self.rng.chance(30) {
            return format!("&{}", self.text(depth - 2));
        }
        self.borrowed_text().0
    }

    /// The same, and the variable that it borrows.
    fn borrowed_text(&mut self) -> (String, Option<VarId>) {
        let texts = self.scope.calm(&[Ty::Text, Ty::TextRef], &mut self.rng);
        let Some(id) = self.pick(&texts) else {
            return ("\"17\"".to_owned(), None);
        };
        let var = self.scope.var(id);
        let text = if var.ty == Ty::Text {
            format!("&{}", var.name)
        } else {
            var.name.clone()
        };
        (text, Some(id))
    }

    /// A `Vec<i64>`.
    pub(super) fn list(&mut self, depth: usize) -> String {
        let owned = self.scope.movable(Ty::List);
        match self.pick(&owned) {
            Some(id) if self.rng.chance(35) => self.take(id),
            Some(id) if self.rng.chance(20) => format!("{}.clone()", self.scope.var(id).name),
            _ if depth > 0 && self.rng.chance(60) => format!("spread({})", self.int(depth - 1)),
            _ => {
                // A task's call would be hidden in the macro.
                let first = self.small_int();
                format!("vec![{first}, {}]", self.small_int())
            }
        }
    }

    /// A `&[i64]` or `&Vec<i64>` of a variable.
    fn list_ref(&mut self) -> Option<String> {
        let lists = self.scope.calm(&[Ty::List, Ty::Slice], &mut self.rng);
        let id = self.pick(&lists)?;
        let var = self.scope.var(id);
        Some(if var.ty == Ty::List {
            format!("&{}", var.name)
        } else {
            var.name.clone()
        })
    }

    /// A `Token`.
    pub(super) fn token(&mut self, depth: usize) -> String {
        let owned = self.scope.movable(Ty::Token);
        match self.pick(&owned) {
            Some(id) if self.rng.chance(60) => self.take(id),
            _ if depth > 0 && self.rng.chance(25) => {
                let left = self.token(depth - 1);
                format!("merge({left}, {})", self.token(depth - 1))
            }
            _ if depth > 0 && self.rng.chance(15) => {
                let left = self.token(depth - 1);
                let right = self.token(depth - 1);
                format!("either({left}, {right}, {})", self.int(depth - 1))
            }
            _ if self.has("try") && self.rng.chance(25) => {
                format!("temper({})?", self.int(depth))
            }
            _ => format!("forge({})", self.int(depth)),
        }
    }

    /// Moves a variable.
    pub(super) fn take(&mut self, id: VarId) -> String {
        self.scope.set_moved(id, true);
        let name = self.scope.var(id).name.clone();
        if self.scope.var(id).captured {
            self.consumed.insert(name.clone());
        }
        name
    }

    /// Makes something while a variable is borrowed.
    pub(super) fn while_frozen<T>(
        &mut self,
        var: Option<VarId>,
        make: impl FnOnce(&mut Self) -> T,
    ) -> T {
        if let Some(var) = var {
            self.scope.freeze(var);
        }
        let made = make(self);
        if let Some(var) = var {
            self.scope.thaw(var);
        }
        made
    }

    /// Makes something that cannot name a variable.
    pub(super) fn without<T>(&mut self, var: VarId, make: impl FnOnce(&mut Self) -> T) -> T {
        self.scope.set_moved(var, true);
        let made = make(self);
        self.scope.set_moved(var, false);
        made
    }
}
