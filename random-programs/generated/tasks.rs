//! What random programs call: each function once plain, once as a task. A text
//! of an error or panic begins with the name of the task, for the comparison.

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

#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    pub x: i64,
    pub y: i64,
}

impl Point {
    pub const UNIT: Self = Self { x: 1, y: 1 };
}

/// Parts that can be taken, lent and changed one by one.
#[derive(Debug)]
pub struct Parcel {
    pub text: String,
    pub list: Vec<i64>,
    pub token: Token,
}

/// Maps of a line, one after the other: associative, and not commutative.
#[derive(Clone, Copy, Debug)]
pub struct Affine {
    pub scale: i64,
    pub shift: i64,
}

impl std::ops::AddAssign for Affine {
    fn add_assign(&mut self, next: Self) {
        self.scale = self.scale * next.scale % 1009;
        self.shift = (self.shift * next.scale + next.shift) % 1009;
    }
}

impl delayed::Associative for Affine {}

pub type Checked<T> = Result<T, String>;

pub const LIMIT: i64 = 12;

/// Each function with its options as a task.
macro_rules! tasks {
    ($([$($options:tt)*] $function:item)*) => {
        mod plain_tasks {
            use super::{Affine, Checked, Parcel, Point, Token};
            $($function)*
        }
        mod lazy_tasks {
            use super::{Affine, Checked, Parcel, Point, Token};
            $(#[delayed::delayed($($options)*)] $function)*
        }
    };
}

tasks! {
    [pure] pub fn step(x: i64) -> i64 {
        x.wrapping_mul(7).rem_euclid(1009)
    }
    [pure] pub fn mix(x: i64, y: i64) -> i64 {
        x.wrapping_mul(31).wrapping_sub(y) % 1009
    }
    [pure, priority = -4] pub fn split(x: i64) -> (i64, i64) {
        (x / 10, x % 10)
    }
    [pure] pub fn root(x: i64) -> f64 {
        (x as f64).abs().sqrt()
    }
    [pure] pub fn measure(text: &str) -> i64 {
        text.bytes().fold(0, |sum, byte| (sum * 3 + i64::from(byte)) % 1009)
    }
    [pure] pub fn shout(text: String) -> String {
        text.to_uppercase()
    }
    [pure] pub fn spread(x: i64) -> Vec<i64> {
        (0..x.rem_euclid(4)).map(|y| y * 3 + x % 11).collect()
    }
    [pure] pub fn total(items: &[i64]) -> i64 {
        items.iter().fold(1, |x, y| (x * 5 + y) % 1009)
    }
    [pure] pub fn find(items: &[i64], x: i64) -> Option<i64> {
        items.iter().copied().find(|y| y % 3 == x.rem_euclid(3))
    }
    [pure] pub fn check(x: i64, of: i64) -> Result<i64, String> {
        if x.rem_euclid(of) == of - 1 { Err(format!("check: {x} is refused for {of}")) } else { Ok(x) }
    }
    [] pub fn fragile(x: i64, of: i64) -> i64 {
        assert!(x.rem_euclid(of) != of - 1, "fragile: {x} breaks at {of}");
        x
    }
    [] pub fn churn(x: i64) -> i64 {
        // Work of uneven length, so that iterations end out of order.
        let rounds = (x as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 61;
        (0..rounds).for_each(|_| std::thread::yield_now());
        (x ^ 5) % 1009
    }
    [priority = 100] pub fn locate(x: i64) -> Point {
        Point { x: x % 17, y: x % 23 }
    }
    [] pub fn label(x: i64) -> (String, i64) {
        (format!("l{}", x % 100), x % 7)
    }
    [name = "a stretch"] pub fn stretch(text: &str, x: i64) -> String {
        let end = text.len().min(8);
        format!("{}{}", &text[..end], x % 100)
    }
    [] pub fn consume(items: Vec<i64>) -> i64 {
        items.into_iter().rev().fold(2, |x, y| (x * 3 + y) % 1009)
    }
    [] pub fn append(items: &mut Vec<i64>, x: i64) {
        items.push(x % 1009);
        items.truncate(12);
    }
    [] pub fn bump(x: &mut i64, y: i64) {
        *x = (*x * 2 + y) % 1009;
    }
    [] pub fn draw(x: &mut i64, y: i64) -> i64 {
        *x = (*x + y) % 1009;
        *x / 2
    }
    [] pub fn largest<T: PartialOrd + Copy>(items: &[T]) -> Option<T> {
        items.iter().copied().reduce(|x, y| if y > x { y } else { x })
    }
    [] pub fn first<T>(items: &[T]) -> Option<T>
    where
        T: Clone,
    {
        items.first().cloned()
    }
    [] pub fn powers<const N: usize>(x: i64) -> [i64; N] {
        std::array::from_fn(|power| (x % 10).pow(power as u32))
    }
    [] pub fn fuse((x, y): (i64, i64), Point { x: z, .. }: Point) -> i64 {
        (x * 3 + y * 5 + z) % 1009
    }
    [] pub fn apply(x: i64, by: impl Fn(i64) -> i64) -> i64 {
        by(x)
    }
    [] pub fn parse(text: &str) -> Result<i64, std::num::ParseIntError> {
        text.parse()
    }
    [fallible] pub fn verify(x: i64) -> Checked<i64> {
        if x % 23 == 22 { Err(format!("verify: {x} is wrong")) } else { Ok(x + 1) }
    }
    [fallible = false] pub fn judge(x: i64) -> Result<i64, String> {
        if x % 5 == 4 { Err(format!("{x} is judged")) } else { Ok(x - 1) }
    }
    [name = "a look", priority = 3] pub fn glance(x: i64) -> Result<i64, String> {
        if x % 27 == 26 { Err(format!("a look: nothing at {x}")) } else { Ok(x * 2) }
    }
    [] pub fn digits(x: i64) -> Result<Vec<Result<i64, String>>, String> {
        if x % 19 == 18 {
            return Err(format!("digits: none of {x}"));
        }
        let digit = |c: char| c.to_digit(10).map(i64::from).ok_or_else(|| format!("{c} of {x}"));
        Ok((x % 1000).to_string().chars().map(digit).collect())
    }
    [] pub fn advance(state: String, x: i64) -> Result<String, String> {
        if x % 37 == 36 {
            return Err(format!("advance: {state} stands before {x}"));
        }
        let start = state.len().saturating_sub(6);
        Ok(format!("{}{}", &state[start..], x % 10))
    }
    [] pub fn forge(x: i64) -> Token {
        Token::new(x % 1009)
    }
    [] pub fn temper(x: i64) -> Result<Token, String> {
        if x % 29 == 28 { Err(format!("temper: {x} is too hot")) } else { Ok(Token::new(x)) }
    }
    [] pub fn weigh(token: &Token) -> i64 {
        token.value
    }
    [] pub fn melt(token: Token) -> i64 {
        token.value + 1
    }
    [] pub fn merge(left: Token, right: Token) -> Token {
        Token::new((left.value * 3 + right.value) % 1009)
    }
    [] pub fn polish(token: &mut Token, x: i64) {
        token.value = (token.value + x) % 1009;
    }
    [] pub fn either<T>(left: T, right: T, x: i64) -> T {
        if x % 2 == 0 { left } else { right }
    }
    [] pub fn halves(x: i64) -> Result<(i64, String), String> {
        if x % 31 == 30 { Err(format!("halves: {x} has none")) } else { Ok((x / 2, (x % 9).to_string())) }
    }
    [] pub fn pack(x: i64) -> Parcel {
        Parcel { text: format!("p{}", x % 50), list: vec![x % 13, 4], token: Token::new(x % 1009) }
    }
    [] pub fn ship(x: i64) -> Result<Parcel, String> {
        if x % 33 == 32 {
            return Err(format!("ship: {x} is lost"));
        }
        Ok(Parcel { text: "ship".to_owned(), list: vec![x % 13], token: Token::new(x % 1009) })
    }
    [] pub fn unpack(parcel: Parcel) -> i64 {
        (parcel.text.len() as i64 + parcel.list.len() as i64 * 7 + parcel.token.value) % 1009
    }
    [] pub fn inspect(parcel: &Parcel) -> i64 {
        (parcel.list.iter().sum::<i64>() + parcel.token.value) % 1009
    }
    [] pub fn repack(parcel: &mut Parcel, x: i64) {
        parcel.list.push(x % 1009);
        parcel.token.value = x % 101;
    }
    [pure] pub fn turn(x: i64) -> Affine {
        Affine { scale: x % 19 + 1, shift: x % 1009 }
    }
}

/// What a graph made at run time gives, at once.
#[derive(Clone)]
pub struct Known(i64);

impl Known {
    pub fn compute(self) -> Result<i64, String> {
        Ok(self.0)
    }
}

/// All as functions.
pub mod plain {
    pub use super::plain_tasks::*;
    pub mod deep {
        pub use super::{churn as grind, mix};
    }
    pub fn nest(x: i64) -> i64 {
        (0..x.rem_euclid(5)).fold(0, |sum, y| sum + churn(x + y) * y)
    }
    pub fn later(x: i64) -> super::Known {
        super::Known(step(x))
    }
}

/// All as tasks.
pub mod lazy {
    pub use super::lazy_tasks::*;
    pub mod deep {
        pub use super::{churn as grind, mix};
    }
    /// A pipeline inside of a task.
    #[delayed::delayed]
    pub fn nest(x: i64) -> i64 {
        let sum = delayed::pipeline!({
            let mut sum = 0;
            for y in 0..x.rem_euclid(5) {
                sum += churn(x + y) * y;
            }
            sum
        });
        sum.compute().unwrap()
    }
    pub fn later(x: i64) -> delayed::Delayed<i64> {
        step(x)
    }
}
