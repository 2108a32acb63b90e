//! What random programs call: each function once plain, once as a task.

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// A value that must be dropped exactly once, and cannot be cloned.
#[derive(Debug)]
pub struct Token {
    pub value: i64,
    id: TokenId,
}

/// Not shown, as ids depend on timing.
struct TokenId(u64);

impl std::fmt::Debug for TokenId {
    fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        Ok(())
    }
}

static NEXT: AtomicU64 = AtomicU64::new(0);
static LIVE: Mutex<BTreeSet<u64>> = Mutex::new(BTreeSet::new());
static DROPPED_TWICE: AtomicBool = AtomicBool::new(false);

impl Token {
    pub fn new(value: i64) -> Self {
        let id = NEXT.fetch_add(1, Ordering::Relaxed);
        LIVE.lock().unwrap().insert(id);
        Self {
            value,
            id: TokenId(id),
        }
    }
}

impl Drop for Token {
    fn drop(&mut self) {
        if !LIVE.lock().unwrap().remove(&self.id.0) {
            DROPPED_TWICE.store(true, Ordering::Relaxed);
        }
    }
}

/// What is wrong with the drops since the last call.
pub fn drop_fault() -> Option<String> {
    let left = std::mem::take(&mut *LIVE.lock().unwrap()).len();
    let twice = DROPPED_TWICE.swap(false, Ordering::Relaxed);
    (left > 0 || twice).then(|| format!("{left} tokens leaked; dropped twice: {twice}"))
}

#[derive(Debug)]
pub struct Point {
    pub x: i64,
    pub y: i64,
}

macro_rules! tasks {
    (pure { $($pure:item)* } impure { $($function:item)* }) => {
        pub mod plain {
            use super::{Point, Token};
            $($pure)*
            $($function)*
        }
        pub mod lazy {
            use super::{Point, Token};
            $(#[delayed::delayed(pure)] $pure)*
            $(#[delayed::delayed] $function)*
        }
    };
}

tasks! {
    pure {
        pub fn step(x: i64) -> i64 {
            x.wrapping_mul(7).rem_euclid(1009)
        }
        pub fn mix(x: i64, y: i64) -> i64 {
            x.wrapping_mul(31).wrapping_sub(y) % 1009
        }
        pub fn split(x: i64) -> (i64, i64) {
            (x / 10, x % 10)
        }
        pub fn root(x: i64) -> f64 {
            (x as f64).abs().sqrt()
        }
        pub fn measure(text: &str) -> i64 {
            text.bytes().fold(0, |sum, byte| (sum * 3 + i64::from(byte)) % 1009)
        }
        pub fn shout(text: String) -> String {
            text.to_uppercase()
        }
        pub fn spread(x: i64) -> Vec<i64> {
            (0..x.rem_euclid(4)).map(|y| y * 3 + x % 11).collect()
        }
        pub fn total(items: &[i64]) -> i64 {
            items.iter().fold(1, |x, y| (x * 5 + y) % 1009)
        }
        pub fn find(items: &[i64], x: i64) -> Option<i64> {
            items.iter().copied().find(|y| y % 3 == x.rem_euclid(3))
        }
        pub fn check(x: i64, of: i64) -> Result<i64, String> {
            if x.rem_euclid(of) == of - 1 { Err(format!("{x} is refused for {of}")) } else { Ok(x) }
        }
    }
    impure {
        pub fn fragile(x: i64, of: i64) -> i64 {
            assert!(x.rem_euclid(of) != of - 1, "{x} breaks at {of}");
            x
        }
        /// Work of uneven length, so that iterations end out of order.
        pub fn churn(x: i64) -> i64 {
            let rounds = (x as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 61;
            (0..rounds).for_each(|_| std::thread::yield_now());
            (x ^ 5) % 1009
        }
        pub fn locate(x: i64) -> Point {
            Point { x: x % 17, y: x % 23 }
        }
        pub fn label(x: i64) -> (String, i64) {
            (format!("l{}", x % 100), x % 7)
        }
        pub fn stretch(text: &str, x: i64) -> String {
            let end = text.len().min(8);
            format!("{}{}", &text[..end], x % 100)
        }
        pub fn consume(items: Vec<i64>) -> i64 {
            items.into_iter().rev().fold(2, |x, y| (x * 3 + y) % 1009)
        }
        pub fn append(items: &mut Vec<i64>, x: i64) {
            items.push(x % 1009);
            items.truncate(12);
        }
        pub fn bump(x: &mut i64, y: i64) {
            *x = (*x * 2 + y) % 1009;
        }
        pub fn largest<T: PartialOrd + Copy>(items: &[T]) -> Option<T> {
            items.iter().copied().reduce(|x, y| if y > x { y } else { x })
        }
        pub fn parse(text: &str) -> Result<i64, std::num::ParseIntError> {
            text.parse()
        }
        pub fn digits(x: i64) -> Result<Vec<Result<i64, String>>, String> {
            if x % 19 == 18 {
                return Err(format!("no digits of {x}"));
            }
            let digit = |c: char| c.to_digit(10).map(i64::from).ok_or_else(|| format!("{c} of {x}"));
            Ok((x % 1000).to_string().chars().map(digit).collect())
        }
        pub fn advance(state: String, x: i64) -> Result<String, String> {
            if x % 37 == 36 {
                return Err(format!("{state} cannot advance by {x}"));
            }
            let start = state.len().saturating_sub(6);
            Ok(format!("{}{}", &state[start..], x % 10))
        }
        pub fn forge(x: i64) -> Token {
            Token::new(x % 1009)
        }
        pub fn temper(x: i64) -> Result<Token, String> {
            if x % 29 == 28 { Err(format!("{x} cannot be tempered")) } else { Ok(Token::new(x)) }
        }
        pub fn weigh(token: &Token) -> i64 {
            token.value
        }
        pub fn melt(token: Token) -> i64 {
            token.value + 1
        }
        pub fn merge(left: Token, right: Token) -> Token {
            Token::new((left.value * 3 + right.value) % 1009)
        }
        pub fn polish(token: &mut Token, x: i64) {
            token.value = (token.value + x) % 1009;
        }
        pub fn either<T>(left: T, right: T, x: i64) -> T {
            if x % 2 == 0 { left } else { right }
        }
        pub fn halves(x: i64) -> Result<(i64, String), String> {
            if x % 31 == 30 { Err(format!("{x} has no halves")) } else { Ok((x / 2, (x % 9).to_string())) }
        }
    }
}
