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
    /// The loop outside whose variable is added to the lower end,
    low_from: Option<usize>,
    /// or to the upper one, instead of the lower end.
    high_from: Option<usize>,
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
    /// What is added to `w` where rows lie one after the other.
    flat: Option<i64>,
}

/// One loop in the other, and assignments from some elements to one.
#[derive(Debug)]
pub(crate) struct Made {
    pub(crate) loops: Vec<Loop>,
    statements: Vec<(Element, Vec<Element>)>,
    /// The first variable is counted from a `let` in front of the second loop.
    has_let: bool,
}

/// What one cell does.
#[derive(Debug)]
pub(crate) struct Cell {
    pub(crate) row: i64,
    /// Grows from cell to cell.
    pub(crate) column: i64,
    /// What the variables of the loops are, and of those outside.
    pub(crate) turns: Vec<i64>,
    /// Array, subscripts, and whether it is changed.
    pub(crate) elements: Vec<((usize, Vec<i64>), bool)>,
}

pub(crate) const NAMES: [&str; 3] = ["i", "j", "k"];
/// What `n` is at least.
const N: i64 = 7;

/// What `n`, `K`, `shape::DEPTH` and `w` may be: whatever the compiler allows has to
/// be right for all of these, and it could not allow more than they do.
pub(crate) const NUMBERS: [[i64; 4]; 6] = [
    [N, 0, 0, 5],
    [N, 1, 3, 40],
    [N + 1, 2, 1, 3],
    [N, 4, 5, 60],
    [N + 4, 0, 4, 12],
    [N, 8, 7, 8],
];

impl Made {
    pub(crate) fn new(rng: &mut Rng) -> Self {
        let depth = 1 + rng.below(3);
        let loops = (0..depth).map(|at| Loop::new(rng, at));
        let loops: Vec<_> = loops.collect();
        let ranks: Vec<_> = (0..1 + rng.below(3)).map(|_| 1 + rng.below(3)).collect();
        let flats: Vec<_> = ranks
            .iter()
            .map(|rank| {
                let is_flat = *rank == 2 && rng.below(3) == 0;
                is_flat.then(|| rng.below(2) as i64)
            })
            .collect();
        let simple = rng.below(3) > 0;
        let element = |rng: &mut Rng| {
            let array = rng.below(ranks.len());
            let subscript = |at| Subscript::new(rng, depth, at, simple);
            let subscripts = (0..ranks[array]).map(subscript).collect();
            Element {
                array,
                subscripts,
                flat: flats[array],
            }
        };
        let statements = (0..1 + rng.below(2)).map(|_| {
            let changed = element(rng);
            (changed, (0..rng.below(4)).map(|_| element(rng)).collect())
        });
        let statements = statements.collect();
        let has_let = depth > 1 && rng.below(4) == 0;
        Self {
            loops,
            statements,
            has_let,
        }
    }

    /// The nest as a pipeline's text.
    pub(crate) fn text(&self) -> String {
        let heads = self.loops.iter().zip(NAMES).map(|(each, name)| {
            let from = |outer: usize, number: i64| match number {
                0 => NAMES[outer].to_owned(),
                number => format!("{} + {number}", NAMES[outer]),
            };
            let high = match each.high_from {
                Some(outer) => from(outer, each.high - each.low),
                None if each.at_run_time => format!("n + {} - {N}", each.high),
                None => each.high.to_string(),
            };
            let low = match each.low_from {
                Some(outer) => from(outer, each.low),
                None => each.low.to_string(),
            };
            let range = match each.high_from {
                Some(_) if each.at_run_time => format!("{low}..={high}"),
                _ => format!("{low}..{high}"),
            };
            let turned = if each.down { ".rev()" } else { "" };
            match each.step {
                1 if !each.down => format!("for {name} in {range} {{\n"),
                1 => format!("for {name} in ({range}){turned} {{\n"),
                step => format!("for {name} in ({range}){turned}.step_by({step}) {{\n"),
            }
        });
        let mut heads: Vec<String> = heads.collect();
        let mut names = NAMES;
        if self.has_let {
            names[0] = "(up + 1)";
            heads.insert(1, "let up = i - 1;\n".to_owned());
        }
        let heads = heads.concat();
        let statements = self.statements.iter().map(|(changed, read)| {
            let read: Vec<_> = read.iter().map(|element| element.text(names)).collect();
            format!("{} = mix({});\n", changed.text(names), read.join(", "))
        });
        let statements: String = statements.collect();
        format!(
            "let mut t0 = a; let mut t1 = b; let mut t2 = c;\n{heads}{statements}{}",
            "}\n".repeat(self.loops.len())
        )
    }

    /// For each iteration of the loops before `at`: the cells of the `depth`
    /// loops there, in the order of the loops.
    pub(crate) fn runs(&self, at: usize, depth: usize, numbers: [i64; 4]) -> Vec<Vec<Cell>> {
        let all = self.iterations(numbers[0]);
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
                    turns: values[..at + depth].to_vec(),
                    elements,
                });
            }
            let elements = &mut cells.last_mut().expect("one was added").elements;
            for (changed, read) in &self.statements {
                elements.extend(
                    read.iter()
                        .map(|element| (element.of(&values, numbers), false)),
                );
                elements.push((changed.of(&values, numbers), true));
            }
        }
        runs.into_iter().map(|(_, cells)| cells).collect()
    }

    /// The values of the loops' variables, iteration by iteration.
    fn iterations(&self, n: i64) -> Vec<Vec<i64>> {
        self.loops.iter().fold(vec![Vec::new()], |outer, each| {
            let longer = |values: Vec<i64>| {
                let here = each.values(&values, n).into_iter();
                here.map(move |value| {
                    let mut values = values.clone();
                    values.push(value);
                    values
                })
            };
            outer.into_iter().flat_map(longer).collect()
        })
    }
}

impl Loop {
    fn new(rng: &mut Rng, at: usize) -> Self {
        let low = rng.below(4) as i64;
        let outer = |rng: &mut Rng, one_in| {
            let is_bound = at > 0 && rng.below(one_in) == 0;
            is_bound.then(|| rng.below(at))
        };
        Self {
            low,
            high: low + 1 + rng.below(5) as i64,
            down: rng.below(3) == 0,
            step: 1 + rng.below(6) / 4 * (1 + rng.below(2)),
            at_run_time: rng.below(2) == 0,
            low_from: outer(rng, 4),
            high_from: outer(rng, 3),
        }
    }

    /// What it runs over where the loops outside are at `outer`.
    fn values(&self, outer: &[i64], n: i64) -> Vec<i64> {
        let low = self.low + self.low_from.map_or(0, |from| outer[from]);
        let high = match self.high_from {
            Some(from) => outer[from] + self.high - self.low + i64::from(self.at_run_time),
            None if self.at_run_time => n + self.high - N,
            None => self.high,
        };
        let values = low..high;
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
                .get(rng.below(64))
                .copied()
                .flatten(),
        }
    }
}

impl Element {
    fn text(&self, names: [&str; 3]) -> String {
        let subscripts = self.subscripts.iter().map(|subscript| {
            let mut text = subscript.fixed.unwrap_or("0").to_owned();
            for (factor, name) in subscript.factors.iter().zip(names) {
                text += &match factor {
                    0 => String::new(),
                    1 => format!(" + {name}"),
                    -1 => format!(" - {name}"),
                    factor if *factor < 0 => format!(" - {} * {name}", -factor),
                    factor => format!(" + {factor} * {name}"),
                };
            }
            let sign = if subscript.constant < 0 { '-' } else { '+' };
            format!("{text} {sign} {}", subscript.constant.abs())
        });
        let subscripts: Vec<_> = subscripts.collect();
        let subscripts = match (self.flat, &subscripts[..]) {
            (Some(more), [row, column]) => format!("({row}) * (w + {more}) + {column}"),
            _ => subscripts.join("]["),
        };
        format!("t{}[{subscripts}]", self.array)
    }

    fn of(&self, values: &[i64], [n, k, depth, width]: [i64; 4]) -> (usize, Vec<i64>) {
        let subscripts = self.subscripts.iter().map(|subscript| {
            let sum = subscript
                .factors
                .iter()
                .zip(values)
                .map(|(factor, value)| factor * value);
            let fixed = match subscript.fixed {
                Some("n") => n,
                Some("K") => k,
                Some(_) => depth,
                None => 0,
            };
            sum.sum::<i64>() + subscript.constant + fixed
        });
        let subscripts: Vec<_> = subscripts.collect();
        match (self.flat, &subscripts[..]) {
            (Some(more), [row, column]) => (self.array, vec![row * (width + more) + column]),
            _ => (self.array, subscripts),
        }
    }
}
