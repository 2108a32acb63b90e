//! Random loops and their sources.

use super::Generator;
use crate::program::Stmt;
use crate::scope::{Ty, VarId};

/// How deep loops nest.
const DEPTH: usize = 3;

/// What a loop runs over.
struct Source {
    expr: String,
    /// What an item is bound to, and the variables of it: name, way to read it
    /// and type.
    pat: String,
    items: Vec<(String, String, Ty)>,
    /// What the loop borrows.
    borrowed: Option<VarId>,
    /// Whether an item is a `Result`.
    fallible: bool,
}

impl Source {
    fn new(expr: String, pat: String, items: &[(&str, &str, Ty)], borrowed: Option<VarId>) -> Self {
        let items = items
            .iter()
            .map(|(name, read, ty)| ((*name).to_owned(), (*read).to_owned(), *ty));
        Self {
            expr,
            pat,
            items: items.collect(),
            borrowed,
            fallible: false,
        }
    }
}

impl Generator {
    pub(super) fn for_loop(&mut self) -> Option<Vec<Stmt>> {
        let (head, body, ()) = self.looped(|_| ())?;
        Some(vec![Stmt::Nest(vec![(head, body)], "}")])
    }

    /// A loop as a value.
    pub(super) fn collect(&mut self) -> Option<Vec<Stmt>> {
        let kind = self.rng.below(4);
        let (head, body, (tail, ty)) = self.looped(|this| match kind {
            0 => (this.text(2), Ty::Words),
            1 => (this.token(2), Ty::Tokens),
            _ => (this.int(2), Ty::List),
        })?;
        let name = self.name("all");
        self.scope.declare(&name, ty, false);
        Some(vec![Stmt::Collect {
            name,
            head,
            body,
            tail,
        }])
    }

    /// A loop's head and body, and what `tail` makes in the body's scope.
    fn looped<T>(&mut self, tail: impl FnOnce(&mut Self) -> T) -> Option<(String, Vec<Stmt>, T)> {
        if self.scope.loops == DEPTH {
            return None;
        }
        let source = self.source()?;
        let head = format!("for {} in {} {{", source.pat, source.expr);
        let mark = self.scope.enter();
        self.scope.loops += 1;
        for (name, read, ty) in &source.items {
            self.scope.declare_read(name, read, *ty, false);
        }
        let (body, tail) = self.while_frozen(source.borrowed, |this| {
            let mut body = Vec::new();
            if source.fallible {
                body.push(Stmt::Line(format!("let {0} = {0}?;", source.pat)));
            }
            let size = this.rng.pick(&[2, 4, 6, 8]);
            body.extend(this.block(size));
            let number = source.items.iter().find(|item| item.2 == Ty::Int);
            if let Some((_, read, _)) = number
                && this.rng.chance(40)
            {
                body.extend(this.exit_between_effects(read));
            }
            (body, tail(this))
        });
        self.scope.loops -= 1;
        self.scope.leave(mark);
        Some((head, body, tail))
    }

    /// Perhaps an effect, something that leaves in one iteration of many, and
    /// another effect: what stands before it happens, and what stands after does not.
    fn exit_between_effects(&mut self, item: &str) -> Vec<Stmt> {
        let mut body = Vec::new();
        if self.rng.chance(60) {
            body.extend(self.effect().into_iter().flatten());
        }
        let of = self.rng.pick(&[3, 5, 30, 600]);
        let jump = self.rng.pick(&["continue", "break"]);
        let exit = match self.rng.below(3) {
            0 if self.has("try") => format!("check({item}, {of})?;"),
            1 if self.has("panic") => format!("fragile({item}, {of});"),
            _ => format!("if churn({item}) % {of} == {of} - 1 {{ {jump}; }}"),
        };
        body.push(Stmt::Line(exit));
        body.extend(self.effect().into_iter().flatten());
        body
    }

    fn source(&mut self) -> Option<Source> {
        match self.rng.below(12) {
            0..5 => Some(self.range()),
            5 | 6 => self.of_list(),
            7 => self.of_words(),
            8 => self.of_tokens(),
            9 => self.of_task(),
            10 => self.of_iterator(),
            _ => self.of_map(),
        }
    }

    fn range(&mut self) -> Source {
        let x = self.name("i");
        let ends = if self.scope.loops == 0 {
            ["3", "8", "40", "700"]
        } else {
            ["1", "2", "4", "5"]
        };
        let end = self.rng.pick(&ends);
        let bound = if self.rng.chance(50) {
            self.int(1)
        } else {
            self.small_int()
        };
        let expr = match self.rng.below(5) {
            0 => format!("({}_i64..={end}).rev()", self.rng.pick(&["0", "2"])),
            1 | 2 => format!("0..i64::rem_euclid({bound}, 6)"),
            3 => format!("(0..{end}_i64).map(|x| x * 3 % 17)"),
            _ => format!("0..{end}_i64"),
        };
        Source::new(expr, x.clone(), &[(&x, &x, Ty::Int)], None)
    }

    fn of_list(&mut self) -> Option<Source> {
        let x = self.name("i");
        let owned = self.scope.movable(Ty::List);
        if let Some(id) = self.pick(&owned)
            && self.rng.chance(30)
        {
            let name = self.take(id);
            return Some(Source::new(
                format!("{name}.into_iter().take(9)"),
                x.clone(),
                &[(&x, &x, Ty::Int)],
                None,
            ));
        }
        let lists = self.scope.readable(&[Ty::List, Ty::Slice]);
        let id = self.pick(&lists)?;
        let name = self.scope.var(id).name.clone();
        let is_short = matches!(&*name, "list" | "many") && self.scope.loops == 0;
        let read = format!("(*{x})");
        let borrowed = Some(id);
        Some(match self.rng.below(6) {
            5 => {
                let other = self.name("j");
                Source::new(
                    format!("{name}.iter().take(8).zip((0..6_i64).rev())"),
                    format!("({x}, {other})"),
                    &[(&x, &read, Ty::Int), (&other, &other, Ty::Int)],
                    borrowed,
                )
            }
            0 if is_short => Source::new(
                format!("&{name}"),
                format!("&{x}"),
                &[(&x, &x, Ty::Int)],
                borrowed,
            ),
            1 => Source::new(
                format!("{name}.iter().take(7)"),
                x.clone(),
                &[(&x, &read, Ty::Int)],
                borrowed,
            ),
            2 => {
                let index = self.name("at");
                let read_index = format!("({index} as i64)");
                Source::new(
                    format!("{name}.iter().take(9).enumerate()"),
                    format!("({index}, &{x})"),
                    &[(&index, &read_index, Ty::Int), (&x, &x, Ty::Int)],
                    borrowed,
                )
            }
            3 => Source::new(
                format!("{name}.chunks(3).take(6)"),
                x.clone(),
                &[(&x, &x, Ty::Slice)],
                borrowed,
            ),
            _ => Source::new(
                format!("{name}[..{name}.len().min(5)].iter().copied()"),
                x.clone(),
                &[(&x, &x, Ty::Int)],
                borrowed,
            ),
        })
    }

    fn of_words(&mut self) -> Option<Source> {
        let x = self.name("word");
        let owned = self.scope.movable(Ty::Words);
        if let Some(id) = self.pick(&owned)
            && self.rng.chance(50)
        {
            let name = self.take(id);
            return Some(Source::new(
                format!("{name}.into_iter().take(6)"),
                x.clone(),
                &[(&x, &x, Ty::Text)],
                None,
            ));
        }
        let words = self.scope.readable(&[Ty::Words]);
        let id = self.pick(&words)?;
        let name = self.scope.var(id).name.clone();
        let expr = if self.scope.var(id).mutable {
            format!("{name}.iter().take(6)")
        } else {
            format!("&{name}")
        };
        Some(Source::new(
            expr,
            x.clone(),
            &[(&x, &x, Ty::TextRef)],
            Some(id),
        ))
    }

    fn of_tokens(&mut self) -> Option<Source> {
        let x = self.name("token");
        let owned = self.scope.movable(Ty::Tokens);
        if let Some(id) = self.pick(&owned)
            && self.rng.chance(60)
        {
            let name = self.take(id);
            return Some(Source::new(name, x.clone(), &[(&x, &x, Ty::Token)], None));
        }
        let tokens = self.scope.readable(&[Ty::Tokens]);
        let id = self.pick(&tokens)?;
        let name = self.scope.var(id).name.clone();
        Some(Source::new(
            format!("{name}.iter().take(6)"),
            x.clone(),
            &[(&x, &x, Ty::TokenRef)],
            Some(id),
        ))
    }

    /// What a task gives, also one that may fail for the list and for an item.
    fn of_task(&mut self) -> Option<Source> {
        let x = self.name("i");
        let value = self.int(1);
        if self.has("try") && self.rng.chance(60) {
            let mut source = Source::new(
                format!("digits({value})?"),
                x.clone(),
                &[(&x, &x, Ty::Int)],
                None,
            );
            source.fallible = true;
            return Some(source);
        }
        Some(Source::new(
            format!("spread({value})"),
            x.clone(),
            &[(&x, &x, Ty::Int)],
            None,
        ))
    }

    fn of_iterator(&mut self) -> Option<Source> {
        let x = self.name("i");
        let numbers = self.scope.changeable(&[Ty::Numbers]);
        if let Some(id) = self.pick(&numbers) {
            let count = self.rng.pick(&["", ".take(3)"]);
            let expr = format!("{}.by_ref(){count}", self.scope.var(id).name);
            return Some(Source::new(expr, x.clone(), &[(&x, &x, Ty::Int)], Some(id)));
        }
        let first = self.small_int();
        let expr = format!(
            "(std::iter::successors)(Some({first}), |x| (*x % 7 != 6).then(|| *x + 1)).take(9)"
        );
        Some(Source::new(expr, x.clone(), &[(&x, &x, Ty::Int)], None))
    }

    fn of_map(&mut self) -> Option<Source> {
        let (key, value) = (self.name("key"), self.name("value"));
        let maps = self.scope.readable(&[Ty::Map]);
        let id = self.pick(&maps)?;
        let expr = format!("{}.iter().take(6)", self.scope.var(id).name);
        let read = format!("(*{value})");
        Some(Source::new(
            expr,
            format!("(&{key}, {value})"),
            &[(&key, &key, Ty::Int), (&value, &read, Ty::Int)],
            Some(id),
        ))
    }
}
