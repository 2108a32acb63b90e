//! The arrays that nests name elements of.

use super::space::{Loop, Subscript};
use crate::rng::Rng;

/// What an element is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Item {
    Number,
    /// A `Token`, which is dropped once.
    Token,
}

/// What elements are in. The nests of some run as they are written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Container {
    Vec,
    Boxed,
    Array,
    /// A slice of a `Vec`.
    Slice,
    Deque,
    /// A `Vec` in which rows lie one after the other.
    Flat,
}

pub(super) struct Array {
    pub(super) item: Item,
    container: Container,
    /// The pipeline makes it.
    own: bool,
    /// For each subscript: the smallest and the largest, and what is added.
    bounds: Vec<(i64, i64)>,
    shifts: Vec<i64>,
}

/// An element of an array.
pub(super) struct Element {
    pub(super) array: usize,
    pub(super) subscripts: Vec<Subscript>,
}

impl Element {
    /// `t0[i - 1][j]`
    pub(super) fn text(&self, arrays: &[Array]) -> String {
        let (number, array) = (self.array, &arrays[self.array]);
        let subscripts = self.subscripts.iter().zip(&array.shifts);
        let subscripts = subscripts.map(|(each, shift)| each.text(*shift));
        let subscripts: Vec<_> = subscripts.collect();
        match (array.container, &subscripts[..]) {
            (Container::Flat, [row, column]) => {
                format!("t{number}[({row}) * {} + {column}]", array.width(number))
            }
            _ => format!("t{number}[{}]", subscripts.join("][")),
        }
    }
}

impl Array {
    pub(super) fn new(rng: &mut Rng, only_vecs: bool) -> Self {
        use Container::{Array, Boxed, Deque, Flat, Slice, Vec};
        let rank = rng.pick(&[1, 1, 2, 2, 2, 2, 2, 3]);
        let containers = [Vec, Vec, Vec, Vec, Vec, Boxed, Array, Slice, Slice, Deque];
        let container = match rank == 2 && rng.chance(25) {
            true => Flat,
            false => rng.pick(&containers),
        };
        Self {
            item: rng.pick(&[Item::Number, Item::Number, Item::Token]),
            container: match only_vecs && container != Flat {
                true => Vec,
                false => container,
            },
            own: rng.chance(40) && container != Slice,
            bounds: vec![(0, 0); rank],
            shifts: vec![0; rank],
        }
    }

    pub(super) fn rank(&self) -> usize {
        self.bounds.len()
    }

    /// How far one row of a flat one is from the next: `w0`, or `(w0 + 1)`.
    fn width(&self, number: usize) -> String {
        match self.columns() % 2 {
            0 => format!("w{number}"),
            _ => format!("(w{number} + 1)"),
        }
    }

    /// `let w0 = 7_usize;`, before all else, if it is flat.
    pub(super) fn width_declaration(&self, number: usize) -> Option<String> {
        let is_flat = self.container == Container::Flat;
        is_flat.then(|| format!("let w{number} = {}_usize;", self.columns() / 2 * 2))
    }

    fn columns(&self) -> i64 {
        self.bounds[1].1 + self.shifts[1] + 1
    }

    pub(super) fn is_own(&self) -> bool {
        self.own
    }

    /// How long it is.
    pub(super) fn len(&self) -> i64 {
        let rows = self.bounds[0].1 + self.shifts[0] + 1;
        match self.container {
            Container::Flat => rows * self.columns(),
            _ => rows,
        }
    }

    /// Makes room for the elements that `subscripts` name in `loops`.
    pub(super) fn take_in(&mut self, subscripts: &[Subscript], loops: &[Loop]) {
        for (bounds, subscript) in self.bounds.iter_mut().zip(subscripts) {
            let (low, high) = subscript.bounds(loops);
            *bounds = (bounds.0.min(low), bounds.1.max(high));
        }
    }

    /// Moves all subscripts so that they are inside, or not quite, now and then;
    /// flat rows then reach into the next one.
    pub(super) fn fit(&mut self, rng: &mut Rng) {
        let shortens = if self.container == Container::Flat {
            30
        } else {
            4
        };
        for (bounds, shift) in self.bounds.iter_mut().zip(&mut self.shifts) {
            *shift = -bounds.0;
            if rng.chance(shortens) {
                bounds.1 = (bounds.1 - 1).max(bounds.0);
            } else if rng.chance(3) {
                *shift -= 1;
                bounds.1 = bounds.1.max(-*shift);
            }
        }
    }

    /// `let mut t0 = …;`, all elements with values of their own.
    pub(super) fn declaration(&self, number: usize) -> String {
        let mut value = "a * 31 + b * 17 + c * 5".to_owned();
        let mut ty = "i64".to_owned();
        if self.item == Item::Token {
            value = format!("Token::new({value})");
            ty = "Token".to_owned();
        }
        let names = ["a", "b", "c"];
        if self.container == Container::Flat {
            let value = value.replace(" + b * 17 + c * 5", "");
            let size = self.len();
            return format!(
                "let mut t{number} = (0..{size}_i64).map(|a| {value}).collect::<Vec<{ty}>>();"
            );
        }
        for (at, (bounds, shift)) in self.bounds.iter().zip(&self.shifts).enumerate().rev() {
            let (size, name) = (bounds.1 + shift + 1, names[at]);
            let outer = at == 0;
            ty = match self.container {
                Container::Boxed => format!("Box<[{ty}]>"),
                Container::Array => format!("[{ty}; {size}]"),
                Container::Deque if outer => format!("std::collections::VecDeque<{ty}>"),
                Container::Vec | Container::Slice | Container::Deque | Container::Flat => {
                    format!("Vec<{ty}>")
                }
            };
            let list = format!("(0..{size}_i64).map(|{name}| {value})");
            value = match self.container {
                Container::Array => format!(
                    "std::array::from_fn(|{name}| {{ let {name} = {name} as i64; {value} }})"
                ),
                _ => format!("{list}.collect::<{ty}>()"),
            };
        }
        for name in &names[self.rank()..] {
            let term = match *name {
                "b" => " + b * 17",
                _ => " + c * 5",
            };
            value = value.replace(term, "");
        }
        match self.container {
            Container::Slice => {
                format!("let mut base{number} = {value}; let t{number} = &mut base{number}[..];")
            }
            Container::Array => format!("let mut t{number}: {ty} = {value};"),
            _ => format!("let mut t{number} = {value};"),
        }
    }

    /// The variable to look at afterwards.
    pub(super) fn seen(&self, number: usize) -> String {
        match self.container {
            Container::Slice => format!("base{number}"),
            _ => format!("t{number}"),
        }
    }
}
