//! Formats of times, such as `%d.%m.%Y %H:%M`, read when the program is built:
//! what is left for the run is one step after the other.

use crate::diagnostics::{Rule, rules};

/// One step of reading a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Calls the reader's method of this name.
    Part(&'static str),
    /// Text that has to stand there.
    Literal(String),
}

/// The directives, what each stands for, and the methods that read it.
const DIRECTIVES: [(char, What, &str); 11] = [
    ('Y', What::Year, "year"),
    ('y', What::Year, "short_year"),
    ('m', What::Month, "month"),
    ('b', What::Month, "month_name"),
    ('d', What::Day, "day"),
    ('H', What::Hour, "hour"),
    ('I', What::Hour, "hour_of_half"),
    ('p', What::Half, "half"),
    ('M', What::Minute, "minute"),
    ('S', What::Second, "second"),
    ('f', What::Fraction, "fraction"),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum What {
    Year,
    Month,
    Day,
    Hour,
    Half,
    Minute,
    Second,
    Fraction,
}

impl What {
    fn name(self) -> &'static str {
        match self {
            Self::Year => "year",
            Self::Month => "month",
            Self::Day => "day",
            Self::Hour => "hour",
            Self::Half => "half of the day",
            Self::Minute => "minute",
            Self::Second => "second",
            Self::Fraction => "fraction of a second",
        }
    }
}

/// The steps of a format, or what is wrong with it.
pub(super) fn steps(format: &str) -> Result<Vec<Step>, (&'static Rule, String)> {
    let long = format.replace("%F", "%Y-%m-%d").replace("%T", "%H:%M:%S");
    let mut steps = Vec::new();
    let mut given = Vec::new();
    let mut letters = long.chars();
    while let Some(letter) = letters.next() {
        if letter != '%' {
            literal(&mut steps, letter);
            continue;
        }
        let directive = letters.next();
        if directive == Some('%') {
            literal(&mut steps, '%');
            continue;
        }
        let known = DIRECTIVES.iter().find(|it| Some(it.0) == directive);
        let Some(&(letter, what, method)) = known else {
            let directive = directive.map_or_else(String::new, String::from);
            return Err((rules::RECORD_DIRECTIVE, format!("%{directive}")));
        };
        if given.iter().any(|&(_, other)| other == what) {
            return wrong(&format!("has the {} twice", what.name()));
        }
        given.push((letter, what));
        steps.push(Step::Part(method));
    }
    complete(&given)?;
    Ok(steps)
}

/// Checks that a format gives one moment in time.
fn complete(given: &[(char, What)]) -> Result<(), (&'static Rule, String)> {
    let has = |wanted: What| given.iter().any(|&(_, what)| what == wanted);
    for what in [What::Year, What::Month, What::Day] {
        if !has(what) {
            return wrong(&format!("has no {}", what.name()));
        }
    }
    let finer = [What::Hour, What::Minute, What::Second, What::Fraction];
    for pair in finer.windows(2) {
        if has(pair[1]) && !has(pair[0]) {
            let (has, has_not) = (pair[1].name(), pair[0].name());
            return wrong(&format!("has a {has} and no {has_not}"));
        }
    }
    let of_half = given.iter().any(|&(letter, _)| letter == 'I');
    match (of_half, has(What::Half)) {
        (true, false) => wrong("has `%I`, an hour of half a day, and not `%p`, which half"),
        (false, true) => wrong("has `%p`, a half of the day, and not `%I`, its hour"),
        _ => Ok(()),
    }
}

fn wrong<T>(what: &str) -> Result<T, (&'static Rule, String)> {
    Err((rules::RECORD_FORMAT, what.to_owned()))
}

fn literal(steps: &mut Vec<Step>, letter: char) {
    match steps.last_mut() {
        Some(Step::Literal(text)) => text.push(letter),
        _ => steps.push(Step::Literal(letter.into())),
    }
}
