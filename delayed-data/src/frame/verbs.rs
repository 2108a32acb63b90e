//! What is done with frames, by the kernels of Arrow.

use std::sync::Arc;

use arrow_array::BooleanArray;
use arrow_schema::Field;
use arrow_select::concat::concat_batches;
use arrow_select::filter::filter_record_batch;

use super::{DataFrame, IntoArray, problem};
use crate::error::shown;
use crate::{Error, Result, Row};

impl DataFrame {
    /// The first rows, at most `rows`.
    pub fn head(&self, rows: usize) -> DataFrame {
        self.slice(0, rows)
    }

    /// The last rows, at most `rows`.
    pub fn tail(&self, rows: usize) -> DataFrame {
        self.slice(self.batch.num_rows().saturating_sub(rows), rows)
    }

    /// At most `rows` rows from row `start` on, counted from 0. Nothing is copied.
    pub fn slice(&self, start: usize, rows: usize) -> DataFrame {
        let start = start.min(self.batch.num_rows());
        let rows = rows.min(self.batch.num_rows() - start);
        self.batch.slice(start, rows).into()
    }

    /// The columns with these names, in this order. Nothing is copied.
    ///
    /// # Errors
    /// If there is no such column.
    pub fn select<'n>(&self, names: impl IntoIterator<Item = &'n str>) -> Result<DataFrame> {
        let positions = self.positions(names)?;
        self.batch
            .project(&positions)
            .map(DataFrame::from)
            .map_err(problem)
    }

    /// The rows where the mask is true: a `Vec<bool>` with one for each row, or
    /// what the comparisons in [`arrow::ord`](crate::arrow::ord) give. Where the
    /// mask has no value, the row is left out.
    ///
    /// ```
    /// use delayed_data::DataFrame;
    ///
    /// let trips = DataFrame::new([("distance", vec![1.5, 12.0, 0.5])])?;
    /// assert_eq!(trips.filter(vec![true, false, true])?.shape(), (2, 1));
    /// # Ok::<(), delayed_data::Error>(())
    /// ```
    ///
    /// # Errors
    /// If the mask has more or fewer rows than the frame.
    pub fn filter(&self, mask: impl Into<BooleanArray>) -> Result<DataFrame> {
        let mask = mask.into();
        self.expect_rows(mask.len(), "the mask")?;
        filter_record_batch(&self.batch, &mask)
            .map(DataFrame::from)
            .map_err(problem)
    }

    /// The rows of which `keep` is true; it is shown the columns with these names
    /// as typed values.
    ///
    /// # Errors
    /// As those of [`chunk`](Self::chunk).
    pub fn filter_rows<R: Row>(
        &self,
        names: R::Names<'_>,
        keep: impl FnMut(R::Item<'_>) -> bool,
    ) -> Result<DataFrame> {
        let mask: Vec<bool> = self.chunk::<R>(names)?.iter().map(keep).collect();
        self.filter(mask)
    }

    /// The frame with one more column, or with another one in the place of the
    /// one that has exactly this name.
    ///
    /// ```
    /// use delayed_data::DataFrame;
    ///
    /// let trips = DataFrame::new([("fare", vec![10.0, 20.0]), ("tip", vec![1.0, 5.0])])?;
    /// let rows = trips.chunk::<(f64, f64)>(["tip", "fare"])?;
    /// let share: Vec<f64> = rows.iter().map(|(tip, fare)| tip / fare).collect();
    /// let trips = trips.with_column("share", share)?;
    /// assert_eq!(trips.names().collect::<Vec<_>>(), ["fare", "tip", "share"]);
    /// # Ok::<(), delayed_data::Error>(())
    /// ```
    ///
    /// # Errors
    /// If it has more or fewer rows than the frame.
    pub fn with_column(&self, name: &str, values: impl IntoArray) -> Result<DataFrame> {
        let array = values.into_array();
        self.expect_rows(array.len(), &format!("the column {}", shown(name)))?;
        let field = Arc::new(Field::new(name, array.data_type().clone(), true));
        let mut fields = self.batch.schema_ref().fields().to_vec();
        let mut columns = self.batch.columns().to_vec();
        match fields.iter().position(|field| field.name() == name) {
            Some(position) => {
                fields[position] = field;
                columns[position] = array;
            }
            None => {
                fields.push(field);
                columns.push(array);
            }
        }
        DataFrame::of(fields, columns)
    }

    /// The rows of all frames, one after the other. Columns go by their names,
    /// and stand in the order of the first frame.
    ///
    /// # Errors
    /// If there is no frame, or one has not the columns of the first or has them
    /// with other types: the error names the frame, from 1, and the column.
    pub fn concat<'f>(frames: impl IntoIterator<Item = &'f DataFrame>) -> Result<DataFrame> {
        let mut batches = Vec::new();
        let mut frames = frames.into_iter();
        let first = frames.next().ok_or_else(|| {
            Error::of_frame("there are no frames to put together; at least one is needed")
        })?;
        batches.push(first.batch.clone());
        for (number, frame) in frames.enumerate() {
            let aligned = frame.like(first);
            let aligned = aligned
                .map_err(|why| Error::of_frame(format!("frame {} of those: {why}", number + 2)))?;
            batches.push(aligned.batch);
        }
        // What is not said to be missing in one frame may be in another.
        let fields = first.batch.schema_ref().fields().iter();
        let fields = fields.map(|field| Field::clone(field).with_nullable(true));
        let schema = Arc::new(arrow_schema::Schema::new(fields.collect::<Vec<_>>()));
        concat_batches(&schema, &batches)
            .map(DataFrame::from)
            .map_err(problem)
    }

    /// The columns in the order of another frame, which must have the same.
    pub(crate) fn like(&self, other: &DataFrame) -> Result<DataFrame> {
        // In the same order it does not matter that names may stand there twice.
        let frame = match self.names().eq(other.names()) {
            true => self.clone(),
            false => self.select(other.names())?,
        };
        let (columns, expected) = (frame.batch.columns(), other.batch.columns());
        for ((name, column), expected) in other.names().zip(columns).zip(expected) {
            let (found, expected) = (column.data_type(), expected.data_type());
            if found != expected {
                let problem = format!("found {found} where the first frame has {expected}");
                return Err(Error::of_frame(problem).in_column(name));
            }
        }
        if frame.batch.num_columns() != self.batch.num_columns() {
            let mut more = self.names().filter(|name| frame.position(name).is_err());
            let name = more.next().unwrap_or_default();
            return Err(Error::of_frame("the first frame has no such column").in_column(name));
        }
        Ok(frame)
    }

    fn expect_rows(&self, found: usize, what: &str) -> Result<()> {
        let rows = self.batch.num_rows();
        if found == rows {
            return Ok(());
        }
        let problem = format!("{what} has {found} rows, and the frame has {rows}");
        Err(Error::of_frame(problem))
    }
}
