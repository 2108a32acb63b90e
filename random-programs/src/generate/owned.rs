//! Random texts, lists, tokens and parcels, and what is taken for them.

use super::Generator;
use crate::scope::{Ty, VarId};

impl Generator {
    /// A `String`.
    pub(super) fn text(&mut self, depth: usize) -> String {
        let owned = self.movable(Ty::Text);
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
                let mut texts = self.scope.calm(&[Ty::Text, Ty::TextRef], &mut self.rng);
                let mut ints = self.scope.calm(&[Ty::Int], &mut self.rng);
                texts.retain(|id| self.scope.var(*id).is_name());
                ints.retain(|id| self.scope.var(*id).is_name());
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
        let owned = self.movable(Ty::List);
        match self.pick(&owned) {
            Some(id) if self.rng.chance(35) => self.take(id),
            Some(id) if self.rng.chance(20) => format!("{}.clone()", self.scope.var(id).name),
            _ if depth > 0 && self.rng.chance(60) => format!("spread({})", self.int(depth - 1)),
            _ => {
                // A task's call would be hidden in the macro.
                let first = self.small_int();
                if self.rng.chance(25) {
                    return format!("vec![{first}; 3]");
                }
                format!("vec![{first}, {}]", self.small_int())
            }
        }
    }

    /// A `&[i64]` or `&Vec<i64>` of a variable.
    pub(super) fn list_ref(&mut self) -> Option<String> {
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
        let owned = self.movable(Ty::Token);
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

    /// A `Parcel`.
    pub(super) fn parcel(&mut self, depth: usize) -> String {
        if self.has("try") && self.rng.chance(30) {
            return format!("ship({})?", self.int(depth));
        }
        format!("pack({})", self.int(depth))
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
