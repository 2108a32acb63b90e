//! What can be written: rows whose columns have names.

use crate::row::Visit;
use crate::{Chunk, Record, Row, Value, record};
#[cfg(feature = "arrow")]
use crate::{DataFrame, cell};

/// Rows with names for their columns: a [`Chunk`] of records, or a data frame.
pub trait Table: sealed::Sealed {
    /// The names of the columns.
    #[doc(hidden)]
    fn titles(&self) -> Vec<String>;
    /// Adds the rows as lines of CSV, or says what cannot be written.
    #[doc(hidden)]
    fn lines(&self, out: &mut Vec<u8>) -> Result<(), String>;
    /// The rows as a frame.
    #[cfg(feature = "parquet")]
    #[doc(hidden)]
    fn to_frame(&self) -> crate::Result<DataFrame>;
}

impl<R: Record> Table for Chunk<R> {
    fn titles(&self) -> Vec<String> {
        record::titles::<R>().collect()
    }

    fn lines(&self, out: &mut Vec<u8>) -> Result<(), String> {
        for row in 0..self.len() {
            let start = out.len();
            let mut line = Line {
                out,
                row,
                slot: 0,
                unfit: None,
            };
            self.visit(&mut line);
            let (slots, unfit) = (line.slot, line.unfit);
            if let Some(slot) = unfit {
                return Err(no_text(row, &self.titles()[slot]));
            }
            end_line(out, start, slots);
        }
        Ok(())
    }

    #[cfg(feature = "parquet")]
    fn to_frame(&self) -> crate::Result<DataFrame> {
        self.frame()
    }
}

/// One row of a chunk, field by field.
struct Line<'a> {
    out: &'a mut Vec<u8>,
    row: usize,
    slot: usize,
    /// The first column whose value has no text.
    unfit: Option<usize>,
}

impl Visit for Line<'_> {
    fn column<T: Value>(&mut self, column: &T::Column) {
        if self.slot > 0 {
            self.out.push(b',');
        }
        if !T::write(column, self.row, self.out) {
            self.unfit = self.unfit.or(Some(self.slot));
        }
        self.slot += 1;
    }
}

#[cfg(feature = "arrow")]
impl Table for DataFrame {
    fn titles(&self) -> Vec<String> {
        self.names().map(str::to_owned).collect()
    }

    fn lines(&self, out: &mut Vec<u8>) -> Result<(), String> {
        let mut columns = Vec::new();
        for (name, array) in self.names().zip(self.batch().columns()) {
            let cells = cell::cells(array).ok_or_else(|| {
                let (name, kind) = (crate::error::shown(name), array.data_type());
                format!("the column {name} is of type {kind}, which CSV does not have")
            })?;
            columns.push((name, cells));
        }
        for row in 0..self.shape().0 {
            let start = out.len();
            for (slot, (name, cells)) in columns.iter_mut().enumerate() {
                if slot > 0 {
                    out.push(b',');
                }
                if !cells.next().is_none_or(|cell| cell::write(cell, out)) {
                    return Err(no_text(row, name));
                }
            }
            end_line(out, start, columns.len());
        }
        Ok(())
    }

    #[cfg(feature = "parquet")]
    fn to_frame(&self) -> crate::Result<DataFrame> {
        Ok(self.clone())
    }
}

/// Ends a line of some fields. One that has nothing on it would be no row.
fn end_line(out: &mut Vec<u8>, start: usize, fields: usize) {
    if fields == 1 && out.len() == start {
        out.extend_from_slice(b"\"\"");
    }
    out.push(b'\n');
}

#[cold]
fn no_text(row: usize, column: &str) -> String {
    let column = crate::error::shown(column);
    format!(
        "row {} of {column} is a time before the year 0 or after 9999",
        row + 1
    )
}

mod sealed {
    /// What can be written is this crate's to say.
    pub trait Sealed {}
    impl<R: super::Row> Sealed for super::Chunk<R> {}
    #[cfg(feature = "arrow")]
    impl Sealed for super::DataFrame {}
}
