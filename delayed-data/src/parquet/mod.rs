//! Parquet: the footer is read once a file, and any thread decodes any rows.

mod cells;
mod file;

use std::cmp::min;
use std::fs::File;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::{Arc, OnceLock};

use ::parquet::arrow::ProjectionMask;
use ::parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader,
    ParquetRecordBatchReaderBuilder,
};
use ::parquet::file::reader::Length;
use arrow_array::{ArrayRef, RecordBatch};

use self::cells::{cells, is_known};
use self::file::SharedFile;
use crate::error::shown;
use crate::value::Cell;
use crate::{Chunk, Error, Result, Row, header};

/// How many rows are decoded together where chunks are smaller: a page must be
/// unpacked as a whole, so a chunk on its own would cost as much as all that
/// share its page.
const BLOCK_ROWS: usize = 1 << 16;

/// How many rows are decoded at a time.
const BATCH_ROWS: usize = 1 << 13;

/// A Parquet file whose rows are being given out.
pub(crate) struct Parquet<R: Row> {
    table: Arc<Table>,
    chunk_rows: usize,
    /// The block that the last piece was of.
    block: Option<Arc<Block<R>>>,
    /// The first row that has not been given out.
    next: usize,
}

/// A file and what of it is read.
struct Table {
    path: Arc<Path>,
    file: SharedFile,
    metadata: ArrowReaderMetadata,
    /// Where each row group ends, in rows of the file.
    group_ends: Vec<usize>,
    /// The places of the columns that are read, in the order asked for.
    positions: Vec<usize>,
}

/// Consecutive rows that are decoded together.
struct Block<R: Row> {
    table: Arc<Table>,
    rows: Range<usize>,
    decoded: OnceLock<Decoded<R>>,
}

/// The rows of a block, up to the first that does not fit.
struct Decoded<R: Row> {
    columns: R::Columns,
    rows: usize,
    failure: Option<Error>,
}

/// The rows of a chunk that is yet to be decoded.
pub(crate) struct Piece<R: Row> {
    block: Arc<Block<R>>,
    rows: Range<usize>,
}

impl<R: Row> Parquet<R> {
    pub(crate) fn open(
        path: Arc<Path>,
        file: File,
        names: &[&str],
        chunk_rows: usize,
    ) -> Result<Parquet<R>> {
        let table = Arc::new(Table::open(path, file, names)?);
        Ok(Parquet {
            table,
            chunk_rows,
            block: None,
            next: 0,
        })
    }

    /// The next piece: exactly `chunk_rows` rows, fewer only at the end of the
    /// file.
    pub(crate) fn pull(&mut self) -> Option<Piece<R>> {
        let all = self.table.rows();
        if self.next == all {
            return None;
        }
        let block = match self.block.take() {
            Some(block) if block.rows.end > self.next => block,
            _ => {
                let chunks = (BLOCK_ROWS / self.chunk_rows).max(1);
                let end = self
                    .next
                    .saturating_add(self.chunk_rows.saturating_mul(chunks));
                let (table, rows) = (Arc::clone(&self.table), self.next..min(end, all));
                Arc::new(Block {
                    table,
                    rows,
                    decoded: OnceLock::new(),
                })
            }
        };
        let end = min(self.next.saturating_add(self.chunk_rows), block.rows.end);
        let rows = std::mem::replace(&mut self.next, end)..end;
        self.block = (end < block.rows.end).then(|| Arc::clone(&block));
        Some(Piece { block, rows })
    }
}

impl Table {
    fn open(path: Arc<Path>, file: File, names: &[&str]) -> Result<Table> {
        let file = SharedFile::new(file)
            .map_err(|why| Error::new(&path, format!("cannot read the file: {why}")))?;
        // The file's own types; not the Arrow types of the program that wrote it.
        let options = ArrowReaderOptions::new().with_skip_arrow_metadata(true);
        let metadata = without_panic(&path, || {
            ArrowReaderMetadata::load(&file, options).map_err(|why| damaged(&path, &why))
        })?;
        let mut end = 0_usize;
        let mut group_ends = Vec::new();
        for group in metadata.metadata().row_groups() {
            let rows = usize::try_from(group.num_rows()).ok();
            end = rows
                .and_then(|rows| end.checked_add(rows))
                .ok_or_else(|| damaged(&path, &"a row group has no valid number of rows"))?;
            group_ends.push(end);
        }
        if end == 0 {
            return Err(Error::new(
                &path,
                "there are no rows in the file; is it complete?",
            ));
        }
        let header: Vec<_> = metadata
            .schema()
            .fields()
            .iter()
            .map(|field| field.name().clone())
            .collect();
        let mut positions = Vec::new();
        for name in names {
            let position = header::find(&header, name).map_err(|why| Error::new(&path, why))?;
            let kind = metadata.schema().field(position).data_type();
            if !is_known(kind) {
                let problem = format!("a column of type {kind} cannot be read");
                return Err(Error::new(&path, problem).in_column(&header[position]));
            }
            positions.push(position);
        }
        Ok(Table {
            path,
            file,
            metadata,
            group_ends,
            positions,
        })
    }

    fn rows(&self) -> usize {
        self.group_ends.last().copied().unwrap_or(0)
    }

    /// A reader of some rows of the columns that are read.
    fn reader(&self, rows: &Range<usize>) -> ::parquet::errors::Result<ParquetRecordBatchReader> {
        let first = self.group_ends.partition_point(|&end| end <= rows.start);
        let last = self.group_ends.partition_point(|&end| end < rows.end);
        let start = if first == 0 {
            0
        } else {
            self.group_ends[first - 1]
        };
        let columns = self.positions.iter().copied();
        let mask = ProjectionMask::roots(self.metadata.parquet_schema(), columns);
        ParquetRecordBatchReaderBuilder::new_with_metadata(self.file.clone(), self.metadata.clone())
            .with_projection(mask)
            .with_row_groups((first..=last).collect())
            .with_offset(rows.start - start)
            .with_limit(rows.len())
            .with_batch_size(BATCH_ROWS)
            .build()
    }

    /// The column of a batch that holds a slot's values: a batch has the columns
    /// that are read in the order of the file, each once.
    fn column<'a>(&self, batch: &'a RecordBatch, slot: usize) -> &'a ArrayRef {
        let position = self.positions[slot];
        let mut before: Vec<_> = self.positions.iter().filter(|&&p| p < position).collect();
        before.sort();
        before.dedup();
        batch.column(before.len())
    }

    fn misfit<R: Row>(&self, row: usize, slot: usize, cell: Option<Cell<'_>>) -> Error {
        let expected = R::EXPECTED[slot].what;
        let found = match cell {
            None | Some(Cell::Null) => None,
            Some(Cell::Timestamp(time)) => Some(time.to_string()),
            Some(Cell::Float(number)) => Some(number.to_string()),
            Some(Cell::Integer(number)) => Some(number.to_string()),
            Some(Cell::Text(text)) => Some(shown(text)),
        };
        let problem = match found {
            Some(found) => format!("found {found} where {expected} is expected"),
            None => {
                format!("no value where {expected} is expected; read it as an Option to allow that")
            }
        };
        let column = self.metadata.schema().field(self.positions[slot]).name();
        Error::new(&self.path, problem)
            .at_row(row as u64 + 1)
            .in_column(column)
    }
}

impl<R: Row> Block<R> {
    fn decode(&self) -> Decoded<R> {
        let mut decoded = Decoded {
            columns: R::empty(),
            rows: 0,
            failure: None,
        };
        let path = &self.table.path;
        // A panic leaves rows that are not counted, and the block is given up.
        if let Err(error) = without_panic(path, || self.decode_into(&mut decoded)) {
            decoded.failure = Some(error);
        }
        decoded
    }

    fn decode_into(&self, decoded: &mut Decoded<R>) -> Result<()> {
        let table = &*self.table;
        let reader = table
            .reader(&self.rows)
            .map_err(|why| damaged(&table.path, &why))?;
        for batch in reader {
            let batch = batch.map_err(|why| damaged(&table.path, &why))?;
            self.append(decoded, &batch)?;
        }
        match decoded.rows == self.rows.len() {
            true => Ok(()),
            false => Err(damaged(
                &table.path,
                &"a row group has fewer rows than it says",
            )),
        }
    }

    /// Adds the rows of a batch, up to the first that does not fit.
    fn append(&self, decoded: &mut Decoded<R>, batch: &RecordBatch) -> Result<()> {
        let table = &*self.table;
        let mut rows = batch.num_rows();
        let mut failure = None;
        for slot in 0..table.positions.len() {
            let array = table.column(batch, slot);
            let unknown = || damaged(&table.path, &"a column changes its type");
            let mut fitting = cells(array).ok_or_else(unknown)?.take(rows);
            if let Err(row) = R::extend(&mut decoded.columns, slot, &mut fitting) {
                rows = row;
                let cell = cells(array).and_then(|mut cells| cells.nth(row));
                let row = self.rows.start + decoded.rows + row;
                failure = Some(table.misfit::<R>(row, slot, cell));
            }
        }
        decoded.rows += rows;
        failure.map_or(Ok(()), Err)
    }
}

impl<R: Row> Piece<R> {
    /// The bytes that fall to these rows if all rows of the file have as many.
    pub(crate) fn bytes(&self) -> u64 {
        let table = &*self.block.table;
        let share = |row: usize| {
            let bytes = u128::from(table.file.len()) * row as u128;
            (bytes / table.rows().max(1) as u128) as u64
        };
        share(self.rows.end) - share(self.rows.start)
    }

    /// Decodes the rows; those of a shared block only if no other piece has.
    pub(crate) fn decode(self) -> Result<Chunk<R>> {
        let Range { start, end } = self.block.rows;
        if self.rows == (start..end) {
            let decoded = self.block.decode();
            return match decoded.failure {
                Some(error) => Err(error),
                None => Ok(Chunk::new(decoded.columns, decoded.rows)),
            };
        }
        let decoded = self.block.decoded.get_or_init(|| self.block.decode());
        let rows = self.rows.start - start..self.rows.end - start;
        match &decoded.failure {
            Some(error) if decoded.rows < rows.end => Err(error.clone()),
            _ => {
                let mut columns = R::empty();
                let len = rows.len();
                rows.for_each(|row| R::copy(&mut columns, &decoded.columns, row));
                Ok(Chunk::new(columns, len))
            }
        }
    }
}

/// Runs what trusts the bytes of a file: the `parquet` crate panics where some
/// damaged pages are decoded.
fn without_panic<T>(path: &Path, work: impl FnOnce() -> Result<T>) -> Result<T> {
    catch_unwind(AssertUnwindSafe(work))
        .unwrap_or_else(|_| Err(damaged(path, &"its pages contradict each other")))
}

#[cold]
fn damaged(path: &Path, why: &dyn std::fmt::Display) -> Error {
    let why = why.to_string().replace(['\n', '\r'], " ");
    Error::new(
        path,
        format!("the Parquet file is damaged or cut off ({why}); get it anew"),
    )
}
