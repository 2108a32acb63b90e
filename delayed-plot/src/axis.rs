//! Axes: which values they show, where, and which of them are written.

use crate::svg::{SMALL, width};

/// Larger values have no room to be added or subtracted.
const MOST: f64 = 1e300;
/// Values that differ by less are drawn as the same.
const LEAST: f64 = 1e-290;

/// One axis, over pixels from `begin` to `end`.
#[derive(Clone, Debug)]
pub(crate) struct Axis {
    /// The values, or their decimal logarithms.
    low: f64,
    high: f64,
    is_log: bool,
    begin: f64,
    end: f64,
}

/// A value that is written beside an axis.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Tick {
    pub(crate) at: f64,
    pub(crate) text: String,
}

/// Whether an axis can show a value.
pub(crate) fn can_show(value: f64, is_log: bool) -> bool {
    value.abs() <= MOST && (!is_log || value >= f64::MIN_POSITIVE)
}

impl Axis {
    /// An axis that shows all of `values`, which it can show, with some room at
    /// both ends, but none beyond `edge`.
    pub(crate) fn over(values: impl Iterator<Item = f64>, is_log: bool, edge: Option<f64>) -> Self {
        let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
        for value in values.chain(edge) {
            let value = if is_log { value.log10() } else { value };
            (low, high) = (low.min(value), high.max(value));
        }
        let middle = low / 2.0 + high / 2.0;
        // What differs by less could not be told apart in a picture's numbers.
        if high - low <= (middle.abs() * 1e-11).max(LEAST) {
            let room = match is_log || middle.abs() <= LEAST {
                true => 0.5,
                false => middle.abs() * 0.05,
            };
            (low, high) = (middle - room, middle + room);
        }
        let room = (high - low) * 0.04;
        if edge != Some(low) {
            low -= room;
        }
        if edge != Some(high) {
            high += room;
        }
        Self {
            low,
            high,
            is_log,
            begin: 0.0,
            end: 1.0,
        }
    }

    /// An axis from `low` to `high` and no further.
    pub(crate) fn exactly(low: f64, high: f64) -> Self {
        Self {
            low,
            high,
            is_log: false,
            begin: 0.0,
            end: 1.0,
        }
    }

    /// The axis over these pixels.
    pub(crate) fn on(mut self, begin: f64, end: f64) -> Self {
        (self.begin, self.end) = (begin, end);
        self
    }

    /// Where a value is, in pixels.
    pub(crate) fn place(&self, value: f64) -> f64 {
        let value = if self.is_log { value.log10() } else { value };
        self.begin + (value - self.low) / (self.high - self.low) * (self.end - self.begin)
    }

    /// The values to write, and the power of ten that all of them leave out.
    /// `is_across` tells that texts stand side by side.
    pub(crate) fn ticks(&self, is_across: bool) -> (Vec<Tick>, i32) {
        let length = (self.end - self.begin).abs();
        if self.is_log {
            let ticks = self.decades(length);
            if ticks.len() > 1 {
                return (ticks, 0);
            }
        }
        let mut wanted = (length / if is_across { 50.0 } else { 32.0 }).clamp(2.0, 12.0);
        loop {
            let (ticks, exponent) = self.steps(wanted);
            let widest = ticks
                .iter()
                .map(|tick| width(&tick.text, SMALL))
                .fold(0.0, f64::max);
            let fits = !is_across || (widest + 8.0) * ticks.len() as f64 <= length;
            if fits || wanted <= 1.5 {
                return (ticks, exponent);
            }
            wanted -= 1.0;
        }
    }

    /// About so many values at round steps.
    fn steps(&self, wanted: f64) -> (Vec<Tick>, i32) {
        let (low, high) = match self.is_log {
            true => (10_f64.powf(self.low), 10_f64.powf(self.high)),
            false => (self.low, self.high),
        };
        let (digit, power) = round_step((high - low) / wanted);
        let largest = low.abs().max(high.abs());
        let exponent = match largest.log10().floor() as i32 {
            -2..=5 => 0,
            far => far,
        };
        let decimals = usize::try_from(exponent - power).unwrap_or(0);
        let step = digit * 10_f64.powi(power);
        let (first, last) = ((low / step).ceil(), (high / step).floor());
        let count = (last - first).clamp(0.0, 50.0) as usize + 1;
        let ticks = (0..count).map(|index| {
            // In units of the step, so that 0.3 is not 0.30000000000000004.
            let steps = first + index as f64;
            let value = steps * step;
            let scaled = steps * digit * 10_f64.powi(power - exponent);
            // No "-0".
            let text = format!("{:.decimals$}", scaled + 0.0);
            Tick {
                at: self.place(value),
                text,
            }
        });
        (ticks.filter(|tick| tick.at.is_finite()).collect(), exponent)
    }

    /// The powers of ten, and 2 and 5 times these where there is room.
    fn decades(&self, length: f64) -> Vec<Tick> {
        let decades = self.high - self.low;
        let room = length / decades;
        let every = (45.0 / room).ceil().max(1.0) as i32;
        let digits: &[f64] = if room > 150.0 {
            &[1.0, 2.0, 5.0]
        } else {
            &[1.0]
        };
        let mut ticks = Vec::new();
        for power in (self.low.floor() as i32)..=(self.high.ceil() as i32) {
            for digit in digits {
                let value = digit.log10() + f64::from(power);
                let is_inside = (self.low..=self.high).contains(&value);
                if is_inside && power.rem_euclid(every) == 0 {
                    let text = power_text(*digit, power);
                    let at = self.begin + (value - self.low) / decades * (self.end - self.begin);
                    ticks.push(Tick { at, text });
                }
            }
        }
        ticks
    }
}

/// The smallest of 1, 2, 5 times a power of ten that is no less than `step`.
pub(crate) fn round_step(step: f64) -> (f64, i32) {
    let power = step.log10().floor() as i32;
    let digit = step / 10_f64.powi(power);
    match digit {
        digit if digit <= 1.0 => (1.0, power),
        digit if digit <= 2.0 => (2.0, power),
        digit if digit <= 5.0 => (5.0, power),
        _ => (1.0, power + 1),
    }
}

fn power_text(digit: f64, power: i32) -> String {
    match power {
        0..=5 => format!("{}", digit * 10_f64.powi(power)),
        -4..=-1 => format!(
            "{:.*}",
            power.unsigned_abs() as usize,
            digit * 10_f64.powi(power)
        ),
        _ if digit == 1.0 => format!("10{}", superscript(power)),
        _ => format!("{digit}×10{}", superscript(power)),
    }
}

/// A number in raised digits.
pub(crate) fn superscript(number: i32) -> String {
    const DIGITS: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    let raised = |letter: char| {
        letter
            .to_digit(10)
            .map_or('⁻', |digit| DIGITS[digit as usize])
    };
    number.to_string().chars().map(raised).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(values: &[f64], is_log: bool) -> (Vec<String>, i32) {
        let axis = Axis::over(values.iter().copied(), is_log, None).on(0.0, 600.0);
        let (ticks, exponent) = axis.ticks(true);
        let inside = ticks.iter().all(|tick| (-0.5..=600.5).contains(&tick.at));
        assert!(
            inside && ticks.windows(2).all(|pair| pair[0].at < pair[1].at),
            "{ticks:?}"
        );
        let total: f64 = ticks.iter().map(|tick| width(&tick.text, SMALL)).sum();
        assert!(total <= 600.0, "{ticks:?}");
        (ticks.into_iter().map(|tick| tick.text).collect(), exponent)
    }

    #[test]
    fn steps_are_round() {
        let (texts, exponent) = texts(&[0.0, 1.0], false);
        assert_eq!(
            (&texts[..3], exponent),
            (&["0.0", "0.1", "0.2"].map(String::from)[..], 0)
        );
    }

    #[test]
    fn numbers_of_any_size_have_short_texts() {
        for values in [
            [0.0, 3.5e6],
            [1e-300, 2e-300],
            [-1e300, 1e300],
            [1e9 + 1.0, 1e9 + 2.0],
            [0.0, 5e-324],
            [7.0, 7.0],
            [1e12, 1e12],
            [0.0, 0.0],
            [-3.0, -1.0],
        ] {
            let (texts, _) = texts(&values, false);
            assert!((1..=13).contains(&texts.len()), "{values:?}: {texts:?}");
            assert!(
                texts.iter().all(|text| text.len() < 16),
                "{values:?}: {texts:?}"
            );
        }
        assert_eq!(texts(&[0.0, 3.5e6], false).1, 6);
    }

    #[test]
    fn logarithmic_axes_show_powers() {
        let (powers, _) = texts(&[0.01, 1000.0], true);
        assert_eq!(powers, ["0.01", "0.1", "1", "10", "100", "1000"]);
        let (within, _) = texts(&[20.0, 80.0], true);
        assert!(
            within.len() > 1 && within.contains(&"50".to_owned()),
            "{within:?}"
        );
        let (wide, _) = texts(&[1e-290, 1e290], true);
        assert!((3..=13).contains(&wide.len()), "{wide:?}");
        assert!(texts(&[5.0, 5.0], true).0.len() > 1);
    }

    #[test]
    fn what_no_axis_shows_is_told() {
        assert!(!can_show(f64::NAN, false) && !can_show(f64::INFINITY, false));
        assert!(!can_show(0.0, true) && !can_show(-1.0, true) && can_show(0.0, false));
    }
}
