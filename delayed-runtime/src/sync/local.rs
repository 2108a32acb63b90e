//! Thread-local variables of loom's, with the methods of the standard library's.

use std::cell::{Cell, RefCell};

use loom::thread::{AccessError, LocalKey};

pub(crate) struct Local<T: 'static>(pub(crate) &'static LocalKey<T>);

impl<T> Local<T> {
    pub(crate) fn with<R>(&'static self, look: impl FnOnce(&T) -> R) -> R {
        self.0.with(look)
    }

    pub(crate) fn try_with<R>(&'static self, look: impl FnOnce(&T) -> R) -> Result<R, AccessError> {
        self.0.try_with(look)
    }
}

impl<T> Local<Cell<T>> {
    pub(crate) fn get(&'static self) -> T
    where
        T: Copy,
    {
        self.with(Cell::get)
    }

    pub(crate) fn set(&'static self, value: T) {
        self.with(|cell| cell.set(value));
    }

    pub(crate) fn replace(&'static self, value: T) -> T {
        self.with(|cell| cell.replace(value))
    }
}

impl<T> Local<RefCell<T>> {
    pub(crate) fn with_borrow<R>(&'static self, look: impl FnOnce(&T) -> R) -> R {
        self.with(|cell| look(&cell.borrow()))
    }

    pub(crate) fn with_borrow_mut<R>(&'static self, change: impl FnOnce(&mut T) -> R) -> R {
        self.with(|cell| change(&mut cell.borrow_mut()))
    }

    pub(crate) fn replace(&'static self, value: T) -> T {
        self.with(|cell| cell.replace(value))
    }
}

macro_rules! locals {
    ($($(#[$meta:meta])* static $name:ident: $type:ty = const { $init:expr };)*) => { $(
        $(#[$meta])*
        static $name: $crate::sync::Local<$type> = {
            loom::thread_local! {
                static KEY: $type = $init;
            }
            $crate::sync::Local(&KEY)
        };
    )* };
}
pub(crate) use locals as thread_local;
