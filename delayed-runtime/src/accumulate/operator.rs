//! The op-assigns whose groups may be chosen freely.

use std::ops::{AddAssign, BitAndAssign, BitOrAssign, BitXorAssign, MulAssign};

/// An op-assign of `T` with itself.
pub trait Operator<T> {
    /// Whether it panics where a number gets too large, if the type does.
    const OVERFLOWS: bool;

    /// Changes `left` by `right`.
    fn apply(left: &mut T, right: T);
}

macro_rules! operators {
    ($($(#[$doc:meta])* $name:ident $assign:ident $method:ident $overflows:literal)*) => {$(
        $(#[$doc])*
        pub struct $name;

        impl<T: $assign> Operator<T> for $name {
            const OVERFLOWS: bool = $overflows;

            #[inline]
            fn apply(left: &mut T, right: T) {
                left.$method(right);
            }
        }
    )*};
}

operators! {
    /// `+=`
    Plus AddAssign add_assign true
    /// `*=`
    Times MulAssign mul_assign true
    /// `&=`
    And BitAndAssign bitand_assign false
    /// `|=`
    Or BitOrAssign bitor_assign false
    /// `^=`
    Xor BitXorAssign bitxor_assign false
}
