//! What a task that takes `&T` looks through.

use std::borrow::Borrow;
use std::marker::PhantomData;
use std::ops::Deref;

/// A node's value on loan, for as long as the task runs.
pub struct Loan<'a, O, T: ?Sized> {
    value: &'a O,
    seen_as: PhantomData<fn() -> Box<T>>,
}

impl<'a, O, T: ?Sized> Loan<'a, O, T> {
    pub(super) fn new(value: &'a O) -> Self {
        Self {
            value,
            seen_as: PhantomData,
        }
    }
}

impl<O: Borrow<T>, T: ?Sized> Deref for Loan<'_, O, T> {
    type Target = T;
    fn deref(&self) -> &T {
        self.value.borrow()
    }
}

/// A plain value, kept until the task has run.
pub struct Kept<O, T: ?Sized> {
    value: O,
    seen_as: PhantomData<fn() -> Box<T>>,
}

impl<O, T: ?Sized> Kept<O, T> {
    pub(super) fn new(value: O) -> Self {
        Self {
            value,
            seen_as: PhantomData,
        }
    }
}

impl<O: Borrow<T>, T: ?Sized> Deref for Kept<O, T> {
    type Target = T;
    fn deref(&self) -> &T {
        self.value.borrow()
    }
}
