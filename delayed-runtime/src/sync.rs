//! What threads share, by way of one place: the standard library's locks,
//! atomics and thread-local variables, or loom's, which tries every order in
//! which threads may take their steps (`ci/loom.sh`).
//!
//! What is a `static`, and what only counts or hints, stays with the standard
//! library: loom then runs it as one step.

#[cfg(not(loom))]
pub(crate) use std::{
    alloc::{alloc, dealloc},
    cell::Cell,
    hint::spin_loop,
    sync::{Condvar, Mutex, MutexGuard, atomic},
    thread::yield_now,
    thread_local,
};

/// Hands a job to rayon's pool.
#[cfg(not(loom))]
pub(crate) use rayon::spawn;

#[cfg(loom)]
pub(crate) use {
    self::local::{Local, thread_local},
    loom::alloc::{alloc, dealloc},
    loom::cell::Cell,
    loom::hint::spin_loop,
    loom::sync::{Condvar, Mutex, MutexGuard, atomic},
    loom::thread::yield_now,
};

/// Runs a job on a thread of loom's.
#[cfg(loom)]
pub(crate) fn spawn(job: impl FnOnce() + Send + 'static) {
    loom::thread::spawn(job);
}

/// Thread-local variables with the methods of the standard library's.
#[cfg(loom)]
mod local {
    use std::cell::{Cell, RefCell};

    use loom::thread::{AccessError, LocalKey};

    pub(crate) struct Local<T: 'static>(pub(crate) &'static LocalKey<T>);

    impl<T> Local<T> {
        pub(crate) fn with<R>(&'static self, look: impl FnOnce(&T) -> R) -> R {
            self.0.with(look)
        }

        pub(crate) fn try_with<R>(
            &'static self,
            look: impl FnOnce(&T) -> R,
        ) -> Result<R, AccessError> {
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
}
