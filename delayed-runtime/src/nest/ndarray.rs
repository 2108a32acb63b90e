//! Arrays of the crate `ndarray`, of one to three dimensions.
//!
//! *Why that is sound.* As for the views of `view.rs`: the array is borrowed by the
//! nest, and the compiler has proven that cells that name one element, one of them to
//! change it, follow each other. No two subscripts of an array that may be changed
//! lead to one element, which `ndarray` asks of whoever makes one. Where an element
//! is, and whether there is one, `ndarray` itself says, whatever the layout.

use std::hint::black_box;
use std::ops::{Index, IndexMut};

use ndarray::{Array as Owned, ArrayViewMut, Dimension, Ix1, Ix2, Ix3, NdIndex, RawArrayViewMut};

use super::arrays::Array;

/// The elements of an array.
pub struct Elements<T, D>(RawArrayViewMut<T, D>);

impl<T, D: Copy> Clone for Elements<T, D> {
    #[inline]
    fn clone(&self) -> Self {
        *self
    }
}

impl<T, D: Copy> Copy for Elements<T, D> {}

// SAFETY: see the top of this file; it gives `&T` and `&mut T` to the thread that
// has it.
unsafe impl<T: Send + Sync, D: Send> Send for Elements<T, D> {}
// SAFETY: as above; a shared one gives `&T` only.
unsafe impl<T: Send + Sync, D: Sync> Sync for Elements<T, D> {}

impl<T, D: Dimension> Elements<T, D> {
    /// How many elements there are.
    #[inline]
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    #[inline]
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many there are along each axis.
    #[inline]
    #[must_use]
    pub fn dim(&self) -> D::Pattern {
        self.0.dim()
    }

    /// How many there are along each axis, as a slice.
    #[inline]
    #[must_use]
    pub fn shape(&self) -> &[usize] {
        self.0.shape()
    }
}

impl<T> Elements<T, Ix2> {
    /// How many rows there are.
    #[inline]
    #[must_use]
    pub fn nrows(&self) -> usize {
        self.0.nrows()
    }

    /// How many columns there are.
    #[inline]
    #[must_use]
    pub fn ncols(&self) -> usize {
        self.0.ncols()
    }
}

impl<T, D: Dimension, I: NdIndex<D> + Copy> Index<I> for Elements<T, D> {
    type Output = T;
    #[inline]
    fn index(&self, at: I) -> &T {
        match self.0.get_ptr(at) {
            // SAFETY: there is an element, and no cell that may change it runs now.
            Some(place) => unsafe { &*place },
            None => out_of_bounds(black_box(self.0.raw_dim()), black_box(at)),
        }
    }
}

impl<T, D: Dimension, I: NdIndex<D> + Copy> IndexMut<I> for Elements<T, D> {
    #[inline]
    fn index_mut(&mut self, at: I) -> &mut T {
        match self.0.get_mut_ptr(at) {
            // SAFETY: there is an element, and no other cell that names it runs now.
            Some(place) => unsafe { &mut *place },
            None => out_of_bounds(black_box(self.0.raw_dim()), black_box(at)),
        }
    }
}

/// Panics as an array of this shape does. What it gets are copies, made through
/// `black_box` where it is called: a view that it had a pointer to would have to be in
/// memory for all cells.
#[cold]
#[inline(never)]
fn out_of_bounds<D: Dimension>(shape: D, at: impl NdIndex<D>) -> ! {
    let () = Owned::<(), D>::default(shape)[at];
    unreachable!("an array of this shape has such an element")
}

macro_rules! arrays {
    ($($rank:literal: $array:ty, $dimension:ty;)*) => {$(
        impl<T: Send + Sync> Array<$rank> for $array {
            type Table = Elements<T, $dimension>;
            type View = Elements<T, $dimension>;
            fn table(&mut self) -> Self::Table {
                Elements(self.raw_view_mut())
            }
            fn view(table: &Self::Table) -> Self::View {
                *table
            }
        }
    )*};
}

arrays! {
    1: Owned<T, Ix1>, Ix1;
    2: Owned<T, Ix2>, Ix2;
    3: Owned<T, Ix3>, Ix3;
    1: ArrayViewMut<'_, T, Ix1>, Ix1;
    2: ArrayViewMut<'_, T, Ix2>, Ix2;
    3: ArrayViewMut<'_, T, Ix3>, Ix3;
}
