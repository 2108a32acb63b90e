//! Data frames: some rows with named columns, whose types the data says.

mod array;
mod describe;
mod display;
mod fill;
mod group;
mod infer;
mod info;
mod read;
mod verbs;

use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{ArrowError, Field, Schema};
use delayed_runtime::NBytes;
use std::sync::Arc;

pub use self::array::IntoArray;
pub use self::group::{Aggregate, GroupBy};
pub use self::info::Info;
pub use self::read::{FrameReader, Frames};
use crate::cell::is_known;
use crate::{Chunk, Error, MissingColumns, Record, Result, Row, header, load};

/// Some rows with named columns: Arrow's [`RecordBatch`], and the few verbs that
/// work on chunks needs.
///
/// A frame is for data whose columns are known only when the program runs, or
/// that goes to another program; where they are known when it is written, a
/// [`Chunk`] is checked by the compiler. `From` and `Into` make one of a record
/// batch and back, without a copy. So do `clone` and [`select`](Self::select):
/// the columns are shared, and never changed.
///
/// ```
/// use delayed_data::DataFrame;
///
/// let trips = DataFrame::new([("distance", vec![1.5, 12.0, 0.5]), ("tip", vec![1.0, 3.0, 0.0])])?;
/// let far = trips.filter_rows::<(f64,)>(["distance"], |(distance,)| distance > 1.0)?;
/// assert_eq!(far.shape(), (2, 2));
/// assert_eq!(
///     far.to_string(),
///     "\
/// ┌──────────┬─────────┐
/// │ distance │     tip │
/// │  Float64 │ Float64 │
/// ├──────────┼─────────┤
/// │      1.5 │       1 │
/// │       12 │       3 │
/// └──────────┴─────────┘
/// 2 rows, 2 columns"
/// );
/// # Ok::<(), delayed_data::Error>(())
/// ```
///
/// Columns are found by their names, as those of files are: case matters only
/// where it tells two columns apart, and `a|b` is the first of the two.
#[derive(Clone, PartialEq)]
pub struct DataFrame {
    batch: RecordBatch,
}

impl DataFrame {
    /// A frame of these columns.
    ///
    /// A column is a `Vec` of what a column can be read as (see
    /// [`Value`](crate::Value)), or an array of Arrow's.
    ///
    /// # Errors
    /// If the columns differ in length, or there is none.
    pub fn new<N: Into<String>, A: IntoArray>(
        columns: impl IntoIterator<Item = (N, A)>,
    ) -> Result<DataFrame> {
        let arrays = columns
            .into_iter()
            .map(|(name, values)| (name.into(), values.into_array()));
        let batch = RecordBatch::try_from_iter_with_nullable(
            arrays.map(|(name, array)| (name, array, true)),
        );
        batch.map(DataFrame::from).map_err(problem)
    }

    /// How many rows and columns there are.
    pub fn shape(&self) -> (usize, usize) {
        (self.batch.num_rows(), self.batch.num_columns())
    }

    /// The names of the columns in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.batch
            .schema_ref()
            .fields()
            .iter()
            .map(|field| field.name().as_str())
    }

    /// The column called `name`.
    ///
    /// # Errors
    /// If there is none, or more than one.
    pub fn column(&self, name: &str) -> Result<&ArrayRef> {
        Ok(self.batch.column(self.position(name)?))
    }

    /// The frame as Arrow's record batch.
    pub fn batch(&self) -> &RecordBatch {
        &self.batch
    }

    /// The columns with these names as a chunk of typed rows.
    ///
    /// ```
    /// use delayed_data::{Chunk, DataFrame};
    ///
    /// let trips = DataFrame::new([("distance", vec![1.5, 12.0]), ("tip", vec![1.0, 3.0])])?;
    /// let rows: Chunk<(f64, f64)> = trips.chunk(["tip", "distance"])?;
    /// assert_eq!(rows.columns(), (&[1.0, 3.0][..], &[1.5, 12.0][..]));
    /// # Ok::<(), delayed_data::Error>(())
    /// ```
    ///
    /// # Errors
    /// If there is no such column, or a value of it is not of the type: the
    /// error names its row and column.
    pub fn chunk<R: Row>(&self, names: R::Names<'_>) -> Result<Chunk<R>> {
        let rows = self.batch.num_rows();
        let wanted = header::wanted::<R>(names.as_ref(), MissingColumns::Fail);
        let positions = header::find_all(&self.header(), &wanted).map_err(Error::of_frame)?;
        let array = |position: &Option<usize>| match position {
            Some(position) => Arc::clone(self.batch.column(*position)),
            None => Arc::new(arrow_array::NullArray::new(rows)),
        };
        let arrays: Vec<ArrayRef> = positions.iter().map(array).collect();
        let in_column = |error: Error, slot: usize| match positions[slot] {
            Some(position) => error.in_column(self.batch.schema_ref().field(position).name()),
            None => error,
        };
        for (slot, array) in arrays.iter().enumerate() {
            let kind = array.data_type();
            if !is_known(kind) {
                let problem = format!("a column of type {kind} cannot be read");
                return Err(in_column(Error::of_frame(problem), slot));
            }
        }
        let mut columns = R::empty();
        load::append::<R>(&mut columns, &arrays, rows).map_err(|misfit| {
            let why = load::problem::<R>(&(), &arrays[misfit.slot], misfit);
            let error = Error::of_frame(why).at_row(misfit.row as u64 + 1);
            in_column(error, misfit.slot)
        })?;
        Ok(Chunk::new(columns, rows))
    }

    /// The columns that a record names as a chunk of records.
    ///
    /// # Errors
    /// As those of [`chunk`](Self::chunk).
    pub fn rows<R: Record>(&self) -> Result<Chunk<R>> {
        self.chunk(R::NAMES)
    }

    fn header(&self) -> Vec<String> {
        self.names().map(str::to_owned).collect()
    }

    fn position(&self, name: &str) -> Result<usize> {
        header::find(&self.header(), name).map_err(Error::of_frame)
    }

    fn positions<'n>(&self, names: impl IntoIterator<Item = &'n str>) -> Result<Vec<usize>> {
        names.into_iter().map(|name| self.position(name)).collect()
    }

    /// A frame of columns that are as long as each other.
    fn of(fields: Vec<Arc<Field>>, columns: Vec<ArrayRef>) -> Result<DataFrame> {
        let schema = Arc::new(Schema::new(fields));
        RecordBatch::try_new(schema, columns)
            .map(DataFrame::from)
            .map_err(problem)
    }
}

/// What Arrow says, as an error of ours.
#[cold]
fn problem(error: ArrowError) -> Error {
    Error::of_frame(error.to_string().replace(['\n', '\r'], " "))
}

impl From<RecordBatch> for DataFrame {
    fn from(batch: RecordBatch) -> DataFrame {
        DataFrame { batch }
    }
}

impl From<DataFrame> for RecordBatch {
    fn from(frame: DataFrame) -> RecordBatch {
        frame.batch
    }
}

impl<R: Row> Chunk<R> {
    /// The columns as a data frame, under these names.
    ///
    /// # Errors
    /// If a text column has more than 2 GiB.
    pub fn frame_as(&self, names: R::Names<'_>) -> Result<DataFrame> {
        DataFrame::new(names.as_ref().iter().copied().zip(array::arrays(self)))
    }
}

impl<R: Record> Chunk<R> {
    /// The columns as a data frame, under the names that the record gives them;
    /// of several with `|` between them, the first.
    ///
    /// ```
    /// use delayed_data::{Chunk, Record};
    ///
    /// #[derive(Record)]
    /// struct Trip {
    ///     #[record(rename = "miles|distance")]
    ///     distance: f64,
    /// }
    ///
    /// let trips: Chunk<Trip> = [1.5, 12.0].into_iter().map(|distance| Trip { distance }).collect();
    /// let frame = trips.frame()?;
    /// assert_eq!(frame.names().collect::<Vec<_>>(), ["miles"]);
    /// assert_eq!(frame.shape(), (2, 1));
    /// # Ok::<(), delayed_data::Error>(())
    /// ```
    ///
    /// # Errors
    /// As those of [`frame_as`](Self::frame_as).
    pub fn frame(&self) -> Result<DataFrame> {
        DataFrame::new(crate::record::titles::<R>().zip(array::arrays(self)))
    }
}

/// The columns' buffers as they are, also where rows are left out of them.
impl NBytes for DataFrame {
    fn nbytes(&self) -> usize {
        size_of::<Self>() + self.batch.get_array_memory_size()
    }
}
