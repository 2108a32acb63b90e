//! A profile as text.

use std::fmt;
use std::time::Duration;

use super::{Profile, StageKind};
use crate::bytes::Bytes;

impl StageKind {
    /// The kind in one lower-case word.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Loop => "loop",
            Self::Task => "task",
            Self::Source => "source",
        }
    }
}

/// A time in the unit that fits: `1.20 ms`.
pub(super) fn seconds(time: Duration) -> String {
    let seconds = time.as_secs_f64();
    let (value, unit) = match seconds {
        1.0.. => (seconds, "s"),
        1e-3.. => (seconds * 1e3, "ms"),
        1e-6.. => (seconds * 1e6, "us"),
        _ => (seconds * 1e9, "ns"),
    };
    match value {
        100.0.. => format!("{value:.0} {unit}"),
        10.0.. => format!("{value:.1} {unit}"),
        _ => format!("{value:.2} {unit}"),
    }
}

/// A part of 1: `42 %`.
pub(super) fn percent(part: f64) -> String {
    format!("{:.0} %", 100.0 * part)
}

/// What bounded the run, a table of its stages, and one of what values hold.
impl fmt::Display for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{} on {} threads, at work for {} of it",
            seconds(self.elapsed),
            self.threads,
            percent(self.efficiency())
        )?;
        writeln!(f, "{}", self.bound())?;
        writeln!(
            f,
            "{:>10} {:>9} {:>9} {:>9} {:>9} {:>9} {:>9} {:>9}  stage",
            "count", "own", "total", "min", "median", "p95", "max", "critical"
        )?;
        for stage in &self.stages {
            let times = [
                stage.own,
                stage.total,
                stage.min,
                stage.median,
                stage.p95,
                stage.max,
            ];
            let count = format!("{}{}", stage.count, if stage.is_partial { "+" } else { "" });
            write!(f, "{count:>10}")?;
            for time in times {
                write!(f, " {:>9}", seconds(time))?;
            }
            let share = stage.share.map_or_else(|| "-".to_owned(), percent);
            let (kind, label, place) = (stage.kind.name(), &stage.label, &stage.place);
            writeln!(f, " {share:>9}  {kind} {label} ({place})")?;
        }
        if !self.values.is_empty() {
            writeln!(
                f,
                "{:>10} {:>12} {:>12}  values of",
                "count", "largest", "mean"
            )?;
        }
        for values in &self.values {
            let [largest, mean] = [values.largest, values.total / values.count.max(1)];
            let [largest, mean] = [largest, mean].map(|bytes| Bytes(bytes).to_string());
            let (count, label, place) = (values.count, &values.label, &values.place);
            writeln!(f, "{count:>10} {largest:>12} {mean:>12}  {label} ({place})")?;
        }
        for (task, retries) in &self.retries {
            writeln!(f, "`{task}` was tried again {retries} times")?;
        }
        for error in &self.errors {
            writeln!(f, "error: {error}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_the_unit_that_fits() {
        let texts = [
            0,
            1,
            1_500,
            999_000,
            12_345_678,
            2_000_000_000,
            7_200_000_000_000,
        ]
        .map(|time| seconds(Duration::from_nanos(time)));
        assert_eq!(
            texts,
            [
                "0.00 ns", "1.00 ns", "1.50 us", "999 us", "12.3 ms", "2.00 s", "7200 s"
            ]
        );
    }
}
