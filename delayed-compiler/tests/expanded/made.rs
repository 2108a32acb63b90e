//! Programs of loops and assignments made from a seed, and what they do.

use random_programs::Rng;

/// What a statement does in one iteration: array and subscripts.
#[derive(Debug)]
pub(crate) struct Step {
    pub(crate) reads: Vec<(usize, Vec<i64>)>,
    pub(crate) writes: (usize, Vec<i64>),
}

#[derive(Debug)]
pub(crate) struct Made(Vec<Item>);

#[derive(Debug)]
enum Item {
    Loop(Loop, Vec<Item>),
    /// The element that is assigned to, and those that are read.
    Statement(Element, Vec<Element>),
}

#[derive(Debug)]
struct Loop {
    /// Begins where the loop around it is.
    triangular: bool,
    low: i64,
    high: i64,
    closed: bool,
    down: bool,
    step: i64,
}

/// Factors of the loops around it, and a constant, for each subscript.
#[derive(Debug)]
struct Element {
    array: usize,
    subscripts: Vec<(Vec<i64>, i64)>,
}

const NAMES: [&str; 3] = ["i", "j", "k"];
/// How many subscripts the arrays have.
const RANKS: [usize; 3] = [1, 2, 2];

impl Made {
    pub(crate) fn new(rng: &mut Rng) -> Self {
        let items = (0..1 + rng.below(2)).map(|_| Item::Loop(Loop::new(rng, 0), body(rng, 1)));
        Self(items.collect())
    }

    pub(crate) fn text(&self) -> String {
        let mut text = "let mut t0 = a; let mut t1 = b; let mut t2 = c;\n".to_owned();
        self.0.iter().for_each(|item| item.write(0, &mut text));
        text
    }

    pub(crate) fn run(&self) -> Vec<Step> {
        let mut steps = Vec::new();
        let mut numbers = Vec::new();
        self.0
            .iter()
            .for_each(|item| item.run(&mut numbers, &mut steps));
        steps
    }
}

/// One to three statements and loops.
fn body(rng: &mut Rng, depth: usize) -> Vec<Item> {
    let item = |_| match rng.below(3) {
        0 if depth < NAMES.len() => Item::Loop(Loop::new(rng, depth), body(rng, depth + 1)),
        _ => {
            let writes = Element::new(rng, depth);
            let reads = (0..rng.below(4))
                .map(|_| Element::new(rng, depth))
                .collect();
            Item::Statement(writes, reads)
        }
    };
    (0..2).map(item).collect()
}

impl Item {
    fn write(&self, depth: usize, text: &mut String) {
        match self {
            Self::Loop(head, body) => {
                *text += &format!("for {} in {} {{\n", NAMES[depth], head.text(depth));
                body.iter().for_each(|item| item.write(depth + 1, text));
                *text += "}\n";
            }
            Self::Statement(writes, reads) => {
                let reads: Vec<_> = reads.iter().map(Element::text).collect();
                *text += &format!("{} = mix({});\n", writes.text(), reads.join(", "));
            }
        }
    }

    fn run(&self, numbers: &mut Vec<i64>, steps: &mut Vec<Step>) {
        match self {
            Self::Loop(head, body) => {
                for number in head.numbers(numbers) {
                    numbers.push(number);
                    body.iter().for_each(|item| item.run(numbers, steps));
                    numbers.pop();
                }
            }
            Self::Statement(writes, reads) => steps.push(Step {
                reads: reads.iter().map(|element| element.at(numbers)).collect(),
                writes: writes.at(numbers),
            }),
        }
    }
}

impl Loop {
    fn new(rng: &mut Rng, depth: usize) -> Self {
        let low = rng.below(4) as i64;
        Self {
            triangular: depth > 0 && rng.below(4) == 0,
            low,
            high: low + rng.below(6) as i64,
            closed: rng.below(3) == 0,
            down: rng.below(3) == 0,
            step: 1 + rng.below(4) as i64 / 3,
        }
    }

    fn text(&self, depth: usize) -> String {
        let low = match self.triangular {
            true => format!("{} + 1", NAMES[depth - 1]),
            false => self.low.to_string(),
        };
        let dots = if self.closed { "..=" } else { ".." };
        let turned = if self.down { ".rev()" } else { "" };
        let by = match self.step {
            1 => String::new(),
            step => format!(".step_by({step})"),
        };
        match (turned, &*by) {
            ("", "") => format!("{low}{dots}{}", self.high),
            _ => format!("({low}{dots}{}){turned}{by}", self.high),
        }
    }

    fn numbers(&self, around: &[i64]) -> Vec<i64> {
        let low = match (self.triangular, around.last()) {
            (true, Some(outer)) => outer + 1,
            _ => self.low,
        };
        let numbers = low..self.high + i64::from(self.closed);
        let step = self.step as usize;
        match self.down {
            true => numbers.rev().step_by(step).collect(),
            false => numbers.step_by(step).collect(),
        }
    }
}

impl Element {
    fn new(rng: &mut Rng, depth: usize) -> Self {
        let array = rng.below(RANKS.len());
        let subscript = |at: usize| {
            let factor = |of: usize| match rng.below(4) {
                0 => rng.below(5) as i64 - 2,
                _ => i64::from(of == at),
            };
            let factors = (0..depth).map(factor).collect();
            (factors, rng.below(7) as i64 - 3)
        };
        let subscripts = (0..RANKS[array]).map(subscript).collect();
        Self { array, subscripts }
    }

    fn at(&self, numbers: &[i64]) -> (usize, Vec<i64>) {
        let at = |(factors, constant): &(Vec<i64>, i64)| {
            let terms = factors
                .iter()
                .zip(numbers)
                .map(|(factor, number)| factor * number);
            constant + terms.sum::<i64>()
        };
        (self.array, self.subscripts.iter().map(at).collect())
    }

    fn text(&self) -> String {
        let subscript = |(factors, constant): &(Vec<i64>, i64)| {
            let terms = factors.iter().zip(NAMES);
            let terms = terms.filter(|(factor, _)| **factor != 0);
            let terms: String = terms
                .map(|(factor, name)| format!(" {} {} * {name}", sign(*factor), factor.abs()))
                .collect();
            format!("[{constant} {terms}]").replacen("[-", "[0 - ", 1)
        };
        let subscripts: String = self.subscripts.iter().map(subscript).collect();
        format!("t{}{subscripts}", self.array)
    }
}

fn sign(factor: i64) -> char {
    if factor < 0 { '-' } else { '+' }
}
