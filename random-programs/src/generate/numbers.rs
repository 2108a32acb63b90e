//! Random numbers and conditions. What an expression moves is gone for what is
//! written after it, so its parts are made in the order they are evaluated in.

use super::Generator;
use crate::scope::Ty;

impl Generator {
    /// A number.
    pub(super) fn int(&mut self, depth: usize) -> String {
        if depth == 0 || self.rng.chance(25) {
            return self.small_int();
        }
        let special = match self.rng.below(100) {
            0..30 => self.of_text_or_list(depth),
            30..50 => self.of_struct(depth),
            50..62 => self.glue(depth),
            62..68 => self.changed(depth),
            _ => None,
        };
        special.unwrap_or_else(|| self.call(depth))
    }

    /// A number without calls of tasks.
    pub(super) fn small_int(&mut self) -> String {
        let ints = self.scope.calm(&[Ty::Int], &mut self.rng);
        match self.pick(&ints) {
            Some(id) if self.rng.chance(80) => self.scope.var(id).read.clone(),
            _ => self
                .rng
                .pick(&[
                    "0",
                    "1",
                    "2",
                    "5",
                    "-3",
                    "10",
                    "41",
                    "100",
                    "LIMIT",
                    "Point::UNIT.y",
                ])
                .to_owned(),
        }
    }

    /// A call of a task, or an operator, on numbers.
    pub(super) fn call(&mut self, depth: usize) -> String {
        let left = self.int(depth - 1);
        match self.rng.below(20) {
            0..3 => format!("step({left})"),
            3..6 => format!("churn({left})"),
            6 | 7 if self.has("try") => match self.rng.below(5) {
                0 => format!("verify({left})?"),
                1 => format!("glance({left})?"),
                2 if self.has("judge") => format!("judge({left})?"),
                _ => {
                    let of = self.rng.pick(&[7, 19, 50, 400]);
                    format!("check({left}, {of})?")
                }
            },
            8 if self.has("panic") => {
                let of = self.rng.pick(&[40, 300, 1000]);
                format!("fragile({left}, {of})")
            }
            9 => format!("({left} % 3 + 1)"),
            10 => format!("i64::max({left}, {})", self.int(depth - 1)),
            11 => format!("i64::rem_euclid({left}, 13)"),
            12 => format!("({left} - {})", self.int(depth - 1)),
            13 if self.has("paths") => match self.rng.below(4) {
                0 => format!("tasks::step({left})"),
                1 => format!("tasks::deep::grind({left})"),
                2 => format!("tasks::deep::mix({left}, {})", self.int(depth - 1)),
                _ => format!("blend({left}, {})", self.int(depth - 1)),
            },
            14 if self.has("local") => self.local(&left),
            15 if self.has("nest") && self.scope.loops < 2 => format!("nest({left})"),
            16 if self.has("generic") => format!("powers::<3>({left})[2]"),
            17 if self.has("judge") => format!("judge({left}).unwrap_or(8)"),
            _ => format!("mix({left}, {})", self.int(depth - 1)),
        }
    }

    /// A call of a task that the program defines itself.
    fn local(&mut self, argument: &str) -> String {
        if self.has("try") && self.rng.chance(40) {
            self.tasks.insert(
                "fn reject(x: i64) -> Result<i64, String> { if x % 21 == 20 { Err(format!(\"reject: {x}\")) } else { Ok(x + 2) } }",
            );
            return format!("reject({argument})?");
        }
        self.tasks
            .insert("fn local(x: i64) -> i64 { (x * 5 + 3) % 1009 }");
        format!("local({argument})")
    }

    /// A number made of a text or a list.
    fn of_text_or_list(&mut self, depth: usize) -> Option<String> {
        match self.rng.below(13) {
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
                let list = self.list_ref()?;
                if self.has("panic") && self.rng.chance(20) {
                    let slice = list.trim_start_matches('&');
                    let start = self.small_int();
                    return Some(format!(
                        "total(&{slice}[i64::rem_euclid({start}, 2) as usize..])"
                    ));
                }
                let task = self.rng.pick(&["largest", "first", "largest::<i64>"]);
                Some(format!("{task}({list}).unwrap_or(4)"))
            }
            7 if self.has("try") => Some(format!("parse({})?", self.text_ref(0))),
            8 if self.has("try") => {
                let list = self.list_ref()?;
                let value = self.small_int();
                Some(format!(
                    "find({list}, {value}).ok_or(\"nothing is found\")?"
                ))
            }
            9 => {
                let list = self.list_ref()?;
                Some(format!(
                    "find({list}, {}).map_or(9, |found| found + 1)",
                    self.small_int()
                ))
            }
            10 => {
                let ids = self.scope.calm(&[Ty::List, Ty::Slice], &mut self.rng);
                let id = self.pick(&ids)?;
                let (list, value) = (self.scope.var(id).name.clone(), self.small_int());
                Some(match self.rng.below(3) {
                    0 => format!("{list}.iter().map(|y| y % 7 + {value}).sum::<i64>()"),
                    1 => format!("({list}.iter().filter(|y| **y > {value}).count() as i64)"),
                    _ => format!("{list}.iter().fold({value}, |sum, y| (sum * 3 + y) % 1009)"),
                })
            }
            11 if self.has("panic") => {
                let ids = self.scope.calm(&[Ty::List, Ty::Slice], &mut self.rng);
                let id = self.pick(&ids)?;
                let list = self.scope.var(id).name.clone();
                Some(format!(
                    "{list}[i64::rem_euclid({}, 2) as usize]",
                    self.small_int()
                ))
            }
            _ => None,
        }
    }

    /// A number of a struct, a closure or a graph made at run time.
    fn of_struct(&mut self, depth: usize) -> Option<String> {
        match self.rng.below(10) {
            0 => {
                let ids = self.scope.calm(&[Ty::Token], &mut self.rng);
                let id = self.pick(&ids)?;
                Some(format!("weigh(&{})", self.scope.var(id).name))
            }
            1 => Some(format!("melt({})", self.token(depth - 1))),
            2 | 3 if self.has("closure") => {
                let closures = self.scope.calm(&[Ty::Closure], &mut self.rng);
                let id = self.pick(&closures)?;
                let closure = self.scope.var(id).read.clone();
                Some(format!("{closure}({})", self.int(depth - 1)))
            }
            4 => {
                let refs = self.scope.calm(&[Ty::TokenRef], &mut self.rng);
                let id = self.pick(&refs)?;
                Some(format!("weigh({})", self.scope.var(id).name))
            }
            5 => {
                let ids = self.scope.calm(&[Ty::Token, Ty::TokenRef], &mut self.rng);
                let id = self.pick(&ids)?;
                Some(format!("{}.value", self.scope.var(id).name))
            }
            6 if self.rng.chance(50) => {
                let owned = self.movable(Ty::Parcel);
                let id = self.pick(&owned)?;
                Some(format!("unpack({})", self.take(id)))
            }
            6 | 7 => {
                let ids = self.scope.calm(&[Ty::Parcel], &mut self.rng);
                let id = self.pick(&ids)?;
                Some(format!("inspect(&{})", self.scope.var(id).name))
            }
            8 => {
                let ids = self.scope.calm(&[Ty::Affine], &mut self.rng);
                let id = self.pick(&ids)?;
                Some(format!("{}.shift", self.scope.var(id).name))
            }
            _ => {
                let owned = self.movable(Ty::Later);
                let id = self.pick(&owned)?;
                Some(format!("{}.compute()?", self.take(id))).filter(|_| self.has("try"))
            }
        }
    }

    /// Plain Rust around tasks.
    fn glue(&mut self, depth: usize) -> Option<String> {
        let value = self.small_int();
        match self.rng.below(11) {
            8 if self.has("closure") => {
                let other = self.int(depth - 1);
                Some(format!("apply({other}, |y| (y * 2 + {value}) % 1009)"))
            }
            9 if self.has("closure") => {
                let closures = self.scope.calm(&[Ty::Closure], &mut self.rng);
                let id = self.pick(&closures)?;
                let other = self.int(depth - 1);
                Some(format!("apply({other}, &{})", self.scope.var(id).name))
            }
            0 if self.has("plain_block") => Some(format!("{{ let y = {value}; y * y % 101 }}")),
            1 if self.has("if_inside") => {
                let condition = self.condition();
                let other = self.small_int();
                Some(format!("(if {condition} {{ 3 }} else {{ {other} }})"))
            }
            2 if self.has("panic") => {
                let left = self.int(depth - 1);
                Some(format!("({left} / ({value} % 5 + 4))"))
            }
            3 => Some(format!(
                "Point {{ x: {}, y: {value} }}.x",
                self.int(depth - 1)
            )),
            4 => Some(format!("({value}, {}).1", self.int(depth - 1))),
            5 => Some(format!(
                "[{}, {value}, 3][i64::rem_euclid({value}, 3) as usize]",
                self.int(depth - 1)
            )),
            6 => Some(format!("(matches!({value}, 1 | 3..=9 | 41) as i64)")),
            7 => {
                let pair = format!("split({})", self.int(depth - 1));
                Some(format!("fuse({pair}, Point {{ y: 2, x: {value} }})"))
            }
            _ => Some(format!(
                "fuse((2, {value}), locate({}))",
                self.int(depth - 1)
            )),
        }
    }

    /// A number that a task gives when it changes a variable.
    fn changed(&mut self, depth: usize) -> Option<String> {
        let changeable = self.scope.changeable(&[Ty::Int]);
        let id = self.pick(&changeable).filter(|_| self.has("draw"))?;
        let value = self.without(id, |this| this.int(depth - 1));
        Some(format!("draw(&mut {}, {value})", self.scope.var(id).read))
    }

    /// A condition; the task in it may not be needed.
    pub(super) fn condition(&mut self) -> String {
        let left = self.small_int();
        let flags = self.scope.calm(&[Ty::Bool], &mut self.rng);
        let simple = match (self.rng.below(4), self.pick(&flags)) {
            (0, Some(flag)) => format!("!{}", self.scope.var(flag).name),
            (0 | 1, _) => format!("{left} % 2 == 0"),
            (2, _) => format!("{left} > {}", self.small_int()),
            _ => format!("{left} % 5 < 3"),
        };
        match self.rng.below(6) {
            0 if self.has("condition_task") => format!("churn({left}) % 3 != 0"),
            1 if self.has("lazy") => format!("{simple} && step({left}) % 2 == 0"),
            2 if self.has("lazy") => format!("{simple} || mix({left}, 2) % 4 == 1"),
            _ => simple,
        }
    }
}
