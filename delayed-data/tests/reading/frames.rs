//! Data frames: read from files, and what is done with them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use delayed_data::arrow::array::{Array, RecordBatch};
use delayed_data::arrow::schema::{DataType, TimeUnit};
use delayed_data::{Aggregate, Chunk, DataFrame, Record, Result, Timestamp, read};

use crate::common::{TRIP, Trip, real_data};

fn file(text: &str) -> (tempfile::TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("rows.csv");
    std::fs::write(&path, text).unwrap();
    (dir, path)
}

/// The long trips, all trips, and the distances of both to the cent.
fn counts(path: &Path, rows: usize) -> Result<(usize, usize, String, String)> {
    let (mut long, mut all) = (Vec::new(), Vec::new());
    let over = Duration::from_secs(1200);
    for trips in read(path).chunk_rows(rows).frames().open()? {
        let trips = trips?;
        let is_long = |(pickup, dropoff)| dropoff > pickup + over;
        let far = trips.filter_rows::<Trip>(TRIP, is_long)?;
        long.push(far.select(["trip_distance"])?);
        all.push(trips.select(["trip_distance"])?);
    }
    let sum = |frames: &[DataFrame]| -> Result<(usize, String)> {
        let frame = DataFrame::concat(frames)?;
        let distances: Chunk<(f64,)> = frame.chunk(["trip_distance"])?;
        let sum: f64 = distances.columns().0.iter().sum();
        Ok((distances.len(), format!("{sum:.2}")))
    };
    let ((long, of_long), (all, of_all)) = (sum(&long)?, sum(&all)?);
    Ok((long, all, of_long, of_all))
}

#[test]
fn real_trips_have_the_known_answers() {
    let Some(data) = real_data() else { return };
    let known = [
        (
            "yellow_samples/yellow_tripdata_2015-01.sample.csv",
            340,
            1_999,
            "2633.43",
            "5672.51",
        ),
        (
            "yellow_samples/yellow_tripdata_2016-02.sample.csv",
            350,
            2_013 - 14,
            "2883.66",
            "6026.18",
        ),
        #[cfg(feature = "parquet")]
        (
            "green/green_tripdata_2023-01.parquet",
            12_794,
            68_211,
            "268720.83",
            "553522.18",
        ),
        #[cfg(feature = "parquet")]
        (
            "green/green_tripdata_2021-01.parquet",
            22_054,
            73_908,
            "1710609.75",
            "3107662.86",
        ),
        #[cfg(feature = "gzip")]
        (
            "green_csv/green_tripdata_2023-02.csv.gz",
            12_640,
            64_809,
            "277177.88",
            "887647.03",
        ),
    ];
    for (name, long, all, of_long, of_all) in known {
        for rows in [5000, 1 << 20] {
            let found = counts(&data.join(name), rows).unwrap();
            let expected = (long, all, of_long.to_owned(), of_all.to_owned());
            assert_eq!(found, expected, "{name}, {rows}");
        }
    }
}

#[test]
fn chunks_of_any_size_give_the_same_frame() {
    let Some(data) = real_data() else { return };
    let csv = "yellow_samples/yellow_tripdata_2015-01.sample.csv";
    for name in [csv, "green/green_tripdata_2023-01.parquet"] {
        if !cfg!(feature = "parquet") && name.ends_with("parquet") {
            continue;
        }
        let path = data.join(name);
        let whole = read(&path).chunk_rows(1 << 20).frames().whole().unwrap();
        let sizes: &[usize] = if name == csv {
            &[1, 7, 1998, 5000]
        } else {
            &[999, 65_537]
        };
        for &rows in sizes {
            let frames = read(&path).chunk_rows(rows).frames().open().unwrap();
            let schema = frames.schema();
            let frames: Vec<_> = frames.map(Result::unwrap).collect();
            let full = frames[..frames.len() - 1].iter();
            assert!(full.into_iter().all(|frame| frame.shape().0 == rows));
            assert_eq!(schema, **frames[0].batch().schema_ref());
            assert_eq!(DataFrame::concat(&frames).unwrap(), whole, "{rows}");
        }
    }
}

#[test]
fn types_are_guessed_from_the_first_rows_and_hold_for_the_file() {
    let text = "n,x,flag,time,code,none,text\n\
                1,1,true,2015-01-15 19:05:39,007,,a\n\
                ,2.5,,,12,,\n\
                -3,,FALSE,2016-02-29 00:00:00.5,1,,\"b,c\"\n";
    let (_dir, path) = file(text);
    for rows in [1, 2, 3] {
        let frames = read(&path).chunk_rows(rows).frames().open().unwrap();
        let schema = frames.schema();
        let kinds: Vec<_> = schema
            .fields()
            .iter()
            .map(|it| it.data_type().clone())
            .collect();
        let time = DataType::Timestamp(TimeUnit::Microsecond, None);
        let text = DataType::Utf8;
        assert_eq!(
            kinds,
            [
                DataType::Int64,
                DataType::Float64,
                DataType::Boolean,
                time,
                text.clone(),
                text.clone(),
                text,
            ]
        );
        let frame = DataFrame::concat(&frames.map(Result::unwrap).collect::<Vec<_>>()).unwrap();
        assert_eq!(
            frame.to_string(),
            "\
┌───────┬─────────┬─────────┬────────────────────────────┬──────┬──────┬──────┐
│     n │       x │    flag │                       time │ code │ none │ text │
│ Int64 │ Float64 │ Boolean │              Timestamp(µs) │ Utf8 │ Utf8 │ Utf8 │
├───────┼─────────┼─────────┼────────────────────────────┼──────┼──────┼──────┤
│     1 │       1 │    true │        2015-01-15 19:05:39 │ 007  │ null │ a    │
│  null │     2.5 │    null │                       null │ 12   │ null │ null │
│    -3 │    null │   false │ 2016-02-29 00:00:00.500000 │ 1    │ null │ b,c  │
└───────┴─────────┴─────────┴────────────────────────────┴──────┴──────┴──────┘
3 rows, 7 columns"
        );
    }
}

#[test]
fn a_later_value_that_does_not_fit_is_named_with_its_place() {
    let (_dir, path) = file("id,fare\n1,2\n2,3\n3,x\n");
    let mut frames = read(&path)
        .chunk_rows(1)
        .frames()
        .infer_rows(2)
        .open()
        .unwrap();
    assert!(frames.next().unwrap().is_ok() && frames.next().unwrap().is_ok());
    let error = frames.next().unwrap().unwrap_err();
    assert_eq!((error.line(), error.column()), (Some(4), Some("fare")));
    let problem = "found \"x\" where a whole number is expected; the type was guessed from the \
                   first 2 rows, so give it: .types([(\"fare\", DataType::…)])";
    assert!(error.to_string().ends_with(problem), "{error}");
    let as_text = [("FARE", DataType::Utf8)];
    let whole = read(&path)
        .frames()
        .infer_rows(2)
        .types(as_text)
        .whole()
        .unwrap();
    assert_eq!(whole.shape(), (3, 2));
    assert_eq!(whole.column("fare").unwrap().data_type(), &DataType::Utf8);
}

#[test]
fn columns_and_types_that_cannot_be_are_errors() {
    let (_dir, path) = file("id,fare\n1,2\n");
    let said = |error: delayed_data::Error| {
        let text = error.to_string();
        text.strip_prefix(&path.display().to_string())
            .unwrap()
            .to_owned()
    };
    let missing = read(&path).frames().select(["tip"]).open().unwrap_err();
    assert_eq!(said(missing), ": no column \"tip\" (columns: id, fare)");
    let none = read(&path).frames().select([]).open().unwrap_err();
    assert_eq!(said(none), ": no columns are selected; name one at least");
    let list = DataType::List(std::sync::Arc::new(arrow_schema::Field::new(
        "item",
        DataType::Int64,
        true,
    )));
    let odd = read(&path)
        .frames()
        .types([("id", list)])
        .open()
        .unwrap_err();
    assert!(said(odd).starts_with(", column \"id\": a column cannot be read as List"));
}

#[cfg(feature = "parquet")]
#[test]
fn types_may_be_widened_where_files_differ() {
    let Some(data) = real_data() else { return };
    let numbers = |name: &str, column: &str| {
        read(data.join("green").join(name))
            .chunk_rows(10_000)
            .frames()
            .select([column, "lpep_pickup_datetime"])
            .types([(column, DataType::Float64)])
            .whole()
    };
    let names = [
        "green_tripdata_2023-01.parquet",
        "green_tripdata_2021-02.parquet",
    ];
    let vendors = names.map(|name| numbers(name, "VendorID").unwrap());
    let both = DataFrame::concat(&vendors).unwrap();
    assert_eq!(both.shape(), (68_211 + 61_921, 2));
    // The files of 2021 were saved anew, with zones as text.
    assert!(numbers(names[0], "PULocationID").is_ok());
    let text = numbers(names[1], "PULocationID").unwrap_err().to_string();
    assert!(
        text.ends_with("row 1, column \"PULocationID\": found \"130\" where a number is expected"),
        "{text}"
    );
    let narrow = read(data.join("green").join(names[0]))
        .frames()
        .select(["trip_distance"])
        .types([("trip_distance", DataType::Int64)])
        .whole()
        .unwrap_err();
    assert!(narrow.row().is_some(), "{narrow}");
    assert!(
        narrow
            .to_string()
            .contains("where a whole number is expected"),
        "{narrow}"
    );
}

#[derive(Record, Clone, Debug, PartialEq)]
struct Ride {
    #[record(rename = "zone|area")]
    zone: Option<String>,
    tip: f64,
    at: Timestamp,
    #[record(default = 1)]
    riders: u8,
}

/// Some rides, made up.
fn rides(count: usize, seed: u64) -> Vec<Ride> {
    let mut state = seed;
    let mut next = move || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as u32
    };
    let ride = |_| Ride {
        zone: ["north", "south", "east"]
            .get(next() as usize % 4)
            .map(|&zone| zone.to_owned()),
        tip: f64::from(next() % 1000) / 8.0,
        at: Timestamp::from_micros(i64::from(next())),
        riders: (next() % 256) as u8,
    };
    (0..count).map(ride).collect()
}

#[test]
fn chunks_become_frames_and_back() {
    for count in [0, 1, 100] {
        let rows = rides(count, 7);
        let chunk: Chunk<Ride> = rows.clone().into_iter().collect();
        let frame = chunk.frame().unwrap();
        assert_eq!(
            frame.names().collect::<Vec<_>>(),
            ["zone", "tip", "at", "riders"]
        );
        let back: Chunk<Ride> = frame.rows().unwrap();
        assert_eq!(back.iter().collect::<Vec<_>>(), rows);
        let batch = RecordBatch::from(frame.clone());
        let column = batch.column(1).to_data();
        assert!(
            frame.column("tip").unwrap().to_data().ptr_eq(&column),
            "no copy"
        );
        assert_eq!(DataFrame::from(batch), frame);
        let fewer: Chunk<Ride> = frame.select(["tip", "at", "zone"]).unwrap().rows().unwrap();
        assert!(fewer.iter().all(|ride| ride.riders == 1));
    }
}

#[test]
fn values_that_are_of_no_such_type_are_named_with_their_row() {
    let frame = DataFrame::new([("tip", vec![Some(1.0), None])]).unwrap();
    let error = frame.chunk::<(f64,)>(["Tip"]).unwrap_err();
    assert_eq!((error.row(), error.column()), (Some(2), Some("tip")));
    assert_eq!(
        error.to_string(),
        "row 2, column \"tip\": no value where a number is expected; read it as an Option to \
         allow that"
    );
}

#[test]
fn columns_of_other_types_are_shown_and_not_read() {
    use delayed_data::arrow::array::{ArrayRef, Date64Array, StructArray};

    let inner: ArrayRef = std::sync::Arc::new(Date64Array::from(vec![1, 2]));
    let field = std::sync::Arc::new(arrow_schema::Field::new("d", DataType::Date64, true));
    let nested: ArrayRef = std::sync::Arc::new(StructArray::from(vec![(field, inner)]));
    let frame = DataFrame::new([("nested", nested)]).unwrap();
    let error = frame
        .chunk::<(Option<i64>,)>(["nested"])
        .unwrap_err()
        .to_string();
    assert!(
        error.starts_with("column \"nested\": a column of type Struct"),
        "{error}"
    );
    assert!(frame.to_string().contains("? │"), "{frame}");
    assert_eq!(frame.describe().unwrap().shape(), (8, 1));
}

#[test]
fn groups_are_those_of_a_map() {
    for (count, seed) in [(0, 1), (1, 2), (50, 3), (1000, 4)] {
        let rows = rides(count, seed);
        let mut expected: BTreeMap<Option<String>, (i64, f64, u64, f64, Timestamp)> =
            BTreeMap::new();
        for ride in &rows {
            let start = (0, 0.0, 0, f64::INFINITY, ride.at);
            let group = expected.entry(ride.zone.clone()).or_insert(start);
            group.0 += 1;
            group.1 += ride.tip;
            group.2 += u64::from(ride.riders);
            group.3 = group.3.min(ride.tip);
            group.4 = group.4.max(ride.at);
        }
        let frame = rows.into_iter().collect::<Chunk<Ride>>().frame().unwrap();
        let groups = frame.group_by(["zone"]).unwrap();
        assert_eq!(
            (groups.len(), groups.is_empty()),
            (expected.len(), expected.is_empty())
        );
        let asked = [
            Aggregate::Rows,
            Aggregate::Sum("tip"),
            Aggregate::Sum("riders"),
            Aggregate::Min("tip"),
            Aggregate::Max("at"),
            Aggregate::Mean("tip"),
            Aggregate::Count("zone"),
        ];
        let found = groups.aggregate(asked).unwrap();
        type Row = (Option<String>, i64, f64, u64, f64, Timestamp, f64, i64);
        let names = [
            "zone",
            "rows",
            "tip_sum",
            "riders_sum",
            "tip_min",
            "at_max",
            "tip_mean",
            "zone_count",
        ];
        let found: Chunk<Row> = found.chunk(names).unwrap();
        let expected = expected
            .iter()
            .map(|(zone, &(rows, tips, riders, least, last))| {
                let counted = if zone.is_some() { rows } else { 0 };
                let mean = tips / rows as f64;
                (
                    zone.as_deref(),
                    rows,
                    tips,
                    riders,
                    least,
                    last,
                    mean,
                    counted,
                )
            });
        assert_eq!(
            found.iter().collect::<Vec<_>>(),
            expected.collect::<Vec<_>>()
        );
    }
}

#[test]
fn groups_of_several_keys_and_without_values() {
    let frame = DataFrame::new([("a", vec![2, 1, 2, 1])])
        .and_then(|frame| frame.with_column("b", vec![Some(0.5), None, None, None]))
        .unwrap();
    let groups = frame.group_by(["a", "b"]).unwrap();
    let found = groups.aggregate([
        Aggregate::Sum("b"),
        Aggregate::Mean("b"),
        Aggregate::Max("b"),
    ]);
    type Row = (i64, Option<f64>, f64, Option<f64>, Option<f64>);
    let found: Chunk<Row> = found
        .unwrap()
        .chunk(["a", "b", "b_sum", "b_mean", "b_max"])
        .unwrap();
    let half = Some(0.5);
    assert_eq!(
        found.iter().collect::<Vec<_>>(),
        [
            (1, None, 0.0, None, None),
            (2, None, 0.0, None, None),
            (2, half, 0.5, half, half)
        ]
    );
    let text = frame.with_column("c", vec!["x"; 4]).unwrap();
    let error = text
        .group_by(["a"])
        .unwrap()
        .aggregate([Aggregate::Sum("c")])
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "column \"c\": cannot add up values of type Utf8"
    );
    let large = DataFrame::new([("n", vec![i64::MAX, 1])])
        .unwrap()
        .with_column("k", vec![0, 0]);
    let large = large.unwrap();
    let error = large
        .group_by(["k"])
        .unwrap()
        .aggregate([Aggregate::Sum("n")])
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "column \"n\": the sum of a group has more than 64 bits"
    );
    assert!(frame.group_by([]).is_err());
}

#[test]
fn frames_are_put_together_by_the_names_of_their_columns() {
    let first = DataFrame::new([("a", vec![1, 2])]).unwrap();
    let first = first.with_column("b", vec!["x", "y"]).unwrap();
    let other = first.select(["b", "a"]).unwrap();
    let both = DataFrame::concat([&first, &other.head(1)]).unwrap();
    let rows: Chunk<(i64, String)> = both.chunk(["a", "b"]).unwrap();
    assert_eq!(
        rows.iter().collect::<Vec<_>>(),
        [(1, "x"), (2, "y"), (1, "x")]
    );
    let said = |frame: &DataFrame| DataFrame::concat([&first, frame]).unwrap_err().to_string();
    let fewer = said(&first.select(["a"]).unwrap());
    assert_eq!(fewer, "frame 2 of those: no column \"b\" (columns: a)");
    let more = said(&first.with_column("c", vec![1, 2]).unwrap());
    assert_eq!(
        more,
        "frame 2 of those: column \"c\": the first frame has no such column"
    );
    let typed = said(&first.with_column("a", vec![1.0, 2.0]).unwrap());
    assert_eq!(
        typed,
        "frame 2 of those: column \"a\": found Float64 where the first frame has Int32"
    );
    assert!(DataFrame::concat([]).is_err());
}

#[test]
fn columns_without_names_of_their_own_are_put_together_too() {
    let (_dir, path) = file("a,,a|b,\n1,x,2,y\n3,z,4,w\n");
    let whole = read(&path).frames().whole().unwrap();
    assert_eq!(whole.shape(), (2, 4));
    assert_eq!(read(&path).chunk_rows(1).frames().whole(), Ok(whole));
}

#[test]
fn masks_and_columns_have_a_row_for_each() {
    let frame = DataFrame::new([("a", vec![1, 2, 3])]).unwrap();
    let masked = frame.filter(vec![Some(true), None, Some(false)]).unwrap();
    assert_eq!(masked.shape(), (1, 1));
    let error = frame.filter(vec![true]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the mask has 1 rows, and the frame has 3"
    );
    let error = frame.with_column("b", vec![1.0]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the column \"b\" has 1 rows, and the frame has 3"
    );
    let replaced = frame.with_column("a", vec!["x"; 3]).unwrap();
    assert_eq!(replaced.shape(), (3, 1));
    assert_eq!(
        (frame.tail(2).shape().0, frame.slice(2, 9).shape().0),
        (2, 1)
    );
    assert_eq!(
        (frame.head(0).shape(), frame.slice(7, 1).shape().0),
        ((0, 1), 0)
    );
    assert!(DataFrame::new([("a", vec![1]), ("b", vec![1, 2])]).is_err());
}

#[test]
fn a_large_frame_shows_its_ends() {
    let frame = DataFrame::new([("number", (0..100_i64).collect::<Vec<_>>())]).unwrap();
    let text = frame.to_string();
    assert_eq!(text.lines().count(), 4 + 11 + 2);
    assert!(
        text.contains("│      4 │\n│      … │\n│     95 │"),
        "{text}"
    );
    let names: Vec<String> = (0..40).map(|n| format!("column {n}")).collect();
    let wide = DataFrame::new(names.iter().map(|name| (name.as_str(), vec!["text\n"]))).unwrap();
    let text = wide.to_string();
    let widest = text.lines().map(|line| line.chars().count()).max().unwrap();
    assert!((100..=120).contains(&widest), "{widest}\n{text}");
    assert!(text.contains("column 0") && text.contains("column 39") && text.contains('…'));
    assert!(text.ends_with("1 row, 40 columns"), "{text}");
}

#[test]
fn info_says_what_a_frame_is_made_of() {
    let frame = DataFrame::new([("tip", vec![Some(1.0), None, Some(2.0)])]).unwrap();
    let info = frame
        .with_column("zone", vec!["a", "b", "c"])
        .unwrap()
        .info();
    let text = info.to_string();
    assert!(text.starts_with("3 rows, 2 columns, "), "{text}");
    assert!(text.contains("\n  tip   2 values, Float64, "), "{text}");
    assert!(text.contains("\n  zone  3 values, Utf8, "), "{text}");
    let bytes: usize = info.columns.iter().map(|column| column.bytes).sum();
    let held = delayed_runtime::NBytes::nbytes(&frame);
    assert!(bytes > 3 * 8 && held > 3 * 8 && frame.info().columns[0].bytes < held);
}
