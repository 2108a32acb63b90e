//! Elements of arrays that the cells of a nest share.
//!
//! A view stands in a cell under the name of the array, so that `t[i][j]` means
//! what it means in the loop. It knows where the elements are and no more.
//!
//! *Why that is sound.* Rows are made of `&mut` borrows that last as long as the
//! nest, so nobody else sees the elements meanwhile, and nothing in a cell can
//! make an array longer or shorter: a view has no method for it. An index is
//! looked at before each use. Two cells that name the same element, one of them
//! to change it, run in the order of the loops, and the later one after the
//! earlier one has ended: that is what the compiler has proven of each nest, and
//! `bands.rs` waits for. Within one cell the view itself is borrowed along with
//! its element, so the borrow checker sees what it sees in the loop. Elements go
//! from thread to thread and are looked at from several, so they have to be
//! `Send` and `Sync`.

use std::ops::{Index, IndexMut};

/// The elements of an array, or of a row of one.
pub struct Row<T> {
    first: *mut T,
    len: usize,
}

impl<T> Clone for Row<T> {
    #[inline]
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Row<T> {}

// SAFETY: see the top of this file; a row gives `&T` and `&mut T` to the thread
// that has it.
unsafe impl<T: Send + Sync> Send for Row<T> {}
// SAFETY: as above; a shared row gives `&T` only.
unsafe impl<T: Send + Sync> Sync for Row<T> {}

impl<T> Row<T> {
    pub(super) fn of(elements: &mut [T]) -> Self {
        Self {
            first: elements.as_mut_ptr(),
            len: elements.len(),
        }
    }

    /// How many elements there are.
    #[inline]
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there are none.
    #[inline]
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Where the element `at` is.
    ///
    /// # Panics
    ///
    /// As a slice does, when there is none.
    #[inline]
    fn place(&self, at: usize) -> *mut T {
        if at >= self.len {
            out_of_bounds(self.len, at);
        }
        // SAFETY: the row has more than `at` elements, one behind the other.
        unsafe { self.first.add(at) }
    }
}

impl<T> Index<usize> for Row<T> {
    type Output = T;
    #[inline]
    fn index(&self, at: usize) -> &T {
        // SAFETY: there is an element, and no cell that may change it runs now.
        unsafe { &*self.place(at) }
    }
}

impl<T> IndexMut<usize> for Row<T> {
    #[inline]
    fn index_mut(&mut self, at: usize) -> &mut T {
        // SAFETY: there is an element, and no other cell that names it runs now.
        unsafe { &mut *self.place(at) }
    }
}

/// The rows of an array of arrays, each one a view itself.
pub struct Grid<V> {
    rows: *const V,
    len: usize,
    /// The row that is being changed. The table is shared, and this is not.
    changed: V,
}

impl<V: Copy> Clone for Grid<V> {
    #[inline]
    fn clone(&self) -> Self {
        *self
    }
}

impl<V: Copy> Copy for Grid<V> {}

// SAFETY: as for `Row`; the table of the rows does not change.
unsafe impl<V: Send + Sync> Send for Grid<V> {}
// SAFETY: as above.
unsafe impl<V: Send + Sync> Sync for Grid<V> {}

/// What a table of rows consists of.
pub trait View: Copy + Send + Sync {
    /// One of an array without elements.
    fn empty() -> Self;
}

impl<T: Send + Sync> View for Row<T> {
    fn empty() -> Self {
        Self::of(&mut [])
    }
}

impl<V: View> View for Grid<V> {
    fn empty() -> Self {
        Self::of(&[])
    }
}

impl<V: View> Grid<V> {
    /// The rows of `table`, which has to stay while the view is used.
    pub(super) fn of(table: &[V]) -> Self {
        Self {
            rows: table.as_ptr(),
            len: table.len(),
            changed: V::empty(),
        }
    }

    /// How many rows there are.
    #[inline]
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there are none.
    #[inline]
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }
}

impl<V: View> Index<usize> for Grid<V> {
    type Output = V;
    #[inline]
    fn index(&self, at: usize) -> &V {
        if at >= self.len {
            out_of_bounds(self.len, at);
        }
        // SAFETY: the table has more than `at` rows, outlives the nest, and
        // nobody changes it.
        unsafe { &*self.rows.add(at) }
    }
}

impl<V: View> IndexMut<usize> for Grid<V> {
    #[inline]
    fn index_mut(&mut self, at: usize) -> &mut V {
        self.changed = self[at];
        &mut self.changed
    }
}

#[cold]
#[inline(never)]
fn out_of_bounds(len: usize, index: usize) -> ! {
    panic!("index out of bounds: the len is {len} but the index is {index}")
}
