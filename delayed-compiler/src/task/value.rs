//! The value of one option: read as what it should be, or reported.

use std::fmt::Display;
use std::ops::RangeInclusive;
use std::time::Duration;

use quote::ToTokens;
use syn::{Expr, ExprLit, ExprUnary, Ident, Lit, LitStr, Path, UnOp};

use super::checkpoint::Checkpoint;
use crate::diagnostics::{Diagnostics, Rule, rules};

/// What stands behind the name of an option, and where to report what is wrong
/// with it.
pub(super) struct Value<'a> {
    key: &'a Ident,
    written: Option<&'a Expr>,
    faults: &'a mut Diagnostics,
}

/// No pause or time limit is longer, so that adding one to the time of day
/// never overflows.
const LONGEST: Duration = Duration::from_secs(365 * 24 * 60 * 60);

impl<'a> Value<'a> {
    pub(super) fn new(
        key: &'a Ident,
        written: Option<&'a Expr>,
        faults: &'a mut Diagnostics,
    ) -> Self {
        let written = written.map(bare);
        Self {
            key,
            written,
            faults,
        }
    }

    /// A text that is not blank.
    pub(super) fn title(&mut self) -> Option<LitStr> {
        match self.literal() {
            Some(Lit::Str(text)) if !text.value().trim().is_empty() => Some(text.clone()),
            _ => self.wrong_kind(),
        }
    }

    /// `key`, `key = true` or `key = false`.
    pub(super) fn flag(&mut self) -> Option<bool> {
        match (self.written, self.literal()) {
            (None, _) => Some(true),
            (_, Some(Lit::Bool(flag))) => Some(flag.value),
            _ => self.wrong_kind(),
        }
    }

    /// `checkpoint`, `checkpoint = "version"`, or a flag.
    pub(super) fn checkpoint(&mut self) -> Option<Checkpoint> {
        match self.literal() {
            Some(Lit::Str(_)) => self.title().map(Checkpoint::Version),
            _ => self
                .flag()
                .filter(|is_kept| *is_kept)
                .map(|_| Checkpoint::Text),
        }
    }

    /// The path of a crate.
    pub(super) fn path(&mut self) -> Option<Path> {
        match self.written {
            Some(Expr::Path(path)) if path.qself.is_none() => Some(path.path.clone()),
            _ => self.wrong_kind(),
        }
    }

    /// A whole number.
    pub(super) fn number<T>(&mut self, range: RangeInclusive<T>) -> Option<T>
    where
        T: TryFrom<i128> + PartialOrd + Display,
    {
        let Some(number) = self.written.and_then(integer) else {
            return self.wrong_kind();
        };
        let number = T::try_from(number).ok();
        number.filter(|it| range.contains(it)).or_else(|| {
            let (key, least, most) = (self.key, range.start(), range.end());
            let should = format!("`{key}` is a whole number from {least} to {most}");
            self.report(rules::OPTION_RANGE, should)
        })
    }

    /// A length of time, such as `"100ms"`.
    pub(super) fn duration(&mut self) -> Option<Duration> {
        let Some(Lit::Str(text)) = self.literal() else {
            return self.wrong_kind();
        };
        let text = text.value();
        let Some(micros) = micros(text.trim()) else {
            return self.report(rules::OPTION_DURATION, text);
        };
        let duration = u64::try_from(micros).ok().map(Duration::from_micros);
        duration
            .filter(|it| (Duration::from_micros(1)..=LONGEST).contains(it))
            .or_else(|| {
                let should = format!("`{}` is a time from `1us` to `8760h`, a year", self.key);
                self.report(rules::OPTION_RANGE, should)
            })
    }

    fn literal(&self) -> Option<&'a Lit> {
        match self.written {
            Some(Expr::Lit(ExprLit { lit, .. })) => Some(lit),
            _ => None,
        }
    }

    /// Says at the option's name how it is written.
    fn wrong_kind<T>(&mut self) -> Option<T> {
        let example = match self.key.to_string().as_str() {
            "name" => "name = \"load trips\"",
            "fallible" => "fallible` or `fallible = false",
            "crate" => "crate = my_name_for::delayed",
            "pure" => "pure",
            "retries" => "retries = 3",
            "backoff" => "backoff = \"100ms\"",
            "timeout" => "timeout = \"2s\"",
            "priority" => "priority = 10",
            "checkpoint" => "checkpoint` or `checkpoint = \"v1\"",
            _ => "limit = 4",
        };
        self.faults.report(rules::OPTION_VALUE, self.key, example);
        None
    }

    /// Says at the value what is wrong with it.
    fn report<T>(&mut self, rule: &'static Rule, detail: String) -> Option<T> {
        let at = self.written.map(ToTokens::to_token_stream);
        self.faults.report(rule, at, detail);
        None
    }
}

/// The expression that a `macro_rules` macro may have wrapped.
fn bare(value: &Expr) -> &Expr {
    match value {
        Expr::Group(group) => bare(&group.expr),
        other => other,
    }
}

/// The value of a whole number as written; one that is too large for anything
/// is the largest.
fn integer(value: &Expr) -> Option<i128> {
    match bare(value) {
        Expr::Lit(ExprLit {
            lit: Lit::Int(number),
            ..
        }) if number.suffix().is_empty() => Some(number.base10_parse().unwrap_or(i128::MAX)),
        Expr::Unary(ExprUnary {
            op: UnOp::Neg(_),
            expr,
            ..
        }) => integer(expr)?.checked_neg(),
        _ => None,
    }
}

/// The microseconds that `text` says, or the most there can be.
fn micros(text: &str) -> Option<u128> {
    let end = text.find(|c: char| !c.is_ascii_digit())?;
    let (number, unit) = text.split_at(end);
    let unit: u128 = match unit.trim_start() {
        "us" => 1,
        "ms" => 1_000,
        "s" => 1_000_000,
        "min" => 60_000_000,
        "h" => 3_600_000_000,
        _ => return None,
    };
    if number.is_empty() {
        return None;
    }
    Some(
        number
            .parse::<u128>()
            .map_or(u128::MAX, |number| number.saturating_mul(unit)),
    )
}
