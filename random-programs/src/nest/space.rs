//! The loops of a nest, and sums of their variables.

use super::array::Array;
use crate::rng::Rng;

/// The loops' variables.
pub(super) const NAMES: [&str; 3] = ["i", "j", "k"];
/// What the captured `n` and `shift` are.
const N: i64 = 7;
const SHIFT: i64 = 2;

/// How the end of a range is written.
#[derive(Clone, Copy)]
enum End {
    Literal,
    Closed,
    /// With `n`.
    Named,
    /// As the length of the first array, or of a row of it.
    Length,
}

/// A loop over a range.
pub(super) struct Loop {
    /// Its variable is never below,
    pub(super) low: i64,
    /// and always below.
    pub(super) high: i64,
    down: bool,
    end: End,
    /// It begins, or ends, at the variable of the loop around.
    triangle: Option<bool>,
}

impl Loop {
    pub(super) fn new(rng: &mut Rng, depth: usize, at: usize) -> Self {
        let low = rng.pick(&[3, 3, 3, 0, 1]);
        let most = [14, 8, 5][depth - 1];
        let triangle = (at > 0 && rng.chance(15)).then(|| rng.chance(50));
        Self {
            low,
            high: low + rng.below(most + 1) as i64,
            down: rng.chance(30),
            end: rng.pick(&[End::Literal, End::Closed, End::Named, End::Length]),
            triangle,
        }
    }

    /// `for i in (3..n + 2).rev() {`
    pub(super) fn text(&self, name: &str, arrays: &[Array]) -> String {
        let (low, high) = (self.low, self.high);
        let around = NAMES
            .iter()
            .position(|other| *other == name)
            .and_then(|at| at.checked_sub(1))
            .map(|at| NAMES[at]);
        let begin = match (self.triangle, around) {
            (Some(true), Some(around)) => around.to_owned(),
            _ => low.to_string(),
        };
        let range = match (self.triangle, around, self.end) {
            (Some(false), Some(around), _) => format!("{begin}..{around}"),
            (_, _, End::Literal) => format!("{begin}..{high}"),
            (_, _, End::Closed) if high > 0 => format!("{begin}..={}", high - 1),
            (_, _, End::Closed) => format!("{begin}..0"),
            (_, _, End::Named) => format!("{begin}..n{}", signed(high - N)),
            (_, _, End::Length) => format!("{begin}..t0.len(){}", signed(high - arrays[0].len())),
        };
        match self.down {
            true => format!("for {name} in ({range}).rev() {{"),
            false => format!("for {name} in {range} {{"),
        }
    }

    /// The smallest and largest value that it may have.
    fn bounds(&self, around: Option<&Self>) -> (i64, i64) {
        let (low, high) = (self.low, self.high - 1);
        match (self.triangle, around) {
            (Some(true), Some(around)) => (around.low, high.max(around.low)),
            (Some(false), Some(around)) => (low, low.max(around.high)),
            _ => (low, high.max(low)),
        }
    }
}

/// ` + 3`, or nothing for 0.
fn signed(number: i64) -> String {
    match number {
        0 => String::new(),
        number if number < 0 => format!(" - {}", -number),
        number => format!(" + {number}"),
    }
}

/// `2 * i - j + 3`
pub(super) struct Subscript {
    factors: [i64; 3],
    constant: i64,
    with_shift: bool,
}

impl Subscript {
    /// One for the loops before `depth`. A simple one is the variable number
    /// `at`, and a constant.
    pub(super) fn new(rng: &mut Rng, depth: usize, at: usize, simple: bool) -> Self {
        let factors = std::array::from_fn(|variable| match variable < depth {
            true if simple => i64::from(variable == at.min(depth - 1)),
            true if rng.chance(50) => i64::from(variable == at),
            true => rng.below(5) as i64 - 2,
            false => 0,
        });
        Self {
            factors,
            constant: rng.below(7) as i64 - 3,
            with_shift: rng.chance(8),
        }
    }

    /// The smallest and largest value that it may have.
    pub(super) fn bounds(&self, loops: &[Loop]) -> (i64, i64) {
        let constant = self.constant + if self.with_shift { SHIFT } else { 0 };
        let mut bounds = (constant, constant);
        for (at, each) in loops.iter().enumerate() {
            let around = at.checked_sub(1).map(|at| &loops[at]);
            let (low, high) = each.bounds(around);
            let ends = [self.factors[at] * low, self.factors[at] * high];
            bounds.0 += ends[0].min(ends[1]);
            bounds.1 += ends[0].max(ends[1]);
        }
        bounds
    }

    /// The text, with `more` added.
    pub(super) fn text(&self, more: i64) -> String {
        let mut text = String::new();
        let constant = self.constant + more;
        for (factor, name) in self.factors.iter().zip(NAMES) {
            let sign = match (*factor < 0, text.is_empty()) {
                (true, true) => "0 - ",
                (true, false) => " - ",
                (false, true) => "",
                (false, false) => " + ",
            };
            text += &match factor.abs() {
                0 => String::new(),
                1 => format!("{sign}{name}"),
                factor => format!("{sign}{factor} * {name}"),
            };
        }
        if self.with_shift {
            text += if text.is_empty() { "shift" } else { " + shift" };
        }
        match text.is_empty() {
            true => constant.max(0).to_string(),
            false => text + &signed(constant),
        }
    }
}
