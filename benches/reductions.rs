//! What a tree buys: a word count, whose parts are dear to merge, and sums of
//! tiny tasks, whose parts are not. Each as the plain loop, folded in order and
//! as a tree; medians over runs that take turns.
//!
//! ```sh
//! cargo bench --bench reductions
//! ```

use std::collections::BTreeMap;
use std::hint::black_box;
use std::num::Wrapping;
use std::ops::AddAssign;
use std::sync::LazyLock;

use delayed::prelude::*;

mod common;

use common::Turns;

/// How often each word was met.
#[derive(Default)]
struct Words(BTreeMap<String, u64>);

impl AddAssign for Words {
    fn add_assign(&mut self, other: Self) {
        for (word, count) in other.0 {
            *self.0.entry(word).or_default() += count;
        }
    }
}

impl Associative for Words {}

/// The same without the promise.
#[derive(Default)]
struct InOrder<T>(T);

impl<T: AddAssign> AddAssign for InOrder<T> {
    fn add_assign(&mut self, other: Self) {
        self.0 += other.0;
    }
}

const MAPS: u64 = 400;
const WORDS: u64 = 20_000;

/// A vocabulary, in order.
static VOCABULARY: LazyLock<Vec<String>> =
    LazyLock::new(|| (0..3 * WORDS).map(|x| format!("word {x:05}")).collect());

/// One word of each three in the vocabulary, as a file of counts would hold them.
#[delayed]
fn words(map: u64) -> Words {
    let pick = |three: usize| (three as u64 * 31 + map).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 62;
    let threes = VOCABULARY.chunks_exact(3).enumerate();
    let picked = threes.map(|(index, three)| three[pick(index) as usize % 3].clone());
    Words(picked.zip(1..).collect())
}

#[delayed]
fn words_in_order(map: u64) -> InOrder<Words> {
    InOrder(words::eager(map))
}

fn as_loop() -> u64 {
    let mut all = Words::default();
    for map in 0..MAPS {
        all += words::eager(map);
    }
    all.0.len() as u64
}

fn as_tree(runtime: &Runtime) -> u64 {
    let count = pipeline!({
        let mut all = Words::default();
        for map in 0..MAPS {
            all += words(map);
        }
        all.0.len() as u64
    });
    count.compute_on(runtime).expect("no task fails")
}

fn in_order(runtime: &Runtime) -> u64 {
    let count = pipeline!({
        let mut all = InOrder::default();
        for map in 0..MAPS {
            all += words_in_order(map);
        }
        all.0.0.len() as u64
    });
    count.compute_on(runtime).expect("no task fails")
}

const NUMBERS: u64 = 1_000_000;

#[delayed]
fn number(x: u64) -> u64 {
    black_box(x) * 2
}

#[delayed]
fn wrapping(x: u64) -> Wrapping<u64> {
    Wrapping(number::eager(x))
}

fn sum_as_loop() -> u64 {
    let mut sum = 0;
    for x in 0..NUMBERS {
        sum += number::eager(x);
    }
    sum
}

fn sum_in_order(runtime: &Runtime) -> u64 {
    let sum = pipeline!({
        let mut sum = 0;
        for x in 0..NUMBERS {
            sum += number(x);
        }
        sum
    });
    sum.compute_on(runtime).expect("no task fails")
}

fn sum_as_tree(runtime: &Runtime) -> u64 {
    let sum = pipeline!({
        let mut sum = Wrapping(0);
        for x in 0..NUMBERS {
            sum += wrapping(x);
        }
        sum.0
    });
    sum.compute_on(runtime).expect("no task fails")
}

/// Runs the three in turns.
#[allow(clippy::print_stdout)]
fn compare(name: &str, threads: usize, runs: usize, items: u64, each: [&dyn Fn() -> u64; 3]) {
    let turns = Turns::take(runs, each);
    let [serial, in_order, tree] = [0, 1, 2].map(|index| turns.median(index) / items as f64);
    println!("{name:<12}{threads:>8}{serial:>14.2}{in_order:>14.2}{tree:>14.2}");
}

#[allow(clippy::print_stdout)]
fn main() {
    println!("ns a part    threads          loop      in order          tree");
    for threads in [1, 2] {
        let runtime = Runtime::builder().threads(threads).build();
        let runtime = runtime.expect("the threads start");
        let count: [&dyn Fn() -> u64; 3] =
            [&as_loop, &|| in_order(&runtime), &|| as_tree(&runtime)];
        compare("word counts", threads, 5, MAPS, count);
        let sum: [&dyn Fn() -> u64; 3] = [&sum_as_loop, &|| sum_in_order(&runtime), &|| {
            sum_as_tree(&runtime)
        }];
        compare("numbers", threads, 41, NUMBERS, sum);
    }
}
