//! Random sources of loops.

use super::Generator;
use crate::scope::{Ty, VarId};

/// What a loop runs over.
pub(super) struct Source {
    pub(super) expr: String,
    /// What an item is bound to, and the variables of it: name, way to read it
    /// and type.
    pub(super) pat: String,
    pub(super) items: Vec<(String, String, Ty)>,
    /// What the loop borrows.
    pub(super) borrowed: Option<VarId>,
    /// Whether an item is a `Result`.
    pub(super) fallible: bool,
    /// Whether an item is a number that can be changed.
    pub(super) mutable: bool,
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
            mutable: false,
        }
    }
}

impl Generator {
    pub(super) fn source(&mut self) -> Option<Source> {
        match self.rng.below(15) {
            0..5 => Some(self.range()),
            5 | 6 => self.of_list(),
            12 if self.has("iter_mut") => self.of_changed_list(),
            13 if self.has("adapters") => self.of_adapted_list(),
            14 => self.of_parts(),
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
        let owned = self.movable(Ty::List);
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
        let is_captured = matches!(&*name, "list" | "many" | "self.list" | "self.many");
        let is_short = is_captured && self.scope.loops == 0;
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
        let owned = self.movable(Ty::Words);
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
        let owned = self.movable(Ty::Tokens);
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
        let expr = if self.has("from_fn") && self.rng.chance(50) {
            format!(
                "{{ let mut n = {first}; (std::iter::from_fn)(move || {{ n += 3; (n % 7 != 1).then_some(n) }}) }}"
            )
        } else {
            format!(
                "(std::iter::successors)(Some({first}), |x| (*x % 7 != 6).then(|| *x + 1)).take(9)"
            )
        };
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

    /// A list whose items are changed where they are.
    fn of_changed_list(&mut self) -> Option<Source> {
        let x = self.name("item");
        let lists = self.scope.changeable(&[Ty::List]);
        let id = self.pick(&lists)?;
        let name = self.scope.var(id).name.clone();
        let expr = match self.rng.below(3) {
            0 => format!("{name}.iter_mut().take(8)"),
            1 => format!("{name}.iter_mut().rev().take(6)"),
            _ => format!("&mut {name}[..]"),
        };
        // A whole list may be long: none grows by what is in it, but by more loops.
        if expr.starts_with('&') && self.scope.loops > 0 {
            return None;
        }
        let read = format!("(*{x})");
        let mut source = Source::new(expr, x.clone(), &[(&x, &read, Ty::Int)], Some(id));
        source.mutable = true;
        Some(source)
    }

    /// What cannot be split among workers without looking at all of it.
    fn of_adapted_list(&mut self) -> Option<Source> {
        let x = self.name("i");
        let lists = self.scope.readable(&[Ty::List, Ty::Slice]);
        let id = self.pick(&lists)?;
        let (name, of) = (self.scope.var(id).name.clone(), self.small_int());
        let number: &[(&str, &str, Ty)] = &[(&x, &x, Ty::Int)];
        let short = format!("{name}.iter().copied().take(9)");
        let (expr, pat, items) = match self.rng.below(8) {
            0 => (format!("{short}.filter(|y| y % 3 != 1)"), x.clone(), number),
            1 => (format!("{short}.step_by(2)"), x.clone(), number),
            2 => (format!("{short}.chain([{of}, 4])"), x.clone(), number),
            3 => (
                format!("{short}.flat_map(|y| [y, y * 2 + 1])"),
                x.clone(),
                number,
            ),
            4 => (
                format!("{short}.take_while(|y| *y != 26)"),
                x.clone(),
                number,
            ),
            5 => (
                format!("{short}.scan(1, |sum, y| {{ *sum += y; Some(*sum % 101) }})"),
                x.clone(),
                number,
            ),
            6 => (
                format!("{short}.filter_map(|y| (y > 5).then_some(y * 3))"),
                x.clone(),
                number,
            ),
            _ => {
                let items: &[_] = &[(&*x, &*x, Ty::Slice)];
                return Some(Source::new(
                    format!("{name}.windows(2).take(6)"),
                    x.clone(),
                    items,
                    Some(id),
                ));
            }
        };
        Some(Source::new(expr, pat, items, Some(id)))
    }

    /// An array, a vector or an option that is written down.
    fn of_parts(&mut self) -> Option<Source> {
        let x = self.name("i");
        let (left, right) = (self.int(1), self.small_int());
        let expr = match self.rng.below(4) {
            0 => format!("[{left}, {right}, 4]"),
            1 => format!("Some({left})"),
            2 if self.has("generic") => format!("powers::<4>({left})"),
            _ => {
                let other = self.name("j");
                let items: &[_] = &[(&*x, &*x, Ty::Int), (&*other, &*other, Ty::Int)];
                return Some(Source::new(
                    format!("[({left}, {right}), (3, 8), ({right}, 1)]"),
                    format!("({x}, {other})"),
                    items,
                    None,
                ));
            }
        };
        Some(Source::new(expr, x.clone(), &[(&x, &x, Ty::Int)], None))
    }
}
