//! How columns are filled from a file: row by row from text, or batch by batch
//! from a file that has types of its own.

#[cfg(feature = "arrow")]
use arrow_array::ArrayRef;

#[cfg(feature = "arrow")]
use crate::Value;
#[cfg(feature = "arrow")]
use crate::cell::{Cell, cells};
#[cfg(feature = "arrow")]
use crate::row::VisitMut;
use crate::{Row, row};

/// Columns to be filled: those of a [`Row`], whose types the program says, or
/// those of a data frame, whose types the file says.
pub(crate) trait Load: Sized + Send + Sync + 'static {
    /// What is known of the columns only when the file is open.
    type Schema: Clone + Send + Sync + 'static;
    type Columns: Send + Sync;

    fn expected(schema: &Self::Schema, slot: usize) -> Expected<'_>;
    /// Columns without a row.
    fn empty(schema: &Self::Schema) -> Self::Columns;
    /// Adds a row; the number of the first field that does not fit otherwise.
    fn push<'a>(
        columns: &mut Self::Columns,
        field: impl Fn(usize) -> &'a [u8],
    ) -> Result<(), usize>;
    /// Makes room for rows that will be appended.
    #[cfg(feature = "parquet")]
    fn reserve(columns: &mut Self::Columns, rows: usize);
    /// Adds rows of a file with types of its own.
    #[cfg(feature = "parquet")]
    fn append(
        schema: &Self::Schema,
        columns: &mut Self::Columns,
        arrays: &[ArrayRef],
        rows: usize,
    ) -> Result<(), Misfit>;
    /// Some of the rows.
    #[cfg(feature = "parquet")]
    fn part(columns: &Self::Columns, rows: std::ops::Range<usize>) -> Self::Columns;
}

/// What a column should hold, and what to do where it does not.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Expected<'a> {
    pub(crate) what: &'a str,
    pub(crate) if_missing: &'a str,
    pub(crate) if_other: &'a str,
}

impl Expected<'_> {
    /// What to say where something else was found, or nothing.
    pub(crate) fn problem(self, found: Option<&str>) -> String {
        let what = self.what;
        match found {
            Some(found) => format!("found {found} where {what} is expected{}", self.if_other),
            None => format!("no value where {what} is expected{}", self.if_missing),
        }
    }
}

impl<R: Row> Load for R {
    type Schema = ();
    type Columns = R::Columns;

    fn expected((): &(), slot: usize) -> Expected<'_> {
        let row::Expected { what, optional, .. } = R::EXPECTED[slot];
        let if_missing = match optional {
            true => "",
            false => "; read it as an Option to allow that",
        };
        Expected {
            what,
            if_missing,
            if_other: "",
        }
    }

    fn empty((): &()) -> R::Columns {
        R::empty()
    }

    #[inline]
    fn push<'a>(columns: &mut R::Columns, field: impl Fn(usize) -> &'a [u8]) -> Result<(), usize> {
        R::push(columns, field)
    }

    #[cfg(feature = "parquet")]
    fn reserve(columns: &mut R::Columns, rows: usize) {
        R::visit_mut(columns, &mut Room(rows));
    }

    #[cfg(feature = "parquet")]
    fn append(
        (): &(),
        columns: &mut R::Columns,
        arrays: &[ArrayRef],
        rows: usize,
    ) -> Result<(), Misfit> {
        append::<R>(columns, arrays, rows)
    }

    #[cfg(feature = "parquet")]
    fn part(columns: &R::Columns, rows: std::ops::Range<usize>) -> R::Columns {
        R::part(columns, rows)
    }
}

/// Makes room for as many rows.
#[cfg(feature = "parquet")]
struct Room(usize);

#[cfg(feature = "parquet")]
impl VisitMut for Room {
    fn column<T: Value>(&mut self, column: &mut T::Column) {
        T::reserve(column, self.0);
    }

    fn custom<T: Value>(&mut self, column: &mut T::Column, _: fn(&mut T::Column, &[u8]) -> bool) {
        T::reserve(column, self.0);
    }
}

/// The first row of some arrays that does not fit, and which array it is in.
#[cfg(feature = "arrow")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Misfit {
    pub(crate) row: usize,
    pub(crate) slot: usize,
}

/// Adds the first `rows` of some arrays, one for each column. Where a row does
/// not fit, no column gets a later one.
#[cfg(feature = "arrow")]
pub(crate) fn append<R: Row>(
    columns: &mut R::Columns,
    arrays: &[ArrayRef],
    rows: usize,
) -> Result<(), Misfit> {
    let mut filler = Filler {
        arrays,
        slot: 0,
        rows,
        misfit: Ok(()),
    };
    R::visit_mut(columns, &mut filler);
    filler.misfit
}

/// What to say of the first row of an array that does not fit.
#[cfg(feature = "arrow")]
pub(crate) fn problem<L: Load>(schema: &L::Schema, array: &ArrayRef, misfit: Misfit) -> String {
    let cell = cells(array).and_then(|mut cells| cells.nth(misfit.row));
    let found = cell
        .filter(|cell| *cell != Cell::Null)
        .map(|cell| cell.to_string());
    L::expected(schema, misfit.slot).problem(found.as_deref())
}

#[cfg(feature = "arrow")]
struct Filler<'a> {
    arrays: &'a [ArrayRef],
    slot: usize,
    /// How many rows fit into the columns so far.
    rows: usize,
    misfit: Result<(), Misfit>,
}

#[cfg(feature = "arrow")]
impl Filler<'_> {
    fn fill(&mut self, append: impl FnOnce(&ArrayRef, usize) -> Result<(), usize>) {
        let slot = self.slot;
        if let Err(row) = append(&self.arrays[slot], self.rows) {
            self.rows = row;
            self.misfit = Err(Misfit { row, slot });
        }
        self.slot += 1;
    }
}

#[cfg(feature = "arrow")]
impl VisitMut for Filler<'_> {
    fn column<T: Value>(&mut self, column: &mut T::Column) {
        self.fill(|array, rows| T::append(column, array, rows));
    }

    fn custom<T: Value>(
        &mut self,
        column: &mut T::Column,
        push: fn(&mut T::Column, &[u8]) -> bool,
    ) {
        self.fill(|array, rows| {
            let cells = cells(array).into_iter().flatten().take(rows);
            for (row, cell) in cells.enumerate() {
                let fits = match cell {
                    Cell::Null => push(column, b""),
                    Cell::Text(text) => push(column, text.as_bytes()),
                    cell => T::push_cell(column, cell),
                };
                if !fits {
                    return Err(row);
                }
            }
            Ok(())
        });
    }
}
