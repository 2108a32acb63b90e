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

/// An assignment from some elements to one.
type Statement = (Element, Vec<Element>);

/// One loop in the other.
#[derive(Debug)]
pub(crate) struct Made {
    pub(crate) loops: Vec<Loop>,
    /// What stands in each loop in front of the next one; all in the last one.
    front: Vec<Vec<Statement>>,
    /// What stands behind it.
    back: Vec<Vec<Statement>>,
    /// The first variable is counted from a `let` in front of the second loop.
    has_let: bool,
}

/// What one cell does, or what stands beside the cells of a row.
#[derive(Debug)]
pub(crate) struct Cell {
    pub(crate) row: i64,
    /// Grows from cell to cell; none beside the cells of a row without any.
    pub(crate) column: Option<i64>,
    /// What the variables of the loops are, and of those outside.
    pub(crate) turns: Vec<i64>,
    pub(crate) part: Part,
    /// Array, subscripts, and whether it is changed.
    pub(crate) elements: Vec<((usize, Vec<i64>), bool)>,
}

/// What a cell is of its row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Front,
    Cell,
    Back,
}

/// A statement that runs.
struct Event<'a> {
    /// The variables of the loops around.
    values: Vec<i64>,
    /// Whether it stands in front of the next loop, or behind it.
    part: Part,
    statement: &'a Statement,
}

pub(crate) const NAMES: [&str; 3] = ["i", "j", "k"];
/// What `n` is at least.
const N: i64 = 4;

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
        let element = |rng: &mut Rng, depth: usize| {
            let array = rng.below(ranks.len());
            let subscript = |at| Subscript::new(rng, depth, at, simple);
            let subscripts = (0..ranks[array]).map(subscript).collect();
            Element {
                array,
                subscripts,
                flat: flats[array],
            }
        };
        let is_perfect = rng.below(3) > 0;
        let statements = |rng: &mut Rng, depth: usize, count: usize| -> Vec<_> {
            let statements = (0..count).map(|_| {
                let changed = element(rng, depth);
                let read = (0..rng.below(4)).map(|_| element(rng, depth));
                (changed, read.collect())
            });
            statements.collect()
        };
        let (mut front, mut back) = (Vec::new(), Vec::new());
        for level in 1..=depth {
            let beside = |rng: &mut Rng| usize::from(!is_perfect && rng.below(2) == 0);
            let counts = match level == depth {
                true => [1 + rng.below(2), 0],
                false => [beside(rng), beside(rng)],
            };
            front.push(statements(rng, level, counts[0]));
            back.push(statements(rng, level, counts[1]));
        }
        let has_let = depth > 1 && rng.below(4) == 0;
        Self {
            loops,
            front,
            back,
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
        let heads: Vec<String> = heads.collect();
        let mut names = NAMES;
        if self.has_let {
            names[0] = "(up + 1)";
        }
        let lines = |statements: &[Statement], names| -> String {
            let lines = statements.iter().map(|(changed, read)| {
                let read: Vec<_> = read.iter().map(|element| element.text(names)).collect();
                format!("{} = mix({});\n", changed.text(names), read.join(", "))
            });
            lines.collect()
        };
        let levels = heads.iter().zip(&self.front).zip(&self.back).enumerate();
        let text = levels.rfold(String::new(), |inside, (at, ((head, front), back))| {
            let up = match self.has_let && at == 0 {
                true => "let up = i - 1;\n",
                false => "",
            };
            let (front, back) = (lines(front, names), lines(back, names));
            format!("{head}{up}{front}{inside}{back}}}\n")
        });
        format!("let mut t0 = a; let mut t1 = b; let mut t2 = c;\n{text}")
    }

    /// For each iteration of the loops before `at`: the cells of the `depth`
    /// loops there, and what stands beside them, in the order of the loops.
    pub(crate) fn runs(&self, at: usize, depth: usize, numbers: [i64; 4]) -> Vec<Vec<Cell>> {
        let mut events = Vec::new();
        self.events(&mut Vec::new(), numbers[0], &mut events);
        let inside = |event: &Event| event.values.len() > at;
        let outside = |event: &Event| event.values[..at].to_vec();
        let events: Vec<_> = events.into_iter().filter(inside).collect();
        let runs = events.chunk_by(|one, other| outside(one) == outside(other));
        // What stands in the loops of a cell is all of that cell.
        let part = |event: &Event| match event.values.len() < at + depth {
            true => event.part,
            false => Part::Cell,
        };
        let place = |event: &Event| {
            let turns = event.values.len().min(at + depth);
            (event.values[..turns].to_vec(), part(event))
        };
        let cells = |run: &[Event]| {
            let cells = run.chunk_by(|one, other| place(one) == place(other));
            let cells = cells.map(|events| {
                let (turns, part) = place(&events[0]);
                let elements = events.iter().flat_map(|event| {
                    let (changed, read) = event.statement;
                    let of = |element: &Element| element.of(&event.values, numbers);
                    let read = read.iter().map(move |element| (of(element), false));
                    read.chain([(of(changed), true)])
                });
                Cell {
                    row: self
                        .signed(at, turns[at])
                        .div_euclid(self.loops[at].step as i64),
                    column: self.column(&turns, part, at, depth, numbers[0]),
                    part,
                    elements: elements.collect(),
                    turns,
                }
            });
            cells.collect()
        };
        runs.map(cells).collect()
    }

    /// Where a cell of the `depth` loops at `at` stands in its row, or what is beside
    /// its cells.
    fn column(&self, turns: &[i64], part: Part, at: usize, depth: usize, n: i64) -> Option<i64> {
        if depth < 2 {
            return Some(0);
        }
        let cells = self.loops[at + 1].values(&turns[..=at], n);
        match part {
            Part::Cell => Some(self.signed(at + 1, turns[at + 1])),
            Part::Front => cells.first().map(|cell| self.signed(at + 1, *cell) - 1),
            Part::Back => cells.last().map(|cell| self.signed(at + 1, *cell) + 1),
        }
    }

    /// What grows from iteration to iteration of loop `at`.
    fn signed(&self, at: usize, value: i64) -> i64 {
        if self.loops[at].down { -value } else { value }
    }

    /// Adds the statements that run inside of the loops whose variables are `values`.
    fn events<'a>(&'a self, values: &mut Vec<i64>, n: i64, events: &mut Vec<Event<'a>>) {
        let at = values.len();
        let Some(each) = self.loops.get(at) else {
            return;
        };
        for value in each.values(values, n) {
            values.push(value);
            for (part, statements) in [(Part::Front, &self.front), (Part::Back, &self.back)] {
                events.extend(statements[at].iter().map(|statement| Event {
                    values: values.clone(),
                    part,
                    statement,
                }));
                if part == Part::Front {
                    self.events(values, n, events);
                }
            }
            values.pop();
        }
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
                .get(rng.below(32))
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
