//! Whether a type says how much its values hold.
//!
//! `(&Weighing::<T>::new()).__weigh()` finds out by method lookup, which takes a
//! type that has [`NBytes`] first, and then any.

use std::marker::PhantomData;

use super::NBytes;
use crate::executor::{PLAIN_BYTES, is_plain};

/// A type.
pub struct Weighing<T>(PhantomData<fn() -> T>);

impl<T> Weighing<T> {
    /// Of values like that.
    #[must_use]
    pub const fn of(_like: PhantomData<fn() -> T>) -> Self {
        Self(PhantomData)
    }

    /// The type `T`.
    #[must_use]
    #[expect(clippy::new_without_default, reason = "only generated code makes one")]
    pub const fn new() -> Self {
        Self(PhantomData)
    }
}

/// How values of `T` are weighed.
pub trait Weigh<T> {
    /// Whether they are at all.
    const WEIGHS: bool;

    /// How much `value` holds.
    fn weigh(value: &T) -> usize;
}

/// By what they say.
pub struct Weighs;

impl<T: NBytes> Weigh<T> for Weighs {
    const WEIGHS: bool = !is_plain::<T>() && !(T::IS_FLAT && size_of::<T>() <= PLAIN_BYTES);

    fn weigh(value: &T) -> usize {
        value.nbytes()
    }
}

/// Not at all.
pub struct WeighsNothing;

impl<T> Weigh<T> for WeighsNothing {
    const WEIGHS: bool = false;

    fn weigh(_: &T) -> usize {
        0
    }
}

/// A value that says how much it holds.
pub trait SaysBytes {
    /// How it is weighed.
    fn __weigh(&self) -> Weighs {
        Weighs
    }
}

impl<T: NBytes> SaysBytes for Weighing<T> {}

/// Any other.
pub trait SaysNothing {
    /// How it is weighed.
    fn __weigh(&self) -> WeighsNothing {
        WeighsNothing
    }
}

impl<T> SaysNothing for &Weighing<T> {}
