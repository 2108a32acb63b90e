//! Random `match`es.

use super::Generator;
use super::branches::{Arm, Tail};
use crate::program::Stmt;
use crate::scope::Ty;

impl Generator {
    pub(super) fn match_arms(&mut self) -> Option<Vec<Stmt>> {
        let (value, mut arms) = match self.rng.below(9) {
            0 => self.match_number(),
            1 => self.match_result(),
            2 => self.match_pair(),
            3 => self.match_struct(),
            4 => self.match_option(),
            5 => self.match_slice(),
            6 => self.match_numbers(),
            _ => self.match_text()?,
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

    fn match_number(&mut self) -> (String, Vec<Arm>) {
        let value = self.int(2);
        let name = self.number_name("x");
        let arms = vec![
            ("0 => {".to_owned(), vec![]),
            (format!("}} 1 | 2 if {} => {{", self.condition()), vec![]),
            (format!("}} {name} => {{"), numbers(&[&name])),
        ];
        (format!("step({value}) % 4"), arms)
    }

    fn match_result(&mut self) -> (String, Vec<Arm>) {
        let value = self.int(2);
        let (name, error) = (self.name("x"), self.name("y"));
        let task = self.rng.pick(&["check", "judge"]);
        let call = match task {
            "judge" if self.has("judge") => format!("judge({value})"),
            _ => format!("check({value}, 5)"),
        };
        let arms = vec![
            (
                format!("Ok({name}) if {name} > 30 => {{"),
                numbers(&[&name]),
            ),
            (format!("}} Ok({name}) => {{"), numbers(&[&name])),
            (
                format!("}} Err({error}) => {{"),
                vec![(error.clone(), Ty::Text)],
            ),
        ];
        (call, arms)
    }

    fn match_pair(&mut self) -> (String, Vec<Arm>) {
        let value = self.int(2);
        let (name, other) = (self.name("x"), self.name("y"));
        let arms = vec![
            (format!("(0, {name}) => {{"), numbers(&[&name])),
            (
                format!("}} ({name}, {other}) => {{"),
                numbers(&[&name, &other]),
            ),
        ];
        (format!("split({value})"), arms)
    }

    fn match_struct(&mut self) -> (String, Vec<Arm>) {
        let value = self.int(2);
        let (name, other) = (self.name("x"), self.name("y"));
        let arms = vec![
            (
                format!("Point {{ x: {name}, .. }} if {name} > 4 => {{"),
                numbers(&[&name]),
            ),
            ("} Point { x: 1 | 2, y: 0..4 } => {".to_owned(), vec![]),
            (
                format!("}} Point {{ y: {other}, .. }} => {{"),
                numbers(&[&other]),
            ),
        ];
        (format!("locate({value})"), arms)
    }

    fn match_option(&mut self) -> (String, Vec<Arm>) {
        let (list, value) = (self.list(1), self.int(1));
        let name = self.name("x");
        let arms = vec![
            ("Some(0) | None => {".to_owned(), vec![]),
            (
                format!("}} Some({name} @ (1..=5 | 9)) => {{"),
                numbers(&[&name]),
            ),
            (format!("}} Some({name}) => {{"), numbers(&[&name])),
        ];
        (format!("find(&{list}, {value})"), arms)
    }

    fn match_slice(&mut self) -> (String, Vec<Arm>) {
        let list = self.list(2);
        let (name, other) = (self.name("x"), self.name("y"));
        let arms = vec![
            ("[] => {".to_owned(), vec![]),
            (format!("}} &[{name}] => {{"), numbers(&[&name])),
            (
                format!("}} &[{name}, .., {other}] => {{"),
                numbers(&[&name, &other]),
            ),
        ];
        (format!("{list}.as_slice()"), arms)
    }

    fn match_numbers(&mut self) -> (String, Vec<Arm>) {
        let (left, right) = (self.small_int(), self.int(1));
        let name = self.name("x");
        let arms = vec![
            ("(0, _) | (_, 0) => {".to_owned(), vec![]),
            (
                format!("}} ({name}, 1) | (1, {name}) => {{"),
                numbers(&[&name]),
            ),
            (format!("}} (_, {name}) => {{"), numbers(&[&name])),
        ];
        (format!("({left} % 4, {right} % 4)"), arms)
    }

    fn match_text(&mut self) -> Option<(String, Vec<Arm>)> {
        let texts = self.scope.readable(&[Ty::Text, Ty::TextRef]);
        let text = self.pick(&texts)?;
        let text = self.scope.var(text).name.clone();
        let other = self.name("y");
        let arms = vec![
            ("\"12\" | \"-\" => {".to_owned(), vec![]),
            (format!("}} {other} if {other}.len() > 3 => {{"), vec![]),
            ("} _ => {".to_owned(), vec![]),
        ];
        Some((format!("{text}.as_str()"), arms))
    }
}

fn numbers(names: &[&str]) -> Vec<(String, Ty)> {
    names
        .iter()
        .map(|name| ((*name).to_owned(), Ty::Int))
        .collect()
}
