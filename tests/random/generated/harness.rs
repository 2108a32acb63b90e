//! How both versions of a program are run and compared.

use std::cell::RefCell;
pub use std::collections::BTreeMap;

pub use delayed::Pairwise;

pub use crate::tasks::{Affine, LIMIT, Parcel, Point, Token};

pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// What a program gave, and what it left in its surroundings.
#[derive(Debug)]
pub struct Outcome {
    pub result: Result<String, Failure>,
    pub seen: String,
}

/// The tasks that fail or panic, by the names that errors say.
const FAILING: &[&str] = &[
    "a look", "advance", "check", "digits", "fragile", "halves", "reject", "ship", "temper",
    "verify",
];

/// Why a program ended, and in which iterations, the innermost first.
#[derive(Debug, PartialEq)]
pub struct Failure {
    pub is_panic: bool,
    pub text: String,
    /// The task, where it is known: a text of a task begins with its name.
    pub task: Option<String>,
    pub iterations: Vec<u64>,
}

impl Failure {
    /// As plain Rust knows it.
    fn plain(is_panic: bool, text: String, iterations: Vec<u64>) -> Self {
        let named = FAILING.iter().find(|task| {
            let rest = text.strip_prefix(**task);
            rest.is_some_and(|rest| rest.starts_with(": "))
        });
        Self {
            is_panic,
            task: named.map(|task| (*task).to_owned()),
            text,
            iterations,
        }
    }

    /// A panic's message stands at the end of an error's text. Where `by_turns`, a
    /// panic in what an inner loop has handed on may name the outer iterations only.
    fn is_as(&self, plain: &Self, by_turns: bool) -> bool {
        let is_text = match plain.is_panic {
            true => self.text.ends_with(&plain.text),
            false => self.text == plain.text,
        };
        let is_task = plain.task.is_none() || self.task == plain.task;
        let is_place = match by_turns && plain.is_panic {
            true => plain.iterations.ends_with(&self.iterations) && !self.iterations.is_empty(),
            false => self.iterations == plain.iterations,
        };
        self.is_panic == plain.is_panic && is_text && is_task && is_place
    }
}

impl Outcome {
    pub fn kind(&self) -> &'static str {
        match &self.result {
            Ok(_) => "value",
            Err(failure) if failure.is_panic => "panic",
            Err(_) => "error",
        }
    }

    /// What the iteration of a panic has left in the surroundings, nobody promises.
    pub fn is_as(&self, plain: &Self, by_turns: bool) -> bool {
        match (&self.result, &plain.result) {
            (Err(found), Err(expected)) => {
                found.is_as(expected, by_turns) && (expected.is_panic || self.seen == plain.seen)
            }
            (found, expected) => found == expected && self.seen == plain.seen,
        }
    }
}

thread_local! {
    /// Which iteration of each loop plain Rust is in, the outermost first.
    static TURNS: RefCell<Vec<u64>> = const { RefCell::new(Vec::new()) };
}

fn iterations() -> Vec<u64> {
    TURNS.with_borrow(|turns| turns.iter().rev().copied().collect())
}

/// The items of `source`, noting which iteration it is.
pub fn turns<I: IntoIterator>(source: I) -> Turns<I::IntoIter> {
    let depth = TURNS.with_borrow_mut(|turns| {
        turns.push(0);
        turns.len() - 1
    });
    Turns {
        items: source.into_iter(),
        next: 0,
        depth,
    }
}

pub struct Turns<I> {
    items: I,
    next: u64,
    depth: usize,
}

impl<I: Iterator> Iterator for Turns<I> {
    type Item = I::Item;

    fn next(&mut self) -> Option<I::Item> {
        TURNS.with_borrow_mut(|turns| turns[self.depth] = self.next);
        self.next += 1;
        self.items.next()
    }
}

impl<I> Drop for Turns<I> {
    fn drop(&mut self) {
        TURNS.with_borrow_mut(|turns| turns.truncate(self.depth));
    }
}

/// An error of plain Rust, and the iterations that a `?` met it in.
pub struct Noted(BoxError, Vec<u64>);

impl<E: Into<BoxError>> From<E> for Noted {
    fn from(error: E) -> Self {
        Self(error.into(), iterations())
    }
}

thread_local! {
    /// The iterations of the last panic.
    static PANIC: RefCell<Vec<u64>> = const { RefCell::new(Vec::new()) };
}

/// Keeps panics silent, and notes the iterations that they are met in.
pub fn note_panics() {
    std::panic::set_hook(Box::new(|_| PANIC.set(iterations())));
}

/// What a body gives as plain Rust.
pub fn value<T>(body: impl FnOnce() -> Result<T, Noted>) -> Result<T, Failure> {
    match std::panic::catch_unwind(std::panic::AssertUnwindSafe(body)) {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(Noted(error, iterations))) => {
            Err(Failure::plain(false, error.to_string(), iterations))
        }
        Err(payload) => {
            let text = payload.downcast_ref::<&str>().map(|text| text.to_string());
            let text = text.or_else(|| payload.downcast_ref::<String>().cloned());
            Err(Failure::plain(true, text.unwrap_or_default(), PANIC.take()))
        }
    }
}

pub fn serial<T: std::fmt::Debug>(
    body: impl FnOnce() -> Result<T, Noted>,
) -> Result<String, Failure> {
    value(body).map(|value| format!("{value:?}"))
}

/// Pipelines inside of plain Rust, which run at once.
pub mod eager {
    pub struct Ready<T>(pub Result<T, super::Failure>);

    impl<T> Ready<T> {
        pub fn compute(self) -> Result<T, super::Failure> {
            self.0
        }
    }

    macro_rules! pipeline {
        ({ $($body:tt)* }) => {
            $crate::harness::eager::Ready($crate::harness::value(
                || -> Result<_, $crate::harness::Noted> { Ok({ $($body)* }) },
            ))
        };
    }
    pub(crate) use pipeline;
}

pub fn parallel<T: std::fmt::Debug>(result: Result<T, delayed::Error>) -> Result<String, Failure> {
    result.map(|value| format!("{value:?}")).map_err(|error| {
        let cause = std::error::Error::source(&error).map(ToString::to_string);
        Failure {
            is_panic: error.is_panic(),
            text: cause.unwrap_or_else(|| error.to_string()),
            task: error.task().map(str::to_owned),
            iterations: error.iterations().iter().map(|turn| turn.index).collect(),
        }
    })
}

/// The surroundings of programs that are methods.
pub struct World {
    pub base: i64,
    pub title: String,
    pub words: Vec<String>,
    pub digit_words: Vec<String>,
    pub list: Vec<i64>,
    pub many: Vec<i64>,
    pub token: Token,
    pub tokens: Vec<Token>,
    pub log: Vec<i64>,
    pub count: i64,
    pub line: String,
    pub tally: BTreeMap<i64, i64>,
    pub chest: Vec<Token>,
    pub numbers: std::ops::Range<i64>,
}

impl World {
    pub fn new() -> Self {
        Self {
            base: 7,
            title: "a title".to_owned(),
            words: ["12", "x7", "5", "", "31"].map(str::to_owned).to_vec(),
            digit_words: ["1", "22", "333", "4"].map(str::to_owned).to_vec(),
            list: (0..9).map(|x| x * 13 % 31).collect(),
            many: (0..70).map(|x| x * 13 % 47).collect(),
            token: Token::new(3),
            tokens: (0..6).map(Token::new).collect(),
            log: Vec::new(),
            count: 0,
            line: "-".to_owned(),
            tally: BTreeMap::new(),
            chest: vec![Token::new(1)],
            numbers: 0..40,
        }
    }
}
