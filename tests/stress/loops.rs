//! Loops of many forms, each as a pipeline and as plain Rust.

use std::num::Wrapping;

use delayed::pipeline;
use delayed::source::Split;

use crate::case::{Case, End};
use crate::ledger::Value;
use crate::tasks::{lazy, plain};

/// What a run did: how it ended, and its effects in order.
pub(crate) struct Done {
    pub(crate) end: End,
    pub(crate) log: Vec<u64>,
}

/// The same loop, twice.
pub(crate) struct Form {
    pub(crate) name: &'static str,
    pub(crate) serially: fn(&Case) -> Done,
    pub(crate) pipelined: fn(&Case) -> Done,
}

/// A form whose body stands here once.
macro_rules! form {
    ($name:literal, |$case:ident, $size:ident, $items:ident, $log:ident| { $($body:tt)* }) => {
        Form {
            name: $name,
            serially: |$case| {
                #[allow(unused_imports)]
                use plain::*;
                #[allow(unused)]
                let ($size, $items, mut $log) = ($case.size as u64, items($case), Vec::new());
                let end = End::of_plain(|| Ok(seen({ $($body)* })));
                Done { end, log: $log }
            },
            pipelined: |$case| {
                #[allow(unused_imports)]
                use lazy::*;
                #[allow(unused)]
                let ($size, $items, mut $log) = ($case.size as u64, items($case), Vec::new());
                let result = pipeline!({ $($body)* }).compute_on(&$case.runtime());
                let end = End::of_run(result.map(seen));
                Done { end, log: $log }
            },
        }
    };
}

/// Values that were there before the loop.
fn items(case: &Case) -> Vec<Value> {
    let value = |number| Value::new(&case.ledger, number);
    (0..case.size as u64).map(value).collect()
}

fn seen((values, sum): (Vec<Value>, u64)) -> Vec<u64> {
    values.iter().map(Value::number).chain([sum]).collect()
}

/// Numbers that are found in order and made into values by any thread.
struct Pieces<'a> {
    case: &'a Case,
    next: u64,
}

impl<'a> Split for Pieces<'a> {
    type Piece = (&'a Case, u64);
    type Item = Value;

    fn pull(&mut self) -> Option<Self::Piece> {
        let number = self.next;
        self.next += 1;
        (number < self.case.size as u64).then_some((self.case, number))
    }

    fn finish((case, number): Self::Piece) -> Value {
        Value::new(&case.ledger, number)
    }
}

impl Iterator for Pieces<'_> {
    type Item = Value;

    fn next(&mut self) -> Option<Value> {
        self.pull().map(Self::finish)
    }
}

/// The side of a cube of about so many places.
fn side(size: u64) -> u64 {
    1 + size.ilog2() as u64
}

pub(crate) const FORMS: &[Form] = &[
    form!("a range", |case, size, items, log| {
        let mut sum = 0_u64;
        for x in 0..size {
            let value = make(case, x)?;
            log.push(value.number());
            sum ^= value.number();
        }
        (Vec::new(), sum)
    }),
    form!("a vector's values", |case, size, items, log| {
        let mut values = Vec::new();
        for item in items {
            let kept = take(case, item.number(), item)?;
            values.push(take(case, kept.number(), kept)?);
        }
        (values, 0)
    }),
    form!("a slice", |case, size, items, log| {
        let mut sum = 0_u64;
        for item in &items {
            let value = look(case, item.number(), item)?;
            let number = number_of(case, value.number(), &value);
            sum = u64::wrapping_add(sum, number);
            log.push(number);
        }
        (Vec::new(), sum)
    }),
    form!("an iterator", |case, size, items, log| {
        let mut sum = Wrapping(0_u64);
        for x in (0..size).filter(|x| x % 3 != 1) {
            let value = if case.is_late(x) {
                late(case, x)?
            } else {
                make(case, x)?
            };
            sum += Wrapping(value.number());
        }
        (Vec::new(), sum.0)
    }),
    form!("a split source", |case, size, items, log| {
        let mut values = Vec::new();
        for item in (Pieces { case, next: 0 }) {
            let number = item.number();
            let looked = look(case, number, &item)?;
            log.push(number);
            values.push(take_two(case, number + size, item, looked)?);
        }
        (values, 0)
    }),
    form!("chunks of a slice", |case, size, items, log| {
        let mut sum = 0_u64;
        for chunk in items.chunks(7) {
            for item in chunk {
                let value = look(case, item.number(), item)?;
                log.push(value.number());
            }
            sum += chunk.len() as u64;
        }
        (Vec::new(), sum)
    }),
    form!("loops to depth three", |case, size, items, log| {
        let mut sum = 0_u64;
        let mut values = Vec::new();
        for x in 0..(side)(size) {
            let outer = make(case, x)?;
            for y in 0..x {
                let middle = look(case, 1000 * x + y, &outer)?;
                for z in 0..(side)(size) {
                    let key = 1_000_000 * x + 1000 * y + z;
                    let inner = if case.is_late(key) {
                        late(case, key)?
                    } else {
                        look_two(case, key, &outer, &middle)?
                    };
                    sum ^= inner.number();
                    log.push(sum);
                }
                values.push(middle);
            }
        }
        (values, sum)
    }),
    form!("a carried state", |case, size, items, log| {
        let mut state = make(case, 0)?;
        for x in 1..size {
            let next = make(case, x)?;
            state = take_two(case, x + size, state, next)?;
        }
        let number = state.number();
        (vec![state], number)
    }),
    form!("jumps", |case, size, items, log| {
        let mut values = Vec::new();
        for x in 0..size {
            let value = make(case, x)?;
            if value.number() % 5 == 4 {
                continue;
            }
            let looked = look(case, x + size, &value)?;
            if looked.number() % 257 == 3 {
                break;
            }
            log.push(looked.number());
            values.push(value);
        }
        (values, 0)
    }),
    form!("chains side by side", |case, size, items, log| {
        let a = take(case, 2, make(case, 1)?)?;
        let b = take(case, 4, make(case, 3)?)?;
        let c = look(case, 5, &a)?;
        let d = take_two(case, 6, a, b)?;
        let numbers = number_of(case, 7, &c) ^ number_of(case, 8, &d);
        let mut sum = numbers;
        for x in 9..size {
            let value = look_two(case, x, &c, &d)?;
            sum = u64::wrapping_add(sum, value.number());
        }
        (vec![c, d], sum)
    }),
];
