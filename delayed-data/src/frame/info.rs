//! What a frame is made of.

use std::fmt;

use arrow_array::Array;
use arrow_schema::DataType;

use super::DataFrame;
use crate::Bytes;

/// What a [`DataFrame`] is made of: its rows, and the name, type, values and
/// memory of each column. It prints as a table.
#[derive(Clone, Debug, PartialEq)]
pub struct Info {
    /// How many rows there are.
    pub rows: usize,
    /// The columns in order.
    pub columns: Vec<ColumnInfo>,
}

/// What one column of a [`DataFrame`] is made of.
#[derive(Clone, Debug, PartialEq)]
pub struct ColumnInfo {
    /// Its name.
    pub name: String,
    /// Its type, as Arrow calls it.
    pub data_type: DataType,
    /// How many rows have a value.
    pub values: usize,
    /// How many bytes its buffers have, rows that are left out included.
    pub bytes: usize,
}

impl DataFrame {
    /// What the frame is made of.
    ///
    /// ```
    /// use delayed_data::DataFrame;
    ///
    /// let frame = DataFrame::new([("tip", vec![Some(1.5), None])])?;
    /// let info = frame.info();
    /// assert_eq!((info.rows, info.columns[0].values), (2, 1));
    /// println!("{info}");
    /// # Ok::<(), delayed_data::Error>(())
    /// ```
    pub fn info(&self) -> Info {
        let columns = self.names().zip(self.batch.columns());
        let columns = columns.map(|(name, array)| ColumnInfo {
            name: name.to_owned(),
            data_type: array.data_type().clone(),
            values: array.len() - array.logical_null_count(),
            bytes: array.get_array_memory_size(),
        });
        Info {
            rows: self.batch.num_rows(),
            columns: columns.collect(),
        }
    }
}

impl fmt::Display for Info {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = self
            .columns
            .iter()
            .map(|column| column.bytes)
            .sum::<usize>();
        let columns = self.columns.len();
        writeln!(
            f,
            "{} rows, {columns} columns, {}",
            self.rows,
            Bytes(bytes as u64)
        )?;
        let width = self
            .columns
            .iter()
            .map(|column| column.name.chars().count())
            .max();
        let width = width.unwrap_or(0);
        for ColumnInfo {
            name,
            data_type,
            values,
            bytes,
        } in &self.columns
        {
            let bytes = Bytes(*bytes as u64);
            writeln!(f, "  {name:width$}  {values} values, {data_type}, {bytes}")?;
        }
        Ok(())
    }
}
