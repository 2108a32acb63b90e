//! What may be passed where a task takes a `T`, a `&T` or a `&mut T`.

use std::convert::Infallible;
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::Delayed;
use super::input::{Argument, Gather, Input, Keep, Lending, Plain};

/// What may be passed for an argument of type `T`: a plain `T`, a
/// [`Delayed<T>`], or a collection of delayed values for a collection `T`.
#[diagnostic::on_unimplemented(
    message = "this task takes a `{T}`, plain or delayed, and this is `{Self}`",
    label = "expected `{T}` or `Delayed<{T}>`",
    note = "a task that takes its argument by value consumes the handle: pass it without `&`, or pass `.clone()`"
)]
pub trait IntoInput<T> {
    /// What it is on its way into the node.
    #[doc(hidden)]
    type Argument: Argument<Input: for<'a> Input<Value<'a> = T>>;
    /// Hands it to the node.
    #[doc(hidden)]
    fn into_input(self) -> Self::Argument;
}

impl<T: Send + 'static> IntoInput<T> for T {
    type Argument = Plain<T>;
    fn into_input(self) -> Plain<T> {
        Plain::new(self)
    }
}

impl<T: Send + 'static> IntoInput<T> for Delayed<T> {
    type Argument = Self;
    fn into_input(self) -> Self {
        self
    }
}

/// Collections that are inputs as they stand. Errors do not list them: the
/// notes above say what matters.
macro_rules! collections {
    ($([$($generics:tt)*] $from:ty => $to:ty;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<$($generics)*> IntoInput<$to> for $from {
            type Argument = Self;
            fn into_input(self) -> Self {
                self
            }
        }
    )*};
}

collections! {
    [T: Send + 'static] Vec<Delayed<T>> => Vec<T>;
    [T: Send + 'static, const N: usize] [Delayed<T>; N] => [T; N];
    [T: Send + 'static] Option<Delayed<T>> => Option<T>;
    [A: Send + 'static, B: Send + 'static] (Delayed<A>, Delayed<B>) => (A, B);
    [A: Send + 'static, B: Send + 'static, C: Send + 'static]
        (Delayed<A>, Delayed<B>, Delayed<C>) => (A, B, C);
    [A: Send + 'static, B: Send + 'static, C: Send + 'static, D: Send + 'static]
        (Delayed<A>, Delayed<B>, Delayed<C>, Delayed<D>) => (A, B, C, D);
}

/// What may be passed for an argument of type `&T`: a borrowed
/// [`Delayed`], or a plain value that the node then owns.
#[diagnostic::on_unimplemented(
    message = "this task borrows a `{T}`, plain or delayed, and this is `{Self}`",
    label = "expected `&Delayed<…>`, or a value that owns a `{T}`",
    note = "a node owns what it works on: lend a handle by `&handle`, or pass a plain value without `&`",
    note = "for `&str`, `&[T]` and `&Path` pass a `String`, `Vec<T>` or `PathBuf`"
)]
pub trait IntoRef<T: ?Sized> {
    /// What it is on its way into the node.
    #[doc(hidden)]
    type Argument: Argument<Input: for<'a> Input<Value<'a>: Deref<Target = T>>>;
    /// Hands it to the node.
    #[doc(hidden)]
    fn into_ref(self) -> Self::Argument;
}

impl<T: Send + 'static> IntoRef<T> for T {
    type Argument = Keep<T, T>;
    fn into_ref(self) -> Self::Argument {
        Keep::new(self)
    }
}

/// Plain values that own or forever borrow what is looked at.
macro_rules! kept {
    ($([$($generics:tt)*] $from:ty => $to:ty;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<$($generics)*> IntoRef<$to> for $from {
            type Argument = Keep<Self, $to>;
            fn into_ref(self) -> Self::Argument {
                Keep::new(self)
            }
        }
    )*};
}

kept! {
    [T: Sync + ?Sized + 'static] &'static T => T;
    [T: Send + ?Sized + 'static] Box<T> => T;
    [T: Send + Sync + ?Sized + 'static] Arc<T> => T;
    [] String => str;
    [] PathBuf => Path;
    [T: Send + 'static] Vec<T> => [T];
    [T: Send + 'static, const N: usize] [T; N] => [T];
}

impl<'a, T: Send + Sync + 'static> IntoRef<T> for &'a Delayed<T> {
    type Argument = Lending<'a, T, T>;
    fn into_ref(self) -> Self::Argument {
        Lending::new(self)
    }
}

/// Delayed values that own what is looked at.
macro_rules! lent {
    ($([$($generics:tt)*] $from:ty => $to:ty;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<'a, $($generics)*> IntoRef<$to> for &'a Delayed<$from> {
            type Argument = Lending<'a, $from, $to>;
            fn into_ref(self) -> Self::Argument {
                Lending::new(self)
            }
        }
    )*};
}

lent! {
    [] String => str;
    [] PathBuf => Path;
    [T: Send + Sync + 'static] Vec<T> => [T];
}

impl<T: Send + 'static> IntoRef<[T]> for Vec<Delayed<T>> {
    type Argument = Gather<Delayed<T>>;
    fn into_ref(self) -> Self::Argument {
        Gather(self)
    }
}

/// What may be passed to a run-time node for `&mut T`: nothing, as the nodes of
/// a graph own their values and hand them on.
#[diagnostic::on_unimplemented(
    message = "a task that changes its argument in place cannot be a node of a run-time graph",
    label = "taken as `&mut {T}` by this task",
    note = "call it as `name::eager(…)`, or let the task take the value and return the new one"
)]
pub trait IntoMut<T: ?Sized> {
    /// Proof that this is never called.
    #[doc(hidden)]
    fn never(self) -> Infallible;
}
