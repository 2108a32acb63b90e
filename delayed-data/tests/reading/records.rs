//! Rows as structs: the same rows as tuples give, and what only structs can say.

use std::path::{Path, PathBuf};
use std::time::Duration;

use delayed_data::{Chunk, Record, Timestamp, read};

use crate::common::{TRIP, Trip, long, real_data};

/// A trip of any year and colour.
#[derive(Record)]
struct Ride<'r> {
    #[record(rename = "tpep_pickup_datetime|lpep_pickup_datetime")]
    pickup: Timestamp,
    #[record(rename = "tpep_dropoff_datetime|lpep_dropoff_datetime")]
    dropoff: Timestamp,
    trip_distance: f64,
    store_and_fwd_flag: Option<&'r str>,
    #[record(rename = "VendorID")]
    vendor: u8,
    #[record(rename = "no_such_column", default = -1)]
    zone: i16,
}

fn file(text: &str) -> (tempfile::TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("rows.csv");
    std::fs::write(&path, text).unwrap();
    (dir, path)
}

fn is_long(ride: &Ride<'_>) -> bool {
    ride.dropoff > ride.pickup + Duration::from_secs(1200)
}

/// The long rides, all rides, and the distance of the long ones to the cent.
fn counts(path: &Path, rows: usize) -> (usize, usize, String) {
    let (mut long, mut all, mut distance) = (0, 0, 0.0);
    for rides in read(path).chunk_rows(rows).rows::<Ride>().unwrap() {
        let rides = rides.unwrap();
        let far: Chunk<Ride<'static>> = rides.iter().filter(is_long).collect();
        let columns = far.columns();
        assert_eq!(columns.store_and_fwd_flag.len(), far.len());
        assert!(columns.zone.iter().all(|&zone| zone == -1));
        assert!(
            columns
                .vendor
                .iter()
                .all(|&vendor| (1..=2).contains(&vendor))
        );
        distance += columns.trip_distance.iter().sum::<f64>();
        long += far.len();
        all += rides.len();
    }
    (long, all, format!("{distance:.2}"))
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
        ),
        (
            "yellow_samples/yellow_tripdata_2016-03.sample.csv",
            289,
            2_013,
            "2861.18",
        ),
        #[cfg(feature = "parquet")]
        (
            "green/green_tripdata_2023-01.parquet",
            12_794,
            68_211,
            "268720.83",
        ),
        #[cfg(feature = "parquet")]
        (
            "green/green_tripdata_2021-02.parquet",
            20_434,
            61_921,
            "696032.98",
        ),
        #[cfg(feature = "gzip")]
        (
            "green_csv/green_tripdata_2023-03.csv.gz",
            14_791,
            72_044,
            "427921.87",
        ),
    ];
    for (name, long, all, distance) in known {
        for rows in [1000, 1 << 20] {
            let found = counts(&data.join(name), rows);
            assert_eq!(found, (long, all, distance.to_owned()), "{name}, {rows}");
        }
    }
}

#[test]
fn chunks_of_any_size_have_the_rows_of_tuples() {
    let Some(data) = real_data() else { return };
    let path = data.join("yellow_samples/yellow_tripdata_2015-01.sample.csv");
    for rows in [1, 7, 1998, 5000] {
        let tuples = read(&path).chunk_rows(rows).columns::<Trip>(TRIP).unwrap();
        let rides = read(&path).chunk_rows(rows).rows::<Ride>().unwrap();
        let (mut of_tuples, mut of_rides) = (0, 0);
        for (tuples, rides) in tuples.zip(rides) {
            let (tuples, rides) = (tuples.unwrap(), rides.unwrap());
            let same = tuples.iter().zip(&rides);
            assert!(
                same.into_iter()
                    .all(|(tuple, ride)| tuple == (ride.pickup, ride.dropoff))
            );
            of_tuples += long(&tuples);
            of_rides += rides.iter().filter(is_long).count();
        }
        assert_eq!((of_tuples, of_rides), (340, 340));
    }
}

#[derive(Record, Clone, Debug, PartialEq)]
struct Kinds {
    time: Option<Timestamp>,
    truth: bool,
    small: i8,
    large: u64,
    single: Option<f32>,
    r#type: String,
    note: Option<String>,
}

#[test]
fn fields_may_have_any_type_of_a_column() {
    let text = "type,note,single,large,small,truth,TIME\n\
                a,,,18446744073709551615,-128,True,\n\
                ,b,0.25,0,127.0,false,2015-01-15 19:05:39.5\n";
    let (_dir, path) = file(text);
    let chunk = read(&path)
        .rows::<Kinds>()
        .unwrap()
        .next()
        .unwrap()
        .unwrap();
    let rows: Vec<Kinds> = chunk.iter().collect();
    let first = Kinds {
        time: None,
        truth: true,
        small: -128,
        large: u64::MAX,
        single: None,
        r#type: "a".to_owned(),
        note: None,
    };
    let second = Kinds {
        time: Some("2015-01-15 19:05:39.5".parse().unwrap()),
        truth: false,
        small: 127,
        large: 0,
        single: Some(0.25),
        r#type: String::new(),
        note: Some("b".to_owned()),
    };
    assert_eq!(rows, [first.clone(), second]);
    let again: Chunk<Kinds> = rows.into_iter().collect();
    assert_eq!(again.iter().next(), Some(first));
    assert_eq!(again.columns().note.get(1), Some("b"));
}

#[derive(Record, Debug, PartialEq)]
#[record(rename_all = "kebab-case")]
struct Times {
    #[record(format = "%d.%m.%Y %H:%M")]
    picked_up: Timestamp,
    #[record(format = "%m/%d/%y %I:%M:%S %p")]
    dropped_off: Option<Timestamp>,
    #[record(format = "%Y%m%d", default = Timestamp::from_micros(0))]
    billed: Timestamp,
    #[record(format = "%d %b %Y %T.%f", default)]
    seen: Timestamp,
}

#[test]
fn times_are_read_in_their_formats() {
    let text = "picked-up,dropped-off,billed\n\
                1.2.2015 7:05,02/01/15 12:00:00 am,20150203\n\
                29.02.2016 23:59,12/31/99 01:30:59 PM,\n\
                31.12.1999 00:00,,19991231\n";
    let (_dir, path) = file(text);
    let chunk = read(&path)
        .rows::<Times>()
        .unwrap()
        .next()
        .unwrap()
        .unwrap();
    let shown = |row: Times| {
        let off = row
            .dropped_off
            .map_or_else(|| "none".to_owned(), |time| time.to_string());
        assert_eq!(row.seen, Timestamp::default());
        format!("{} | {off} | {}", row.picked_up, row.billed)
    };
    let rows: Vec<_> = chunk.iter().map(shown).collect();
    assert_eq!(
        rows,
        [
            "2015-02-01 07:05:00 | 2015-02-01 00:00:00 | 2015-02-03 00:00:00",
            "2016-02-29 23:59:00 | 1999-12-31 13:30:59 | 1970-01-01 00:00:00",
            "1999-12-31 00:00:00 | none | 1999-12-31 00:00:00",
        ]
    );
}

/// What is said of a file with this row, without the file's name.
fn problem(row: &str) -> String {
    let (_dir, path) = file(&format!("picked-up,dropped-off,billed,seen\n{row}\n"));
    let error = read(&path)
        .rows::<Times>()
        .unwrap()
        .next()
        .unwrap()
        .unwrap_err();
    let text = error.to_string();
    text.strip_prefix(&path.display().to_string())
        .unwrap()
        .to_owned()
}

#[test]
fn times_in_another_format_are_errors() {
    let good = "1.2.2015 7:05,,,";
    for (row, column, found) in [
        ("1.2.2015,,,", "picked-up", "\"1.2.2015\""),
        ("1.2.2015 7:05:00,,,", "picked-up", "\"1.2.2015 7:05:00\""),
        ("30.2.2015 7:05,,,", "picked-up", "\"30.2.2015 7:05\""),
        ("1.2.2015 24:00,,,", "picked-up", "\"1.2.2015 24:00\""),
    ] {
        let expected = format!(
            ", line 2, column \"{column}\": found {found} where a date and time as \
             %d.%m.%Y %H:%M is expected"
        );
        assert_eq!(problem(row), expected);
    }
    for half in [
        "02/01/15 13:00:00 PM",
        "02/01/15 0:00:00 AM",
        "02/01/15 1:00:00 XM",
    ] {
        let said = problem(&good.replacen(",,", &format!(",{half},"), 1));
        assert!(
            said.contains("as %m/%d/%y %I:%M:%S %p is expected"),
            "{said}"
        );
    }
    for seen in [
        "1 Foo 2015 1:02:03.4",
        "1 Jan 2015 1:02:03.",
        "1 Jan 2015 1:02:03.1234567",
    ] {
        let said = problem(&format!("{good}{seen}"));
        assert!(said.contains("column \"seen\": found"), "{said}");
    }
    assert!(problem(",,,").contains("no value where a date and time as %d.%m.%Y %H:%M"));
}

#[test]
fn a_column_without_a_default_has_to_be_there() {
    let (_dir, path) = file("picked-up,billed\n1.2.2015 7:05,\n");
    let error = read(&path).rows::<Times>().unwrap_err().to_string();
    assert!(error.contains("no column \"dropped-off\""), "{error}");
}

#[cfg(feature = "parquet")]
#[test]
fn defaults_and_formats_hold_for_typed_files() {
    use std::sync::Arc;

    use arrow_array::{ArrayRef, RecordBatch, StringArray, TimestampMicrosecondArray};
    use parquet::arrow::ArrowWriter;

    let text: ArrayRef = Arc::new(StringArray::from(vec!["1.2.2015 7:05", "2.2.2015 0:00"]));
    let time: ArrayRef = Arc::new(TimestampMicrosecondArray::from(vec![None, Some(7)]));
    let columns = [
        ("picked-up", text),
        ("dropped-off", Arc::clone(&time)),
        ("billed", time),
    ];
    let batch = RecordBatch::try_from_iter_with_nullable(
        columns.map(|(name, column)| (name, column, true)),
    )
    .unwrap();
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("times.parquet");
    let file = std::fs::File::create(&path).unwrap();
    let mut writer = ArrowWriter::try_new(file, batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    for rows in [1, 2] {
        let chunks = read(&path).chunk_rows(rows).rows::<Times>().unwrap();
        let found: Vec<Times> = chunks
            .flat_map(|chunk| chunk.unwrap().iter().collect::<Vec<_>>())
            .collect();
        let times: Vec<_> = found.iter().map(|row| row.picked_up.to_string()).collect();
        assert_eq!(times, ["2015-02-01 07:05:00", "2015-02-02 00:00:00"]);
        let micros = |row: &Times| (row.dropped_off.map(Timestamp::micros), row.billed.micros());
        assert_eq!(
            found.iter().map(micros).collect::<Vec<_>>(),
            [(None, 0), (Some(7), 7)]
        );
    }
}
