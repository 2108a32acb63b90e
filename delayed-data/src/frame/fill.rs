//! Columns of a frame, filled from a file.

use std::sync::Arc;

use arrow_array::{Array, ArrayRef};
use arrow_schema::{DataType, Field, TimeUnit};
#[cfg(feature = "parquet")]
use arrow_select::concat::concat;

use super::DataFrame;
#[cfg(feature = "parquet")]
use super::problem;
#[cfg(feature = "parquet")]
use crate::cell::{Cell, cells};
use crate::load::{Expected, Load};
use crate::{Error, Result, Timestamp, Value};

/// What is known of the columns once the file is open.
#[derive(Debug)]
pub(super) struct Layout {
    pub(super) columns: Vec<Column>,
    /// Whether the columns are text, and not of types of the file's own.
    pub(super) is_text: bool,
}

/// One column of a frame that is read.
#[derive(Clone, Debug)]
pub(super) struct Column {
    pub(super) name: String,
    pub(super) data_type: DataType,
    /// What to do where a value does not fit.
    pub(super) hint: String,
}

/// Columns that are being filled.
pub(super) struct Filling {
    /// From text, value by value.
    built: Vec<Box<dyn Build>>,
    /// From files with types of their own, batch by batch.
    #[cfg(feature = "parquet")]
    parts: Vec<Vec<ArrayRef>>,
}

/// A column that grows value by value.
trait Build: Send + Sync {
    /// What a field should hold, in the words of an error.
    fn expected(&self) -> &'static str;
    /// Adds a field of text; whether it fits.
    fn push(&mut self, field: &[u8]) -> bool;
    /// Adds a value of another array; whether it fits.
    #[cfg(feature = "parquet")]
    fn push_cell(&mut self, cell: Cell<'_>) -> bool;
    fn array(&self) -> ArrayRef;
}

struct Built<V: Value>(V::Column);

impl<V: Value> Build for Built<V> {
    fn expected(&self) -> &'static str {
        V::EXPECTED
    }

    fn push(&mut self, field: &[u8]) -> bool {
        V::push(&mut self.0, field)
    }

    #[cfg(feature = "parquet")]
    fn push_cell(&mut self, cell: Cell<'_>) -> bool {
        V::push_cell(&mut self.0, cell)
    }

    fn array(&self) -> ArrayRef {
        V::array(&self.0)
    }
}

/// What fills a column of a type; `None` if it cannot be read as that.
fn build(kind: &DataType) -> Option<Box<dyn Build>> {
    fn built<V: Value>() -> Option<Box<dyn Build>> {
        Some(Box::new(Built::<V>(V::Column::default())))
    }
    match kind {
        DataType::Boolean => built::<Option<bool>>(),
        DataType::Int8 => built::<Option<i8>>(),
        DataType::Int16 => built::<Option<i16>>(),
        DataType::Int32 => built::<Option<i32>>(),
        DataType::Int64 => built::<Option<i64>>(),
        DataType::UInt8 => built::<Option<u8>>(),
        DataType::UInt16 => built::<Option<u16>>(),
        DataType::UInt32 => built::<Option<u32>>(),
        DataType::UInt64 => built::<Option<u64>>(),
        DataType::Float32 => built::<Option<f32>>(),
        DataType::Float64 => built::<Option<f64>>(),
        DataType::Timestamp(TimeUnit::Microsecond, None) => built::<Option<Timestamp>>(),
        DataType::Utf8 => built::<Option<String>>(),
        _ => None,
    }
}

/// Whether values can be read as this type.
pub(super) fn can_be(kind: &DataType) -> bool {
    build(kind).is_some()
}

/// A frame as what is filled from a file.
pub(super) struct OfFile;

impl Load for OfFile {
    type Schema = Arc<Layout>;
    type Columns = Filling;

    fn expected(layout: &Arc<Layout>, slot: usize) -> Expected<'_> {
        let Column {
            data_type, hint, ..
        } = &layout.columns[slot];
        Expected {
            what: build(data_type).map_or("another value", |column| column.expected()),
            if_missing: hint,
            if_other: hint,
        }
    }

    fn empty(layout: &Arc<Layout>) -> Filling {
        let kinds = layout.columns.iter().filter(|_| layout.is_text);
        Filling {
            built: kinds
                .filter_map(|column| build(&column.data_type))
                .collect(),
            #[cfg(feature = "parquet")]
            parts: Vec::new(),
        }
    }

    fn push<'a>(
        columns: &mut Filling,
        field: impl Fn(usize) -> &'a [u8],
    ) -> std::result::Result<(), usize> {
        for (slot, column) in columns.built.iter_mut().enumerate() {
            if !column.push(field(slot)) {
                return Err(slot);
            }
        }
        Ok(())
    }

    /// Batches are kept as they come.
    #[cfg(feature = "parquet")]
    fn reserve(_: &mut Filling, _: usize) {}

    #[cfg(feature = "parquet")]
    fn append(
        layout: &Arc<Layout>,
        columns: &mut Filling,
        arrays: &[ArrayRef],
        rows: usize,
    ) -> std::result::Result<(), crate::load::Misfit> {
        let (mut rows, mut misfit) = (rows, Ok(()));
        let mut converted = Vec::new();
        for (slot, (array, column)) in arrays.iter().zip(&layout.columns).enumerate() {
            let (array, fitting) = converted_to(&column.data_type, array, rows);
            if fitting < rows {
                rows = fitting;
                misfit = Err(crate::load::Misfit { row: rows, slot });
            }
            converted.push(array);
        }
        columns
            .parts
            .push(converted.iter().map(|array| array.slice(0, rows)).collect());
        misfit
    }

    #[cfg(feature = "parquet")]
    fn part(columns: &Filling, rows: std::ops::Range<usize>) -> Filling {
        let (mut parts, mut start) = (Vec::new(), 0);
        for arrays in &columns.parts {
            let end = start + arrays.first().map_or(0, |array| array.len());
            let (from, to) = (rows.start.max(start), rows.end.min(end));
            if from < to {
                let slice = |array: &ArrayRef| array.slice(from - start, to - from);
                parts.push(arrays.iter().map(slice).collect());
            }
            start = end;
        }
        Filling {
            built: Vec::new(),
            parts,
        }
    }
}

/// The first `rows` of an array as another type, up to the one that does not
/// fit, and how many these are.
#[cfg(feature = "parquet")]
fn converted_to(kind: &DataType, array: &ArrayRef, rows: usize) -> (ArrayRef, usize) {
    let built = match array.data_type() == kind {
        true => None,
        false => build(kind),
    };
    let Some(mut built) = built else {
        return (Arc::clone(array), rows);
    };
    let values = cells(array).into_iter().flatten().take(rows);
    let fitting = values.take_while(|&cell| built.push_cell(cell)).count();
    (built.array(), fitting)
}

impl Filling {
    /// The frame that was filled.
    pub(super) fn frame(self, layout: &Layout) -> Result<DataFrame> {
        let arrays = self.arrays(layout)?;
        let mut fields = Vec::new();
        for (column, array) in layout.columns.iter().zip(&arrays) {
            if *array.data_type() != column.data_type {
                let problem = "the text of a chunk has more than 2 GiB; read smaller chunks";
                return Err(Error::of_frame(problem).in_column(&column.name));
            }
            let kind = column.data_type.clone();
            fields.push(Arc::new(Field::new(&column.name, kind, true)));
        }
        DataFrame::of(fields, arrays)
    }

    #[cfg(feature = "parquet")]
    fn arrays(self, layout: &Layout) -> Result<Vec<ArrayRef>> {
        if layout.is_text {
            return Ok(self.built.iter().map(|column| column.array()).collect());
        }
        if let [arrays] = &self.parts[..] {
            return Ok(arrays.clone());
        }
        let column = |slot: usize| {
            let parts: Vec<&dyn Array> = self.parts.iter().map(|arrays| &*arrays[slot]).collect();
            concat(&parts).map_err(problem)
        };
        (0..layout.columns.len()).map(column).collect()
    }

    #[cfg(not(feature = "parquet"))]
    fn arrays(self, _: &Layout) -> Result<Vec<ArrayRef>> {
        Ok(self.built.iter().map(|column| column.array()).collect())
    }
}
