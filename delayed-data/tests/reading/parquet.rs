//! Parquet files of many shapes, and damaged ones.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_array::{
    ArrayRef, BooleanArray, Date32Array, Float32Array, Float64Array, Int32Array, NullArray,
    RecordBatch, StringArray, TimestampMillisecondArray, TimestampNanosecondArray,
};
use delayed_data::{Chunk, Chunks, Result, Timestamp, read};
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::file::properties::WriterProperties;
use tempfile::TempDir;

use crate::oracle::check_split;

type Mixed = (Option<i64>, f64, String, Timestamp);

const MIXED: [&str; 4] = ["count", "distance", "note", "pickup"];

/// Rows 0 to `rows`, of which each column is some function.
fn batch(rows: i32) -> RecordBatch {
    let numbers = || 0..rows;
    let column = |array: ArrayRef| array;
    RecordBatch::try_from_iter([
        (
            "pickup",
            column(Arc::new(TimestampMillisecondArray::from_iter_values(
                numbers().map(|n| i64::from(n) * 1500),
            ))),
        ),
        (
            "unused",
            column(Arc::new(BooleanArray::from_iter(
                numbers().map(|n| Some(n > 3)),
            ))),
        ),
        (
            "note",
            column(Arc::new(StringArray::from_iter_values(
                numbers().map(|n| format!("note {}", n % 7)),
            ))),
        ),
        (
            "distance",
            column(Arc::new(Float32Array::from_iter_values(
                numbers().map(|n| n as f32 / 4.0),
            ))),
        ),
        (
            "count",
            column(Arc::new(Int32Array::from_iter(
                numbers().map(|n| (n % 3 != 0).then_some(n)),
            ))),
        ),
    ])
    .unwrap()
}

/// Row `n` of [`batch`].
fn expected(n: i64) -> (Option<i64>, f64, String, Timestamp) {
    let count = (n % 3 != 0).then_some(n);
    (
        count,
        n as f64 / 4.0,
        format!("note {}", n % 7),
        Timestamp::from_micros(n * 1_500_000),
    )
}

/// A file of a batch in row groups of `group` rows and pages of a few.
fn write(batch: &RecordBatch, group: usize) -> (TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    // A name that lies.
    let path = dir.path().join("trips.csv");
    let properties = WriterProperties::builder()
        .set_max_row_group_row_count(Some(group))
        .set_data_page_row_count_limit(5)
        .set_write_batch_size(5)
        .set_compression(Compression::SNAPPY)
        .build();
    let file = File::create(&path).unwrap();
    let mut writer = ArrowWriter::try_new(file, batch.schema(), Some(properties)).unwrap();
    writer.write(batch).unwrap();
    writer.close().unwrap();
    (dir, path)
}

fn mixed(path: &Path, rows: usize) -> Result<Chunks<Mixed>> {
    read(path).chunk_rows(rows).columns::<Mixed>(MIXED)
}

#[test]
fn chunks_are_exact_across_row_groups() {
    for group in [7, 20, 100] {
        let (_dir, path) = write(&batch(100), group);
        for rows in [1, 6, 7, 33, 99, 100, 101, usize::MAX] {
            let mut row = 0;
            for chunk in mixed(&path, rows).unwrap() {
                let chunk = chunk.unwrap();
                assert_eq!(chunk.len(), rows.min(100 - row as usize), "{group} {rows}");
                for (count, distance, note, pickup) in &chunk {
                    assert_eq!((count, distance, note.to_owned(), pickup), expected(row));
                    row += 1;
                }
            }
            assert_eq!(row, 100);
            check_split(|| mixed(&path, rows).unwrap());
        }
    }
}

#[test]
fn chunks_larger_than_a_block_of_small_ones() {
    let (_dir, path) = write(&batch(150_000), 40_000);
    for rows in [1000, 65_537, 100_000] {
        let mut row = 0;
        for chunk in mixed(&path, rows).unwrap() {
            let chunk: Chunk<Mixed> = chunk.unwrap();
            assert_eq!(chunk.len(), rows.min(150_000 - row as usize));
            let (_, _, _, pickup) = chunk.iter().next().unwrap();
            assert_eq!(pickup, expected(row).3);
            row += chunk.len() as i64;
        }
        assert_eq!(row, 150_000);
    }
}

#[test]
fn types_are_read_as_others_where_nothing_is_lost() {
    let column = |array: ArrayRef| array;
    let batch = RecordBatch::try_from_iter_with_nullable([
        (
            "float",
            column(Arc::new(Float64Array::from(vec![1.0, 2.0]))),
            false,
        ),
        ("int", column(Arc::new(Int32Array::from(vec![3, 4]))), false),
        (
            "nanos",
            column(Arc::new(TimestampNanosecondArray::from(vec![-1, 1999]))),
            false,
        ),
        (
            "date",
            column(Arc::new(Date32Array::from(vec![0, 1]))),
            false,
        ),
        ("nothing", column(Arc::new(NullArray::new(2))), true),
    ])
    .unwrap();
    let (_dir, path) = write(&batch, 10);
    let mut chunks = read(&path)
        .columns::<(i64, f64, Timestamp, Timestamp, Option<f64>, Option<String>)>([
            "float", "int", "nanos", "date", "nothing", "nothing",
        ])
        .unwrap();
    let chunk = chunks.next().unwrap().unwrap();
    let (wholes, floats, nanos, dates, nothing, none) = chunk.columns();
    assert_eq!((wholes, floats), (&[1, 2][..], &[3.0, 4.0][..]));
    assert_eq!(
        nanos.iter().map(|t| t.micros()).collect::<Vec<_>>(),
        [-1, 1]
    );
    assert_eq!(dates[1].to_string(), "1970-01-02 00:00:00");
    assert_eq!(nothing, [None, None]);
    assert_eq!(none.iter().collect::<Vec<_>>(), [None, None]);
}

/// The error that reading ends in, without the file's name, and the rows before.
fn failure(path: &Path, name: &str, rows: usize) -> (usize, String) {
    let chunks = read(path)
        .chunk_rows(rows)
        .columns::<(f64, i64)>(["distance", name]);
    let mut before = 0;
    let error = match chunks {
        Ok(chunks) => chunks
            .filter_map(|chunk| chunk.map(|chunk| before += chunk.len()).err())
            .next()
            .unwrap(),
        Err(error) => error,
    };
    let text = error.to_string();
    (
        before,
        text.strip_prefix(&path.display().to_string())
            .unwrap()
            .to_owned(),
    )
}

#[test]
fn values_that_do_not_fit_are_named_with_their_row() {
    let (_dir, path) = write(&batch(100), 20);
    let null = ", row 1, column \"count\": no value where a whole number is expected; \
                read it as an Option to allow that";
    let text = ", row 1, column \"note\": found \"note 0\" where a whole number is expected";
    let half = ", row 2, column \"distance\": found 0.25 where a whole number is expected";
    let time = ", row 1, column \"pickup\": found 1970-01-01 00:00:00 where a whole number \
                is expected";
    let kind = ", row 1, column \"unused\": found false where a whole number is expected";
    for rows in [1, 7, 1000] {
        assert_eq!(failure(&path, "Count", rows), (0, null.to_owned()));
        assert_eq!(failure(&path, "note", rows), (0, text.to_owned()));
        assert_eq!(
            failure(&path, "distance", rows),
            (usize::from(rows == 1), half.to_owned())
        );
        assert_eq!(failure(&path, "pickup", rows), (0, time.to_owned()));
        assert_eq!(failure(&path, "unused", rows), (0, kind.to_owned()));
    }
    let (_, missing) = failure(&path, "notes", 7);
    assert_eq!(
        missing,
        ": no column \"notes\"; did you mean \"note\"? \
         (columns: pickup, unused, note, distance, count)"
    );
}

#[test]
fn the_rows_before_one_that_does_not_fit_are_given() {
    let values = (0..50).map(|n| if n == 33 { 0.5 } else { f64::from(n) });
    let column: ArrayRef = Arc::new(Float64Array::from_iter_values(values));
    let batch = RecordBatch::try_from_iter([("distance", column)]).unwrap();
    let (_dir, path) = write(&batch, 20);
    for rows in [1, 10, 33, 34] {
        let (before, error) = failure(&path, "distance", rows);
        assert_eq!(before, 33 / rows * rows);
        assert!(
            error.starts_with(", row 34, column \"distance\": found 0.5 "),
            "{error}"
        );
    }
}

#[test]
fn a_file_without_rows() {
    let (_dir, path) = write(&batch(0), 20);
    let expected = ": there are no rows in the file; is it complete?".to_owned();
    assert_eq!(failure(&path, "count", 7), (0, expected));
}

/// Reads as much as there is, for its errors: each must be one line.
fn errors(path: &Path) -> Vec<String> {
    let mut found = Vec::new();
    match mixed(path, 7) {
        Ok(chunks) => found.extend(chunks.filter_map(Result::err)),
        Err(error) => found.push(error),
    }
    let found: Vec<_> = found.iter().map(ToString::to_string).collect();
    assert!(found.iter().all(|error| !error.contains('\n')), "{found:?}");
    found
}

#[test]
fn a_file_cut_off_anywhere_is_an_error() {
    let (_dir, path) = write(&batch(40), 20);
    let bytes = std::fs::read(&path).unwrap();
    for end in (4..bytes.len()).step_by(3).chain([bytes.len() - 1]) {
        std::fs::write(&path, &bytes[..end]).unwrap();
        let found = errors(&path);
        let start = format!(
            "{}: the Parquet file is damaged or cut off (",
            path.display()
        );
        assert!(found[0].starts_with(&start), "{end}: {found:?}");
    }
}

#[test]
fn damage_anywhere_is_never_a_panic() {
    let (_dir, path) = write(&batch(40), 20);
    let bytes = std::fs::read(&path).unwrap();
    let mut with_errors = 0;
    for place in 4..bytes.len() {
        let mut damaged = bytes.clone();
        damaged[place] ^= [0xff, 0x01, 0x80][place % 3];
        std::fs::write(&path, &damaged).unwrap();
        with_errors += usize::from(!errors(&path).is_empty());
    }
    assert!(
        with_errors > bytes.len() / 4,
        "{with_errors} of {} found",
        bytes.len()
    );
}
