//! Values that own nothing elsewhere.

use std::cmp::{Ordering, Reverse};
use std::marker::PhantomData;
use std::num::{Saturating, Wrapping};
use std::time::{Duration, Instant, SystemTime};

use super::{NBytes, elsewhere};

macro_rules! flat {
    ($($ty:ty)*) => { $(
        impl NBytes for $ty {
            const IS_FLAT: bool = true;
            fn nbytes(&self) -> usize {
                size_of::<Self>()
            }
        }
    )* };
}

flat!(u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize f32 f64 bool char);
flat!(Ordering Duration Instant SystemTime);

impl<T: ?Sized> NBytes for &T {
    const IS_FLAT: bool = true;
    fn nbytes(&self) -> usize {
        size_of::<Self>()
    }
}

impl<T: ?Sized> NBytes for PhantomData<T> {
    const IS_FLAT: bool = true;
    fn nbytes(&self) -> usize {
        0
    }
}

macro_rules! wrapped {
    ($($ty:ident)*) => { $(
        impl<T: NBytes> NBytes for $ty<T> {
            const IS_FLAT: bool = T::IS_FLAT;
            fn nbytes(&self) -> usize {
                self.0.nbytes()
            }
        }
    )* };
}

wrapped!(Wrapping Saturating Reverse);

macro_rules! tuples {
    () => { flat!(()); };
    ($first:ident $($rest:ident)*) => {
        impl<$first: NBytes, $($rest: NBytes),*> NBytes for ($first, $($rest,)*) {
            const IS_FLAT: bool = $first::IS_FLAT $(&& $rest::IS_FLAT)*;
            fn nbytes(&self) -> usize {
                #[allow(non_snake_case, reason = "each value is called as its type")]
                let ($first, $($rest,)*) = self;
                size_of::<Self>() + elsewhere($first) $(+ elsewhere($rest))*
            }
        }
        tuples!($($rest)*);
    };
}

tuples!(A B C D E F G H I J K L M N O P Q R S T);
