//! Arithmetic on handles: each operation is a node.
//!
//! `Delayed<T> + Delayed<T>` and `Delayed<T> + T` work for every `T`, and
//! `T + Delayed<T>` for the primitive numbers, as far as Rust's rules about
//! foreign types go. Other combinations are written by [`Delayed::map`] or a
//! task.

use std::iter::{Product, Sum};
use std::ops::{Add, BitAnd, BitOr, BitXor, Div, Mul, Neg, Not, Rem, Sub};
use std::panic::Location;

use super::input::Plain;
use super::{Delayed, operation};

macro_rules! binary {
    ($($operator:ident $method:ident: $($primitive:ident)*;)*) => {$(
        impl<T> $operator for Delayed<T>
        where
            T: $operator<Output: Send + 'static> + Send + 'static,
        {
            type Output = Delayed<T::Output>;
            #[track_caller]
            fn $method(self, right: Self) -> Self::Output {
                Delayed::operation(const { &operation(stringify!($method)) }, Location::caller(), (self, right), |(left, right)| {
                    left.$method(right)
                })
            }
        }

        impl<T> $operator<T> for Delayed<T>
        where
            T: $operator<Output: Send + 'static> + Send + 'static,
        {
            type Output = Delayed<T::Output>;
            #[track_caller]
            fn $method(self, right: T) -> Self::Output {
                Delayed::operation(const { &operation(stringify!($method)) }, Location::caller(), (self, Plain::new(right)), |(left, right)| {
                    left.$method(right)
                })
            }
        }

        $(impl $operator<Delayed<$primitive>> for $primitive {
            type Output = Delayed<$primitive>;
            // Compiled where it is used, and not 108 times here.
            #[inline]
            #[track_caller]
            fn $method(self, right: Delayed<$primitive>) -> Self::Output {
                Delayed::operation(const { &operation(stringify!($method)) }, Location::caller(), (Plain::new(self), right), |(left, right)| {
                    left.$method(right)
                })
            }
        })*
    )*};
}

binary! {
    Add add: i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize f32 f64;
    Sub sub: i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize f32 f64;
    Mul mul: i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize f32 f64;
    Div div: i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize f32 f64;
    Rem rem: i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize f32 f64;
    BitAnd bitand: i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize bool;
    BitOr bitor: i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize bool;
    BitXor bitxor: i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize bool;
}

macro_rules! unary {
    ($($operator:ident $method:ident;)*) => {$(
        impl<T> $operator for Delayed<T>
        where
            T: $operator<Output: Send + 'static> + Send + 'static,
        {
            type Output = Delayed<T::Output>;
            #[track_caller]
            fn $method(self) -> Self::Output {
                Delayed::operation(const { &operation(stringify!($method)) }, Location::caller(), self, T::$method)
            }
        }
    )*};
}

unary! {
    Neg neg;
    Not not;
}

macro_rules! fold {
    ($($fold:ident $method:ident: $doc:literal;)*) => {$(
        #[doc = $doc]
        ///
        /// All the values are alive until the last of them is there, and then
        /// they are folded in order, as the iterator's own method does it. The
        /// node's place is that of the last value: an iterator does not know
        /// who drives it.
        impl<T: $fold + Send + 'static> $fold<Delayed<T>> for Delayed<T> {
            #[track_caller]
            fn $method<I: Iterator<Item = Delayed<T>>>(values: I) -> Self {
                let values: Vec<Delayed<T>> = values.collect();
                let last = values.last().map(|last| last.handle.header().location());
                let location = last.unwrap_or_else(Location::caller);
                let info = const { &operation(stringify!($method)) };
                Delayed::operation(info, location, values, |values: Vec<T>| {
                    values.into_iter().$method()
                })
            }
        }
    )*};
}

fold! {
    Sum sum: "One node that adds up all values.";
    Product product: "One node that multiplies all values.";
}
