//! Groups of rows with the same keys, and what is known of each group.

use std::cmp::Ordering;
use std::ops::Range;
use std::sync::Arc;

use arrow_array::types::{Float64Type, Int64Type, UInt64Type};
use arrow_array::{Array, ArrayRef, PrimitiveArray, UInt32Array};
use arrow_ord::partition::partition;
use arrow_ord::sort::{LexicographicalComparator, SortColumn, lexsort_to_indices};
use arrow_schema::{DataType, Field};
use arrow_select::take::take;

use super::{DataFrame, problem};
use crate::cell::{Cell, cells, whole};
use crate::{Error, Result};

/// What is asked of each group: [`GroupBy::aggregate`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Aggregate<'n> {
    /// How many rows there are, those without values included.
    Rows,
    /// How many rows have a value in this column.
    Count(&'n str),
    /// The sum of this column's numbers.
    Sum(&'n str),
    /// The mean of this column's numbers.
    Mean(&'n str),
    /// This column's least value.
    Min(&'n str),
    /// This column's greatest value.
    Max(&'n str),
}

/// The rows of a frame in groups: what [`DataFrame::group_by`] gives.
#[derive(Clone, Debug)]
pub struct GroupBy<'f> {
    frame: &'f DataFrame,
    keys: Vec<usize>,
    /// The rows in the order of their groups, and in a group as in the frame.
    order: UInt32Array,
    /// Where in `order` each group is.
    groups: Vec<Range<usize>>,
}

impl DataFrame {
    /// Puts rows that have the same values in the columns with these names into
    /// a group. A row without a value there is of the group that has none.
    ///
    /// ```
    /// use delayed_data::{Aggregate, DataFrame};
    ///
    /// let zones = vec![Some("north"), Some("south"), None, Some("north")];
    /// let trips = DataFrame::new([("zone", zones)])?.with_column("tip", vec![1.0, 5.0, 0.0, 2.0])?;
    /// let tips = trips.group_by(["zone"])?.aggregate([
    ///     Aggregate::Rows,
    ///     Aggregate::Sum("tip"),
    ///     Aggregate::Max("tip"),
    /// ])?;
    /// let rows = tips.chunk::<(Option<String>, i64, f64, f64)>(["zone", "rows", "tip_sum", "tip_max"])?;
    /// assert_eq!(rows.iter().collect::<Vec<_>>(), [
    ///     (None, 1, 0.0, 0.0),
    ///     (Some("north"), 2, 3.0, 2.0),
    ///     (Some("south"), 1, 5.0, 5.0),
    /// ]);
    /// # Ok::<(), delayed_data::Error>(())
    /// ```
    ///
    /// # Errors
    /// If there is no such column, no name, or a column of a type that has no
    /// order.
    pub fn group_by<'n>(&self, names: impl IntoIterator<Item = &'n str>) -> Result<GroupBy<'_>> {
        let keys = self.positions(names)?;
        if keys.is_empty() {
            return Err(Error::of_frame("groups need the name of a column at least"));
        }
        let rows = u32::try_from(self.batch.num_rows())
            .map_err(|_| Error::of_frame("groups are made of at most 4294967295 rows"))?;
        let places: ArrayRef = Arc::new(UInt32Array::from_iter_values(0..rows));
        let columns = keys.iter().map(|&key| Arc::clone(self.batch.column(key)));
        let by: Vec<_> = columns.clone().chain([places]).map(sort_column).collect();
        let order = lexsort_to_indices(&by, None).map_err(problem)?;
        let sorted: std::result::Result<Vec<_>, _> =
            columns.map(|column| take(&column, &order, None)).collect();
        let groups = match rows {
            0 => Vec::new(),
            _ => partition(&sorted.map_err(problem)?)
                .map_err(problem)?
                .ranges(),
        };
        Ok(GroupBy {
            frame: self,
            keys,
            order,
            groups,
        })
    }
}

fn sort_column(values: ArrayRef) -> SortColumn {
    SortColumn {
        values,
        options: None,
    }
}

impl GroupBy<'_> {
    /// How many groups there are.
    pub fn len(&self) -> usize {
        self.groups.len()
    }

    /// Whether there is no group, as there is no row.
    pub fn is_empty(&self) -> bool {
        self.groups.is_empty()
    }

    /// A row for each group, in the order of the keys: the keys, the one without
    /// a value first, and a column for each thing asked. `Rows` is called `rows`,
    /// and the others as their column and themselves: `tip_sum`.
    ///
    /// Numbers are added in the order of their rows, so a sum has the bits of the
    /// plain loop. A sum of whole numbers is one of 64 bits, a mean a `Float64`.
    /// Rows without a value do not count; without any there is none, but a sum
    /// is 0. Of floats, NaN is the greatest.
    ///
    /// # Errors
    /// If there is no such column, it is not of numbers where they are asked
    /// for, or a sum has more than 64 bits.
    pub fn aggregate<'n>(
        &self,
        wanted: impl IntoIterator<Item = Aggregate<'n>>,
    ) -> Result<DataFrame> {
        let batch = &self.frame.batch;
        let firsts = self.groups.iter().map(|rows| self.order.value(rows.start));
        let firsts = UInt32Array::from_iter_values(firsts);
        let (mut fields, mut columns) = (Vec::new(), Vec::new());
        for &key in &self.keys {
            fields.push(Arc::clone(&batch.schema_ref().fields()[key]));
            columns.push(take(batch.column(key), &firsts, None).map_err(problem)?);
        }
        for wanted in wanted {
            let (name, column) = self.column(&wanted)?;
            fields.push(Arc::new(Field::new(name, column.data_type().clone(), true)));
            columns.push(column);
        }
        DataFrame::of(fields, columns)
    }

    fn column(&self, wanted: &Aggregate<'_>) -> Result<(String, ArrayRef)> {
        let (name, kind) = match *wanted {
            Aggregate::Rows => {
                let rows = self.groups.iter().map(|rows| rows.len() as i64);
                return Ok(("rows".to_owned(), integers(rows)));
            }
            Aggregate::Count(name) => (name, "count"),
            Aggregate::Sum(name) => (name, "sum"),
            Aggregate::Mean(name) => (name, "mean"),
            Aggregate::Min(name) => (name, "min"),
            Aggregate::Max(name) => (name, "max"),
        };
        let position = self.frame.position(name)?;
        let name = self.frame.batch.schema_ref().field(position).name();
        let array = self.frame.batch.column(position);
        let column = match wanted {
            Aggregate::Rows | Aggregate::Count(_) => self.counts(array),
            Aggregate::Sum(_) => self.sums(array).map_err(|error| error.in_column(name))?,
            Aggregate::Mean(_) => self.means(array).map_err(|error| error.in_column(name))?,
            Aggregate::Min(_) => self.extremes(array, Ordering::Less)?,
            Aggregate::Max(_) => self.extremes(array, Ordering::Greater)?,
        };
        Ok((format!("{name}_{kind}"), column))
    }

    fn counts(&self, array: &ArrayRef) -> ArrayRef {
        let nulls = array.logical_nulls();
        let has = |row: usize| nulls.as_ref().is_none_or(|nulls| nulls.is_valid(row));
        let counts = self.groups.iter().map(|group| {
            let rows = self.order.values()[group.clone()].iter();
            rows.filter(|&&row| has(row as usize)).count() as i64
        });
        integers(counts)
    }

    fn sums(&self, array: &ArrayRef) -> Result<ArrayRef> {
        let kind = array.data_type();
        let numbers = self.grouped(array, "add up")?;
        if kind.is_floating() {
            let sums = numbers.map(|group| group.filter_map(float).fold(0.0, |sum, x| sum + x));
            return Ok(Arc::new(PrimitiveArray::<Float64Type>::from_iter_values(
                sums,
            )));
        }
        let too_large = || Error::of_frame("the sum of a group has more than 64 bits");
        let sums = numbers.map(|group| group.filter_map(whole).sum::<i128>());
        Ok(match kind.is_unsigned_integer() {
            true => {
                let sums = sums.map(|sum| u64::try_from(sum).map_err(|_| too_large()));
                let sums = sums.collect::<Result<Vec<_>>>()?;
                Arc::new(PrimitiveArray::<UInt64Type>::from_iter_values(sums))
            }
            false => {
                let sums = sums.map(|sum| i64::try_from(sum).map_err(|_| too_large()));
                integers(sums.collect::<Result<Vec<_>>>()?)
            }
        })
    }

    fn means(&self, array: &ArrayRef) -> Result<ArrayRef> {
        let means = self.grouped(array, "take the mean of")?.map(|group| {
            let (sum, count) = group
                .filter_map(float)
                .fold((0.0, 0_u64), |(sum, count), x| (sum + x, count + 1));
            (count > 0).then(|| sum / count as f64)
        });
        Ok(Arc::new(means.collect::<PrimitiveArray<Float64Type>>()))
    }

    /// The cells of each group of a column of numbers.
    fn grouped<'a>(
        &'a self,
        array: &'a ArrayRef,
        what: &str,
    ) -> Result<impl Iterator<Item = impl Iterator<Item = Cell<'a>>>> {
        let kind = array.data_type();
        let all: Vec<Cell<'a>> = match cells(array) {
            Some(cells) if is_number(kind) => cells.collect(),
            _ => {
                let problem = format!("cannot {what} values of type {kind}");
                return Err(Error::of_frame(problem));
            }
        };
        let all = Arc::new(all);
        Ok(self.groups.iter().map(move |group| {
            let all = Arc::clone(&all);
            let rows = self.order.values()[group.clone()].iter();
            rows.map(move |&row| all[row as usize])
        }))
    }

    /// The value of each group that no other one is before.
    fn extremes(&self, array: &ArrayRef, before: Ordering) -> Result<ArrayRef> {
        let by = [sort_column(Arc::clone(array))];
        let comparator = LexicographicalComparator::try_new(&by).map_err(problem)?;
        let nulls = array.logical_nulls();
        let has = |row: usize| nulls.as_ref().is_none_or(|nulls| nulls.is_valid(row));
        let rows = self.groups.iter().map(|group| {
            let rows = self.order.values()[group.clone()].iter().copied();
            rows.filter(|&row| has(row as usize)).reduce(|best, row| {
                let is_before = comparator.compare(row as usize, best as usize) == before;
                if is_before { row } else { best }
            })
        });
        take(array, &rows.collect::<UInt32Array>(), None).map_err(problem)
    }
}

fn integers(values: impl IntoIterator<Item = i64>) -> ArrayRef {
    Arc::new(PrimitiveArray::<Int64Type>::from_iter_values(values))
}

/// A cell's number, if it has one.
pub(super) fn float(cell: Cell<'_>) -> Option<f64> {
    match cell {
        Cell::Float(number) => Some(number),
        Cell::Integer(number) => Some(number as f64),
        Cell::Unsigned(number) => Some(number as f64),
        _ => None,
    }
}

/// Whether a column is one of numbers that can be computed with here.
pub(super) fn is_number(kind: &DataType) -> bool {
    kind.is_integer() || matches!(kind, DataType::Float32 | DataType::Float64)
}
