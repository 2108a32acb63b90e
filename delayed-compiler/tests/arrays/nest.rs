//! Nests made from a seed, and what their iterations do.

use random_programs::Rng;

/// A loop over a range.
#[derive(Debug)]
pub(crate) struct Loop {
    low: i64,
    high: i64,
    down: bool,
    step: usize,
    /// The upper end is written as a variable.
    at_run_time: bool,
}

/// `a * i + b * j + c * k + constant`, perhaps with a variable that does not
/// change.
#[derive(Debug)]
struct Subscript {
    factors: Vec<i64>,
    constant: i64,
    /// A variable, or a constant, that is in it.
    fixed: Option<&'static str>,
}

#[derive(Debug)]
struct Element {
    array: usize,
    subscripts: Vec<Subscript>,
}

/// One loop in the other, and assignments from some elements to one.
#[derive(Debug)]
pub(crate) struct Made {
    pub(crate) loops: Vec<Loop>,
    statements: Vec<(Element, Vec<Element>)>,
}

/// What one cell does.
#[derive(Debug)]
pub(crate) struct Cell {
    pub(crate) row: i64,
    /// Grows from cell to cell.
    pub(crate) column: i64,
    /// Array, subscripts, and whether it is changed.
    pub(crate) elements: Vec<((usize, Vec<i64>), bool)>,
}

const NAMES: [&str; 3] = ["i", "j", "k"];
/// What `n` is.
const N: i64 = 7;

impl Made {
    pub(crate) fn new(rng: &mut Rng) -> Self {
        let depth = 1 + rng.below(3);
        let loops = (0..depth).map(|_| Loop::new(rng));
        let loops: Vec<_> = loops.collect();
        let ranks: Vec<_> = (0..1 + rng.below(3)).map(|_| 1 + rng.below(3)).collect();
        let simple = rng.below(3) > 0;
        let element = |rng: &mut Rng| {
            let array = rng.below(ranks.len());
            let subscript = |at| Subscript::new(rng, depth, at, simple);
            let subscripts = (0..ranks[array]).map(subscript).collect();
            Element { array, subscripts }
        };
        let statements = (0..1 + rng.below(2)).map(|_| {
            let changed = element(rng);
            (changed, (0..rng.below(4)).map(|_| element(rng)).collect())
        });
        let statements = statements.collect();
        Self { loops, statements }
    }

    /// The nest as a pipeline's text.
    pub(crate) fn text(&self) -> String {
        let heads = self.loops.iter().zip(NAMES).map(|(each, name)| {
            let high = match each.at_run_time {
                true => format!("n + {} - {N}", each.high),
                false => each.high.to_string(),
            };
            let range = format!("{}..{high}", each.low);
            let turned = if each.down { ".rev()" } else { "" };
            match each.step {
                1 if !each.down => format!("for {name} in {range} {{\n"),
                1 => format!("for {name} in ({range}){turned} {{\n"),
                step => format!("for {name} in ({range}){turned}.step_by({step}) {{\n"),
            }
        });
        let heads: String = heads.collect();
        let statements = self.statements.iter().map(|(changed, read)| {
            let read: Vec<_> = read.iter().map(Element::text).collect();
            format!("{} = mix({});\n", changed.text(), read.join(", "))
        });
        let statements: String = statements.collect();
        format!(
            "let mut t0 = a; let mut t1 = b; let mut t2 = c;\n{heads}{statements}{}",
            "}\n".repeat(self.loops.len())
        )
    }

    /// For each iteration of the loops before `at`: the cells of the `depth`
    /// loops there, in the order of the loops.
    pub(crate) fn runs(&self, at: usize, depth: usize) -> Vec<Vec<Cell>> {
        let all = self.iterations();
        let mut runs: Vec<(Vec<i64>, Vec<Cell>)> = Vec::new();
        let mut inside: Vec<i64> = Vec::new();
        for values in all {
            if runs.last().is_none_or(|(outer, _)| *outer != values[..at]) {
                runs.push((values[..at].to_vec(), Vec::new()));
                inside.clear();
            }
            let cells = &mut runs.last_mut().expect("one was added").1;
            let here = &values[at..at + depth];
            if cells.is_empty() || *inside != *here {
                inside = here.to_vec();
                let signed = |at: usize| match self.loops[at].down {
                    true => -values[at],
                    false => values[at],
                };
                let column = if depth == 2 { signed(at + 1) } else { 0 };
                let row = signed(at).div_euclid(self.loops[at].step as i64);
                let elements = Vec::new();
                cells.push(Cell {
                    row,
                    column,
                    elements,
                });
            }
            let elements = &mut cells.last_mut().expect("one was added").elements;
            for (changed, read) in &self.statements {
                elements.extend(read.iter().map(|element| (element.of(&values), false)));
                elements.push((changed.of(&values), true));
            }
        }
        runs.into_iter().map(|(_, cells)| cells).collect()
    }

    /// The values of the loops' variables, iteration by iteration.
    fn iterations(&self) -> Vec<Vec<i64>> {
        self.loops.iter().fold(vec![Vec::new()], |outer, each| {
            let longer = |values: Vec<i64>| {
                let next = move |value| {
                    let mut values = values.clone();
                    values.push(value);
                    values
                };
                each.values().into_iter().map(next)
            };
            outer.into_iter().flat_map(longer).collect()
        })
    }
}

impl Loop {
    fn new(rng: &mut Rng) -> Self {
        let low = rng.below(4) as i64;
        Self {
            low,
            high: low + 1 + rng.below(5) as i64,
            down: rng.below(3) == 0,
            step: 1 + rng.below(6) / 4 * (1 + rng.below(2)),
            at_run_time: rng.below(2) == 0,
        }
    }

    fn values(&self) -> Vec<i64> {
        let values = self.low..self.high;
        if self.down {
            values.rev().step_by(self.step).collect()
        } else {
            values.step_by(self.step).collect()
        }
    }
}

impl Subscript {
    /// A simple one is the variable of its place, and a constant.
    fn new(rng: &mut Rng, depth: usize, at: usize, simple: bool) -> Self {
        let factor = |rng: &mut Rng| rng.below(5) as i64 - 2;
        let factors = (0..depth).map(|variable| match simple {
            true => i64::from(variable == at.min(depth - 1)),
            false if rng.below(3) > 0 => i64::from(variable == at),
            false => factor(rng),
        });
        let factors = factors.collect();
        Self {
            factors,
            constant: rng.below(7) as i64 - 3,
            fixed: [Some("n"), Some("K"), Some("shape::DEPTH")]
                .get(rng.below(16))
                .copied()
                .flatten(),
        }
    }
}

impl Element {
    fn text(&self) -> String {
        let subscripts = self.subscripts.iter().map(|subscript| {
            let mut text = subscript.fixed.unwrap_or("0").to_owned();
            for (factor, name) in subscript.factors.iter().zip(NAMES) {
                text += &match factor {
                    0 => String::new(),
                    1 => format!(" + {name}"),
                    -1 => format!(" - {name}"),
                    factor if *factor < 0 => format!(" - {} * {name}", -factor),
                    factor => format!(" + {factor} * {name}"),
                };
            }
            let sign = if subscript.constant < 0 { '-' } else { '+' };
            format!("[{text} {sign} {}]", subscript.constant.abs())
        });
        format!("t{}{}", self.array, subscripts.collect::<String>())
    }

    fn of(&self, values: &[i64]) -> (usize, Vec<i64>) {
        let subscripts = self.subscripts.iter().map(|subscript| {
            let sum = subscript
                .factors
                .iter()
                .zip(values)
                .map(|(factor, value)| factor * value);
            let n = match subscript.fixed {
                Some("n") => N,
                Some("K") => N - 1,
                Some(_) => N + 2,
                None => 0,
            };
            sum.sum::<i64>() + subscript.constant + n
        });
        (self.array, subscripts.collect())
    }
}
