//! A chunk: some rows of a file, column by column.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use delayed_runtime::NBytes;

use crate::bad_rows::Rejected;
use crate::{BadRow, Row};

/// Some consecutive rows of a file, kept column by column.
///
/// ```
/// use delayed_data::{Chunk, Timestamp};
/// use std::time::Duration;
///
/// fn count_long(trips: &Chunk<(Timestamp, Timestamp)>) -> usize {
///     let over = Duration::from_secs(20 * 60);
///     trips.iter().filter(|&(pickup, dropoff)| dropoff > pickup + over).count()
/// }
/// ```
pub struct Chunk<R: Row> {
    columns: R::Columns,
    rows: usize,
    path: Option<Arc<Path>>,
    rejected: Rejected,
}

impl<R: Row> Chunk<R> {
    /// A chunk of columns that have `rows` values each.
    pub(crate) fn new(columns: R::Columns, rows: usize) -> Chunk<R> {
        Chunk {
            columns,
            rows,
            path: None,
            rejected: Rejected::default(),
        }
    }

    /// The same, of some rows of a file: of `rows`, those that were not rejected.
    pub(crate) fn of_file(
        path: Arc<Path>,
        columns: R::Columns,
        rows: usize,
        rejected: Rejected,
    ) -> Chunk<R> {
        Chunk {
            columns,
            rows: rows - rejected.count,
            path: Some(path),
            rejected,
        }
    }

    /// The file that the rows are of; `None` if they were collected.
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// How many bad rows were left out where the chunk was read: 0 unless
    /// [`Reader::bad_rows`](crate::Reader::bad_rows) allows that.
    pub fn skipped(&self) -> usize {
        self.rejected.count
    }

    /// The first of the bad rows that were left out, as many as
    /// [`BadRows::Keep`](crate::BadRows::Keep) asks for, in the order of the file.
    pub fn bad_rows(&self) -> &[BadRow] {
        &self.rejected.kept
    }

    /// Shows the columns in order.
    #[cfg(any(feature = "arrow", feature = "write"))]
    pub(crate) fn visit(&self, visitor: &mut impl crate::row::Visit) {
        R::visit(&self.columns, visitor);
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.rows
    }

    /// Whether there is no row. A chunk that was read from a file has one, unless
    /// all of its rows were bad and left out.
    pub fn is_empty(&self) -> bool {
        self.rows == 0
    }

    /// The columns: a tuple of slices in the order they were asked for, or the
    /// struct of slices that belongs to a [`Record`](crate::Record).
    ///
    /// ```no_run
    /// # fn main() -> delayed_data::Result<()> {
    /// for chunk in delayed_data::read("trips.csv").columns::<(f64, f64)>(["fare", "tip"])? {
    ///     let chunk = chunk?;
    ///     let (fares, tips) = chunk.columns();
    ///     println!("{}", tips.iter().sum::<f64>() / fares.iter().sum::<f64>());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn columns(&self) -> R::Slices<'_> {
        R::slices(&self.columns)
    }

    /// The rows in order, each a tuple of values or a struct.
    pub fn iter(&self) -> Rows<'_, R> {
        Rows {
            chunk: self,
            next: 0,
        }
    }
}

/// The rows one after the other, such as those of another chunk that are kept:
///
/// ```
/// # use delayed_data::Chunk;
/// fn far(trips: &Chunk<(f64, f64)>) -> Chunk<(f64, f64)> {
///     trips.iter().filter(|&(distance, _)| distance > 10.0).collect()
/// }
/// ```
impl<'a, R: Row> FromIterator<R::Item<'a>> for Chunk<R> {
    fn from_iter<I: IntoIterator<Item = R::Item<'a>>>(items: I) -> Chunk<R> {
        let mut chunk = Chunk::new(R::empty(), 0);
        for item in items {
            R::push_item(&mut chunk.columns, item);
            chunk.rows += 1;
        }
        chunk
    }
}

impl<R: Row> Clone for Chunk<R> {
    fn clone(&self) -> Chunk<R> {
        Chunk {
            columns: self.columns.clone(),
            rows: self.rows,
            path: self.path.clone(),
            rejected: self.rejected.clone(),
        }
    }
}

/// The columns, with the room that they keep, and the bad rows that are kept.
impl<R: Row> NBytes for Chunk<R> {
    fn nbytes(&self) -> usize {
        let beside = size_of::<Self>() - size_of::<R::Columns>();
        let kept = &self.rejected.kept;
        beside - size_of_val(kept) + kept.nbytes() + self.columns.nbytes()
    }
}

impl<R: Row> fmt::Debug for Chunk<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Chunk")
            .field("rows", &self.rows)
            .finish_non_exhaustive()
    }
}

impl<'a, R: Row> IntoIterator for &'a Chunk<R> {
    type Item = R::Item<'a>;
    type IntoIter = Rows<'a, R>;
    fn into_iter(self) -> Rows<'a, R> {
        self.iter()
    }
}

/// The rows of a [`Chunk`] in order: see [`Chunk::iter`].
pub struct Rows<'a, R: Row> {
    chunk: &'a Chunk<R>,
    next: usize,
}

impl<'a, R: Row> Iterator for Rows<'a, R> {
    type Item = R::Item<'a>;

    #[inline]
    fn next(&mut self) -> Option<R::Item<'a>> {
        let row = self.next;
        if row >= self.chunk.rows {
            return None;
        }
        self.next += 1;
        Some(R::item(&self.chunk.columns, row))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = self.chunk.rows - self.next;
        (left, Some(left))
    }
}

impl<R: Row> ExactSizeIterator for Rows<'_, R> {}
impl<R: Row> std::iter::FusedIterator for Rows<'_, R> {}

#[cfg(test)]
mod tests {
    use delayed_runtime::NBytes;

    use super::Chunk;
    use crate::{Row, Timestamp};

    #[test]
    fn a_chunk_says_what_its_columns_hold() {
        type Trip = (Timestamp, Option<f64>, String);
        let mut columns = Trip::empty();
        let fields: [&[u8]; 3] = [b"2015-01-15 23:50:00", b"", &[b'x'; 5000]];
        for _ in 0..100 {
            assert_eq!(Trip::push(&mut columns, |slot| fields[slot]), Ok(()));
        }
        let chunk: Chunk<Trip> = Chunk::new(columns, 100);
        let values = 100 * (size_of::<Timestamp>() + size_of::<Option<f64>>() + 5000);
        let held = chunk.nbytes();
        assert!(
            (values..3 * values).contains(&held),
            "{held}, of {values} at least"
        );
    }
}
