//! How a node's value is lent to several readers and then handed over, without
//! a copy and without `unsafe`.

use std::borrow::Borrow;
use std::marker::PhantomData;
use std::ops::Deref;
use std::sync::Arc;

/// A value that several threads may look at. As a trait object it is `Send` and
/// `Sync` by itself, so that a node can hold values that are not `Sync`: only
/// lending one asks for it.
pub(super) trait Lent<T>: Send + Sync {
    fn get(&self) -> &T;
    /// The value itself, unless someone still looks at it.
    fn into_value(self: Arc<Self>) -> Option<T>;
}

struct Shared<T>(T);

impl<T: Send + Sync> Lent<T> for Shared<T> {
    fn get(&self) -> &T {
        &self.0
    }

    fn into_value(self: Arc<Self>) -> Option<T> {
        Arc::into_inner(self).map(|shared| shared.0)
    }
}

/// Makes a value lendable.
pub(super) fn lend<T: Send + Sync + 'static>(value: T) -> Arc<dyn Lent<T>> {
    Arc::new(Shared(value))
}

/// A node's value on loan: what a task that takes `&T` looks at.
pub struct Loan<O, T: ?Sized> {
    value: Arc<dyn Lent<O>>,
    seen_as: PhantomData<fn() -> Box<T>>,
}

impl<O, T: ?Sized> Loan<O, T> {
    pub(super) fn new(value: Arc<dyn Lent<O>>) -> Self {
        Self {
            value,
            seen_as: PhantomData,
        }
    }
}

impl<O: Borrow<T>, T: ?Sized> Deref for Loan<O, T> {
    type Target = T;
    fn deref(&self) -> &T {
        self.value.get().borrow()
    }
}

/// A plain value that a task looks at: kept by the node until it ran.
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
