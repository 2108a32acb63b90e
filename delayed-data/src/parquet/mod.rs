//! Parquet: the footer is read once a file, and any thread decodes any rows.

mod codec;
mod file;
mod memory;

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
use arrow_array::{ArrayRef, NullArray, RecordBatch};
use arrow_schema::DataType;

use self::file::SharedFile;
use crate::cell::is_known;
use crate::header::{self, Wanted};
use crate::load::{self, Load};
use crate::{Error, Result};

/// How many rows are decoded together where chunks are smaller: a page must be
/// unpacked as a whole, so a chunk on its own would cost as much as all that
/// share its page.
const BLOCK_ROWS: usize = 1 << 16;

/// A row group is one piece, as its pages need not be found twice; of one that is
/// larger than this, each piece has as many rows, so that memory is bounded.
const MOST_ROWS: usize = 1 << 17;

/// How many rows are decoded at a time.
const BATCH_ROWS: usize = 1 << 13;

/// A Parquet file whose rows are being given out.
pub(crate) struct Parquet<L: Load> {
    table: Arc<Table>,
    schema: L::Schema,
    /// How many rows a piece has; if not said, a row group is one.
    chunk_rows: Option<usize>,
    /// The block that the last piece was of.
    block: Option<Arc<Block<L>>>,
    /// The first row that has not been given out.
    next: usize,
}

/// A file and what of it is read.
pub(crate) struct Table {
    path: Arc<Path>,
    file: SharedFile,
    metadata: ArrowReaderMetadata,
    /// Where each row group ends, in rows of the file.
    group_ends: Vec<usize>,
    /// The places of the columns that are read, in the order asked for; `None`
    /// for one that the file does not have and that is read as nulls.
    positions: Vec<Option<usize>>,
}

/// Consecutive rows that are decoded together.
struct Block<L: Load> {
    table: Arc<Table>,
    schema: L::Schema,
    rows: Range<usize>,
    decoded: OnceLock<Decoded<L>>,
}

/// The rows of a block, up to the first that does not fit.
struct Decoded<L: Load> {
    columns: L::Columns,
    rows: usize,
    failure: Option<Error>,
}

/// The rows of a chunk that is yet to be decoded.
pub(crate) struct Piece<L: Load> {
    block: Arc<Block<L>>,
    rows: Range<usize>,
}

impl<L: Load> Parquet<L> {
    pub(crate) fn new(table: Table, schema: L::Schema, chunk_rows: Option<usize>) -> Parquet<L> {
        Parquet {
            table: Arc::new(table),
            schema,
            chunk_rows,
            block: None,
            next: 0,
        }
    }

    /// The next piece: exactly `chunk_rows` rows, fewer only at the end of the
    /// file; or a row group, if nothing was said.
    pub(crate) fn pull(&mut self) -> Option<Piece<L>> {
        let all = self.table.rows();
        if self.next == all {
            return None;
        }
        let Some(chunk_rows) = self.chunk_rows else {
            let most = self.next.saturating_add(MOST_ROWS);
            let block = self.block_to(min(most, self.table.group_end(self.next)));
            let rows = block.rows.clone();
            self.next = rows.end;
            return Some(Piece { block, rows });
        };
        let block = match self.block.take() {
            Some(block) if block.rows.end > self.next => block,
            _ => {
                let chunks = (BLOCK_ROWS / chunk_rows).max(1);
                let end = self.next.saturating_add(chunk_rows.saturating_mul(chunks));
                self.block_to(min(end, all))
            }
        };
        let end = min(self.next.saturating_add(chunk_rows), block.rows.end);
        let rows = std::mem::replace(&mut self.next, end)..end;
        self.block = (end < block.rows.end).then(|| Arc::clone(&block));
        Some(Piece { block, rows })
    }

    /// The rows from the next one on, to be decoded together.
    fn block_to(&self, end: usize) -> Arc<Block<L>> {
        Arc::new(Block {
            table: Arc::clone(&self.table),
            schema: self.schema.clone(),
            rows: self.next..end,
            decoded: OnceLock::new(),
        })
    }
}

impl Table {
    pub(crate) fn open(path: Arc<Path>, file: File) -> Result<Table> {
        memory::keep_pages();
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
        Ok(Table {
            path,
            file,
            metadata,
            group_ends,
            positions: Vec::new(),
        })
    }

    /// Finds the columns that are to be read.
    pub(crate) fn choose(&mut self, wanted: &[Wanted<'_>]) -> Result<()> {
        let fields = self.metadata.schema().fields();
        let header: Vec<_> = fields.iter().map(|field| field.name().clone()).collect();
        let positions =
            header::find_all(&header, wanted).map_err(|why| Error::new(&self.path, why))?;
        self.positions = positions;
        self.expect_codecs()
    }

    /// All columns are to be read.
    pub(crate) fn choose_all(&mut self) -> Result<()> {
        let count = self.metadata.schema().fields().len();
        self.positions = (0..count).map(Some).collect();
        self.expect_codecs()
    }

    /// Refuses columns whose pages cannot be unpacked.
    fn expect_codecs(&self) -> Result<()> {
        let schema = self.metadata.parquet_schema();
        let groups = self.metadata.metadata().row_groups().iter();
        for (leaf, chunk) in groups.flat_map(|group| group.columns().iter().enumerate()) {
            let position = Some(schema.get_column_root_idx(leaf));
            let slot = self.positions.iter().position(|read| *read == position);
            let (Some(slot), Some(missing)) = (slot, codec::missing(chunk.compression())) else {
                continue;
            };
            // Without its level.
            let codec = chunk.compression().to_string();
            let codec = codec.split('(').next().unwrap_or_default();
            let what = match missing {
                Some(feature) => {
                    format!("build delayed-data with its feature \"{feature}\" to read it")
                }
                None => "write it anew with another codec".to_owned(),
            };
            let problem = format!("the column is compressed with {codec}; {what}");
            return Err(self.in_column(Error::new(&self.path, problem), slot));
        }
        Ok(())
    }

    /// The names of the columns that are read.
    pub(crate) fn chosen(&self) -> Vec<String> {
        let fields = self.metadata.schema().fields();
        let positions = self.positions.iter().flatten();
        positions
            .map(|&position| fields[position].name().clone())
            .collect()
    }

    /// About how many rows have so many bytes, one at least, when all columns are
    /// unpacked.
    pub(crate) fn rows_in(&self, bytes: usize) -> usize {
        let groups = self.metadata.metadata().row_groups().iter();
        let all: u128 = groups
            .map(|group| u128::try_from(group.total_byte_size()).unwrap_or(0))
            .sum();
        let rows = self.rows() as u128 * bytes as u128 / all.max(1);
        usize::try_from(rows).unwrap_or(usize::MAX).max(1)
    }

    /// The names of all columns.
    pub(crate) fn names(&self) -> Vec<String> {
        let fields = self.metadata.schema().fields().iter();
        fields.map(|field| field.name().clone()).collect()
    }

    /// The types of the columns that are read.
    pub(crate) fn chosen_types(&self) -> Vec<DataType> {
        let kind = |position: &Option<usize>| match position {
            Some(position) => self.metadata.schema().field(*position).data_type().clone(),
            None => DataType::Null,
        };
        self.positions.iter().map(kind).collect()
    }

    /// Refuses columns that are not of times, numbers or text.
    pub(crate) fn expect_values(&self) -> Result<()> {
        for (slot, kind) in self.chosen_types().iter().enumerate() {
            if !is_known(kind) {
                let problem = format!("a column of type {kind} cannot be read");
                return Err(self.in_column(Error::new(&self.path, problem), slot));
            }
        }
        Ok(())
    }

    fn rows(&self) -> usize {
        self.group_ends.last().copied().unwrap_or(0)
    }

    /// Where the row group of a row ends.
    fn group_end(&self, row: usize) -> usize {
        let group = self.group_ends.partition_point(|&end| end <= row);
        self.group_ends[group]
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
        let columns = self.positions.iter().flatten().copied();
        let mask = ProjectionMask::roots(self.metadata.parquet_schema(), columns);
        ParquetRecordBatchReaderBuilder::new_with_metadata(self.file.clone(), self.metadata.clone())
            .with_projection(mask)
            .with_row_groups((first..=last).collect())
            .with_offset(rows.start - start)
            .with_limit(rows.len())
            .with_batch_size(BATCH_ROWS)
            .build()
    }

    /// The columns of a batch in the order asked for: a batch has those of the
    /// file that are read in the order of the file, each once.
    fn columns(&self, batch: &RecordBatch) -> Vec<ArrayRef> {
        let mut read: Vec<_> = self.positions.iter().flatten().collect();
        read.sort();
        read.dedup();
        let column = |position: &Option<usize>| -> ArrayRef {
            match position {
                Some(position) => {
                    let before = read.partition_point(|&read| read < position);
                    Arc::clone(batch.column(before))
                }
                None => Arc::new(NullArray::new(batch.num_rows())),
            }
        };
        self.positions.iter().map(column).collect()
    }

    /// The column at a slot, as errors call it.
    fn in_column(&self, error: Error, slot: usize) -> Error {
        match self.positions[slot] {
            Some(position) => error.in_column(self.metadata.schema().field(position).name()),
            None => error,
        }
    }
}

impl<L: Load> Block<L> {
    fn decode(&self) -> Decoded<L> {
        let mut decoded = Decoded {
            columns: L::empty(&self.schema),
            rows: 0,
            failure: None,
        };
        // No more than that at once: how many there are, a damaged file may make up.
        L::reserve(&mut decoded.columns, min(self.rows.len(), MOST_ROWS));
        let path = &self.table.path;
        // A panic leaves rows that are not counted, and the block is given up.
        if let Err(error) = without_panic(path, || self.decode_into(&mut decoded)) {
            decoded.failure = Some(error);
        }
        decoded
    }

    fn decode_into(&self, decoded: &mut Decoded<L>) -> Result<()> {
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
    fn append(&self, decoded: &mut Decoded<L>, batch: &RecordBatch) -> Result<()> {
        let table = &*self.table;
        let arrays = table.columns(batch);
        let types = arrays.iter().map(|array| array.data_type());
        if !types.eq(table.chosen_types().iter()) {
            return Err(damaged(&table.path, &"a column changes its type"));
        }
        let rows = batch.num_rows();
        let appended = L::append(&self.schema, &mut decoded.columns, &arrays, rows);
        let Err(misfit) = appended else {
            decoded.rows += rows;
            return Ok(());
        };
        decoded.rows += misfit.row;
        let problem = load::problem::<L>(&self.schema, &arrays[misfit.slot], misfit);
        let row = self.rows.start + decoded.rows;
        let error = Error::new(&table.path, problem).at_row(row as u64 + 1);
        Err(table.in_column(error, misfit.slot))
    }
}

impl<L: Load> Piece<L> {
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
    pub(crate) fn decode(self) -> Result<(L::Columns, usize)> {
        let Range { start, end } = self.block.rows;
        if self.rows == (start..end) {
            let decoded = self.block.decode();
            return match decoded.failure {
                Some(error) => Err(error),
                None => Ok((decoded.columns, decoded.rows)),
            };
        }
        let decoded = self.block.decoded.get_or_init(|| self.block.decode());
        let rows = self.rows.start - start..self.rows.end - start;
        match &decoded.failure {
            Some(error) if decoded.rows < rows.end => Err(error.clone()),
            _ => {
                let len = rows.len();
                Ok((L::part(&decoded.columns, rows), len))
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
