//! Serial elision: every pipeline here is written once, and run both by
//! `pipeline!` on 1, 2 and 8 threads, serially in odd orders, and as plain Rust with its tasks called
//! one after the other. Value, error and effects must be the same.

// Programs are written as users might, not as clippy would.
#![allow(
    clippy::needless_late_init,
    clippy::needless_range_loop,
    clippy::reversed_empty_ranges,
    clippy::single_match
)]

mod arrays;
mod branches;
mod effects;
mod failures;
mod flat;
mod forks;
mod glue;
mod imperfect;
mod loops;
#[cfg(feature = "ndarray")]
mod ndarrays;
mod order;
mod pushes;
mod subscripts;

use std::error::Error;
use std::fmt::Debug;

use delayed::Runtime;

pub(crate) type BoxError = Box<dyn Error + Send + Sync>;

/// Defines the same functions twice: plain, and as tasks.
macro_rules! tasks {
    ($($function:item)*) => {
        pub(crate) mod plain { $($function)* }
        pub(crate) mod lazy { $(#[delayed::delayed] $function)* }
    };
}

tasks! {
    pub(crate) fn increment(x: i64) -> i64 {
        x + 1
    }
    pub(crate) fn double(x: i64) -> i64 {
        2 * x
    }
    pub(crate) fn add(x: i64, y: i64) -> i64 {
        x + y
    }
    /// Work of uneven length, so that iterations end out of order.
    pub(crate) fn churn(x: i64) -> i64 {
        let rounds = (x.unsigned_abs().wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 52) * 4;
        (0..rounds).fold(x, |x, y| std::hint::black_box(x ^ y as i64 ^ y as i64))
    }
    pub(crate) fn longer(both: u32, above: u32, left: u32, same: bool) -> u32 {
        if same { both + 1 } else { above.max(left) }
    }
    pub(crate) fn root(x: f64) -> f64 {
        x.sqrt()
    }
    pub(crate) fn length(text: &str) -> usize {
        text.len()
    }
    pub(crate) fn shout(text: String) -> String {
        text.to_uppercase()
    }
    pub(crate) fn repeat(text: &str, times: usize) -> String {
        text.repeat(times)
    }
    pub(crate) fn largest<T: PartialOrd + Copy>(items: &[T]) -> Option<T> {
        items.iter().copied().reduce(|x, y| if y > x { y } else { x })
    }
    pub(crate) fn digits(text: &str) -> Result<Vec<Result<i64, String>>, String> {
        if text.is_empty() {
            return Err("empty text".to_owned());
        }
        let digit = |c: char| c.to_digit(10).map(i64::from).ok_or_else(|| format!("no digit: {c}"));
        Ok(text.chars().map(digit).collect())
    }
    pub(crate) fn parse(text: &str) -> Result<i64, std::num::ParseIntError> {
        text.parse()
    }
    pub(crate) fn doubled(list: Vec<i64>) -> Vec<i64> {
        list.into_iter().map(|x| 2 * x).collect()
    }
    pub(crate) fn split(x: i64) -> (i64, i64) {
        (x / 10, x % 10)
    }
    pub(crate) fn append(list: &mut Vec<i64>, x: i64) {
        list.push(x);
    }
    pub(crate) fn append_to(text: &mut String, more: &str) {
        text.push_str(more);
    }
    pub(crate) fn bump(n: &mut i64) -> i64 {
        *n += 1;
        *n
    }
    pub(crate) fn refuse_multiples(x: i64, of: i64) -> Result<i64, String> {
        if x % of == of - 1 { Err(format!("{x} is refused")) } else { Ok(x) }
    }
    pub(crate) fn refuse_after(before: i64, x: i64, of: i64) -> Result<i64, String> {
        if x % of == of - 1 { Err(format!("{x} is refused")) } else { Ok(x + before % 2) }
    }
}

/// Runs a body as a pipeline and as plain Rust, each with fresh surroundings.
///
/// `given { … }` declares the surroundings' variables, `see (…)` says what of
/// them is compared afterwards.
macro_rules! same {
    (given { $($given:tt)* } see ($($see:expr),*) run { $($body:tt)* }) => {{
        let expected = {
            #[allow(unused_imports)]
            use crate::plain::*;
            $($given)*
            let result = crate::serially(|| crate::valued!({ $($body)* }));
            (result.map_err(|error| error.to_string()), ($($see.clone(),)*))
        };
        for (name, runtime) in crate::runtimes() {
            #[allow(unused_imports)]
            use crate::lazy::*;
            $($given)*
            let result = delayed::pipeline!({ $($body)* }).compute_on(&runtime);
            let seen = (crate::causes(result), ($($see.clone(),)*));
            assert_eq!(seen, expected, "{name}");
        }
        expected
    }};
    (given { $($given:tt)* } run { $($body:tt)* }) => {
        crate::same!(given { $($given)* } see () run { $($body)* }).0
    };
    (run { $($body:tt)* }) => {
        crate::same!(given {} run { $($body)* })
    };
}

/// The value of a block, as `Ok`.
macro_rules! valued {
    ({ $($body:tt)* }) => { Ok({ $($body)* }) };
}

pub(crate) use {same, valued};

/// Threads that take work from each other, and one that takes it in odd orders.
fn runtimes() -> impl Iterator<Item = (String, Runtime)> {
    let threads = [1, 2, 8].map(|threads| {
        let name = format!("{threads} threads");
        (name, Runtime::builder().threads(threads))
    });
    let serial = (0..5).map(|seed| (format!("seed {seed}"), Runtime::builder().serial(seed)));
    let builders = threads.into_iter().chain(serial);
    builders.map(|(name, builder)| (name, builder.build().unwrap()))
}

/// Runs a body as plain Rust, where `?` takes any error.
fn serially<T>(body: impl FnOnce() -> Result<T, BoxError>) -> Result<T, BoxError> {
    body()
}

/// The result with the user's own error.
fn causes<T: Debug>(result: Result<T, delayed::Error>) -> Result<T, String> {
    result.map_err(|error| match error.source() {
        Some(cause) => cause.to_string(),
        None => format!("panic: {error}"),
    })
}
