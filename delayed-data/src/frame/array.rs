//! Columns of a frame, made from values.

use arrow_array::ArrayRef;

use crate::record::{Field, ValueOf};
use crate::row::Visit;
use crate::{Chunk, Row, Value};

/// What can be a column of a [`DataFrame`](crate::DataFrame): a `Vec` of what a
/// column can be read as, or an array of Arrow's.
pub trait IntoArray {
    /// The column as Arrow has it.
    fn into_array(self) -> ArrayRef;
}

impl IntoArray for ArrayRef {
    fn into_array(self) -> ArrayRef {
        self
    }
}

impl<T: Field<'static>> IntoArray for Vec<T> {
    fn into_array(self) -> ArrayRef {
        let mut column = <ValueOf<T> as Value>::Column::default();
        for value in &self {
            ValueOf::<T>::push_item(&mut column, value.item());
        }
        ValueOf::<T>::array(&column)
    }
}

/// The columns of a chunk.
pub(super) fn arrays<R: Row>(chunk: &Chunk<R>) -> Vec<ArrayRef> {
    struct Arrays(Vec<ArrayRef>);
    impl Visit for Arrays {
        fn column<T: Value>(&mut self, column: &T::Column) {
            self.0.push(T::array(column));
        }
    }
    let mut arrays = Arrays(Vec::new());
    chunk.visit(&mut arrays);
    arrays.0
}
