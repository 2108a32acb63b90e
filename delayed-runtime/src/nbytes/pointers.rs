//! What holds at most one value: pointers, `Option`, `Result`, `Cow`.

use std::borrow::Cow;
use std::rc::Rc;
use std::sync::Arc;

use super::{NBytes, elsewhere};

macro_rules! pointers {
    ($($ty:ident)*) => { $(
        impl<T: NBytes + ?Sized> NBytes for $ty<T> {
            fn nbytes(&self) -> usize {
                size_of::<Self>() + (**self).nbytes()
            }
        }
    )* };
}

pointers!(Box Rc Arc);

impl<T: NBytes> NBytes for Option<T> {
    const IS_FLAT: bool = T::IS_FLAT;
    fn nbytes(&self) -> usize {
        size_of::<Self>() + self.as_ref().map_or(0, elsewhere)
    }
}

impl<T: NBytes, E> NBytes for Result<T, E> {
    const IS_FLAT: bool = T::IS_FLAT;
    fn nbytes(&self) -> usize {
        size_of::<Self>() + self.as_ref().map_or(0, elsewhere)
    }
}

impl<B: ToOwned<Owned: NBytes> + ?Sized> NBytes for Cow<'_, B> {
    fn nbytes(&self) -> usize {
        let owned = match self {
            Cow::Borrowed(_) => 0,
            Cow::Owned(owned) => elsewhere(owned),
        };
        size_of::<Self>() + owned
    }
}
